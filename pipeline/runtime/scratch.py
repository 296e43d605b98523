"""The scratch store: work done for a recording is kept, so that it need not be repeated.

DVC's cache keeps whole stages; this store keeps single recordings, in ``.scratch`` of the repository that DVC_ROOT
names, for temporary experiments too, and across runs that were killed. The key of an entry is everything that the work
depends on: the contents of the files that it reads, its settings, the sources that the stage declares in dvc.yaml, and
the versions of the numeric libraries. Files are put in place by hard links, as DVC does, and are replaced rather than
written to. If one is overwritten nevertheless, or a disk fails, the checksums differ and the work is done again.
``rm -r .scratch`` costs nothing but time.
"""

import json
import os
import platform
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic_core import to_jsonable_python
from ruamel.yaml import YAML

from pipeline.errors import BadInputError
from pipeline.runtime.files import content_hash, flush, hash_text, link_or_copy

SIZE_VARIABLE = "SINGING_STYLE_SCRATCH_GIB"
DEFAULT_GIB = 20.0
LIBRARIES = ("av", "librosa", "numpy", "praat-parselmouth", "scikit-learn", "scipy", "soundfile", "soxr")
INDEX = "entry.json"
UNFINISHED = ".part"
# An unfinished entry this old belongs to a process that was killed
ABANDONED_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class KeptWork:
    """Finished or future work on one recording.

    Attributes
    ----------
    folder : Path
        Holds `INDEX` and the numbered files; it exists complete or not at all.
    """

    folder: Path

    def restore(self, targets: Sequence[Path]) -> Any:
        """Link the files to their targets and return the result.

        Raises
        ------
        LookupError
            There is no such entry, or its files were changed; a damaged entry is removed.
        """
        try:
            check, text = (self.folder / INDEX).read_text().split("\n", 1)
            if hash_text(text) != check:
                raise ValueError("its index is damaged")
            index = json.loads(text)
            for name, written in index["files"]:
                if content_hash(self.folder / name) != written:
                    raise ValueError(f"{name} is damaged")
        except (OSError, ValueError) as fault:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise LookupError(f"{self.folder}: {fault}") from None
        try:
            for (name, _), target in zip(index["files"], targets, strict=True):
                link_or_copy(self.folder / name, target)
            os.utime(self.folder / INDEX)
        except FileNotFoundError as fault:
            raise LookupError(f"{self.folder}: removed by another process: {fault}") from None
        return index["result"]

    @contextmanager
    def unfinished(self) -> Iterator[Path]:
        """Yield a folder for the files to be written, and remove what is left of it afterwards."""
        folder = self.folder.with_name(f"{self.folder.name}.{uuid.uuid4().hex}{UNFINISHED}")
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def finish(self, unfinished: Path, files: Sequence[Path], result: Any) -> None:
        """Turn an `unfinished` folder with its files, and a result that JSON can hold, into the entry."""
        for file in files:
            flush(file)
        index = json.dumps({"files": [(file.name, content_hash(file)) for file in files], "result": result})
        (unfinished / INDEX).write_text(f"{hash_text(index)}\n{index}")
        flush(unfinished / INDEX)
        with suppress(OSError):  # another process may have finished the same entry first
            unfinished.rename(self.folder)


@dataclass(frozen=True)
class Scratch:
    """The entries of one stage.

    Attributes
    ----------
    folder : Path
        Holds the entries.
    basis : str
        Hash of what all entries depend on: code and libraries.
    """

    folder: Path
    basis: str

    @classmethod
    def of_stage(cls, stage: str, besides: Sequence[str] = ()) -> "Scratch":
        """Return the store of a stage of dvc.yaml, or of a study's work that begins as that stage does.

        Parameters
        ----------
        stage : str
        besides : sequence of str, optional
            What the work depends on beside the sources that the stage declares: paths of files and folders as in
            dvc.yaml, such as ``pipeline/choir``.
        """
        libraries = {name: version(name) for name in LIBRARIES}
        sources = declared_sources(stage) | hash_sources(besides)
        basis = {"sources": sources, "libraries": libraries, "machine": platform.machine()}
        return cls(scratch_folder() / stage, hash_text(json.dumps(basis)))

    def entry(self, inputs: Sequence[Path], settings: object) -> KeptWork | None:
        """Return the entry of work on files with certain settings, or None where a file cannot be read.

        Settings are anything that JSON can hold, or dataclasses.
        """
        try:
            contents = [content_hash(path) for path in inputs]
        except OSError:
            return None
        key = hash_text(json.dumps([self.basis, contents, to_jsonable_python(settings)]))
        return KeptWork(self.folder / key)

    def trim(self) -> None:
        """Remove the least recently used entries, of all stages, until the rest fit the store's size.

        Raises
        ------
        BadInputError
            The environment variable that sets the size is not a number.
        """
        bound = _bound()
        entries = sorted(_entries(self.folder.parent), reverse=True)
        held = 0
        for _, size, folder in entries:
            held += size
            if held > bound:
                shutil.rmtree(folder, ignore_errors=True)


def scratch_folder() -> Path:
    """Return the folder that stages keep for themselves: ``.scratch`` in the top folder, ignored by Git and DVC.

    DVC gives the repository in ``DVC_ROOT``; for an experiment in a temporary folder (``--temp`` or the queue) it is
    still the main one, so that an experiment started again finds what it left. Without DVC it is the repository around
    the working directory.
    """
    here = Path.cwd()
    above = (folder for folder in (here, *here.parents) if (folder / ".dvc").is_dir())
    return Path(os.environ.get("DVC_ROOT") or next(above, here)).resolve() / ".scratch"


def declared_sources(stage: str) -> dict[str, str]:
    """Hash the Python sources that a stage declares in dvc.yaml, by their paths."""
    dependencies = YAML(typ="safe").load(_top() / "dvc.yaml")["stages"][stage]["deps"]
    return hash_sources([path for path in dependencies if path.startswith("pipeline/")])


def hash_sources(paths: Iterable[str]) -> dict[str, str]:
    """Hash Python sources, and those in folders, by their paths; these are relative to the top folder."""
    top = _top()
    named = [top / path for path in paths]
    files = [file for path in named for file in (path.rglob("*.py") if path.is_dir() else [path])]
    return {file.relative_to(top).as_posix(): content_hash(file) for file in sorted(files)}


def _top() -> Path:
    return Path(__file__).parents[2]


def _bound() -> float:
    """Return the store's size in bytes."""
    text = os.environ.get(SIZE_VARIABLE, str(DEFAULT_GIB))
    try:
        return float(text) * 2**30
    except ValueError:
        raise BadInputError(f"{SIZE_VARIABLE}: {text!r} is not a number; write GiB, such as 20") from None


def _entries(store: Path) -> Iterator[tuple[float, int, Path]]:
    """Yield the time of each entry's last use, its size in bytes and its folder; remove abandoned ones."""
    for folder in store.glob(f"*/*{UNFINISHED}"):
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < time.time() - ABANDONED_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
    for index in store.glob(f"*/*/{INDEX}"):
        with suppress(FileNotFoundError):  # another process may be trimming too
            if index.parent.suffix != UNFINISHED:
                size = sum(file.stat().st_size for file in index.parent.iterdir())
                yield index.stat().st_mtime, size, index.parent
