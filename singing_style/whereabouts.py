"""Where the recordings of an index are now: an index knows names and contents, and a folder may have been moved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tqdm import tqdm

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from pipeline.runtime.files import content_hash
from singing_style.sounds import find_sounds
from singing_style.takes import Takes, as_one
from singing_style.voice_index import Voice, VoiceIndex

GONE, CHANGED = "not found", "changed since it was indexed"


@dataclass(frozen=True)
class Whereabouts:
    """Where the performances of an index are.

    Attributes
    ----------
    found : dict of str to Path or Takes
        By the performance's path in the index.
    missing : dict of str to str
        Why it is not found, by the same.
    """

    found: dict[str, Path | Takes]
    missing: dict[str, str]


@dataclass
class _Contents:
    """Files by what they hold; each is read once."""

    by_hash: dict[str, Path] = field(default_factory=dict)
    read: set[Path] = field(default_factory=set)

    def add(self, files: Iterable[Path], progress: bool) -> None:
        """Read files that have not been read; one that cannot be is nobody's."""
        new = sorted(set(files) - self.read)
        for file in tqdm(new, "find", unit=" files", disable=not progress or not new):
            self.read.add(file)
            try:
                self.by_hash.setdefault(content_hash(file), file)
            except OSError:
                continue

    def gather(self, voice: Voice) -> Path | Takes | None:
        """Return a performance's files in their order, if all are known."""
        files = [self.by_hash.get(content) for content in voice.contents]
        known = [file for file in files if file is not None]
        return as_one(known) if len(known) == len(files) else None


def find_recordings(index: VoiceIndex, folder: Path | None, beside: Path, *, progress: bool = False) -> Whereabouts:
    """Find the recordings of an index, by name and then by content; only the same bytes are the same recording.

    Parameters
    ----------
    index : VoiceIndex
    folder : Path or None
        The folder that holds them, however deep and under whatever names. None looks for their paths below the index,
        below the current folder, and below the folders in these.
    beside : Path
        The index's file.
    progress : bool, optional
        Show a progress bar on standard error.

    Raises
    ------
    BadInputError
        The folder does not exist or holds no sound files, or none of the recordings is found.
    """
    if folder is not None and folder.exists() and not folder.is_dir():
        raise BadInputError(f"{folder}: not a folder; name the folder that holds the recordings")
    roots = _near(beside) if folder is None else [folder]
    contents = _Contents()
    named = {voice.path: _named(voice, roots) for voice in index.voices}
    takes = {voice.path for voice in index.voices if len(voice.contents) > 1}
    contents.add((file for path, files in named.items() for file in _with_others(files, path in takes)), progress)
    if folder is not None and any(contents.gather(voice) is None for voice in index.voices):
        contents.add(find_sounds([folder]), progress)
    found, missing = {}, {}
    for voice in index.voices:
        if sound := contents.gather(voice):
            found[voice.path] = sound
        else:
            missing[voice.path] = CHANGED if named[voice.path] else GONE
    if not found:
        where = "beside it, or in this folder" if folder is None else f"in {folder}"
        path, reason = next(iter(missing.items()))
        raise BadInputError(
            f"{beside}: none of its {counted(len(missing), 'recording')} is {where} ({path}: {reason}); name the "
            "folder that was indexed with --recordings FOLDER"
        )
    return Whereabouts(found, missing)


def _near(beside: Path) -> list[Path]:
    """List the folder of a file and the current one, and the folders in them."""
    roots: dict[Path, None] = {}
    for home in (beside.parent, Path()):
        inner = sorted(one for one in home.iterdir() if one.is_dir() and not one.name.startswith("."))
        roots |= dict.fromkeys([home, *inner])
    return list(roots)


def _named(voice: Voice, roots: Sequence[Path]) -> list[Path]:
    """List the files that have a performance's path, or that of its first take."""
    return [root / voice.first_path for root in roots if _is_file(root / voice.first_path)]


def _is_file(path: Path) -> bool:
    """Return whether there is a file that can be seen; a folder may be closed, and a name too long."""
    try:
        return path.is_file()
    except OSError:
        return False


def _with_others(files: Sequence[Path], has_takes: bool) -> list[Path]:
    """Add to first takes the sound files beside them, among which the further ones most likely are."""
    folders = sorted({file.parent for file in files}) if has_takes else []
    return [*files, *(sound for folder in folders for sound in _sounds_in(folder))]


def _sounds_in(folder: Path) -> list[Path]:
    return [sound for sound in find_sounds([folder]) if sound.parent == folder]
