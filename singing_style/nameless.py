"""What to do about recordings whose paths name no singer: how a folder of them might be read after all."""

import re
import shlex
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.sounds import SUFFIXES

# Between singer and song, the likeliest first.
SEPARATORS = ("_", " - ", "-")


class NoSingerError(BadInputError):
    """Recordings lie in no singer's folder.

    Parameters
    ----------
    folder : Path
        In which they were looked for.
    paths : sequence of str
        Those of all recordings, relative to it; at least one without a folder.
    """

    def __init__(self, folder: Path, paths: Sequence[str]) -> None:
        self.folder, self.paths = folder, paths
        super().__init__(self.explain())

    def explain(self, *, reads_names: bool = True) -> str:
        """Return what is wrong and what to do, in one line.

        Parameters
        ----------
        reads_names : bool, optional
            Whether the command has the option ``--singer-from``; else an index has to be made first.
        """
        loose = [path for path in self.paths if "/" not in path]
        if len(loose) < len(self.paths):
            others = f" and {counted(len(loose) - 1, 'more file')}" if len(loose) > 1 else ""
            lies, move = ("lie", "move them") if others else ("lies", "move it")
            where = f"{lies} beside the folders of singers; {move} into one of these, or away"
            return f"{self.folder}: {loose[0]!r}{others} {where}"
        ways = ["make one folder per singer", "write manifest.csv (path,singer,song)"]
        ways += ["specify how paths name the singer (--singer-from)"] if reads_names else []
        hints = [f"{', '.join(ways[:-1])}{',' if len(ways) > 2 else ''} or {ways[-1]}"]
        if above := _find_collection_above(self.folder):
            hints.append(f"one singer's recordings? name the folder above it: {above}")
        if expression := guess_expression(loose):
            option = f"--singer-from {shlex.quote(expression)}"
            index = shlex.quote(f"{self.folder.resolve().name}.npz")
            command = f"singing-style index {shlex.quote(str(self.folder))} -o {index} {option}"
            way = f"add {option}" if reads_names else f"make an index first: {command}"
            hints.append(f"these names look like {_describe_scheme(expression)}: {way}")
        return f"{self.folder}: {loose[0]!r} is in no singer's folder; {'; '.join(hints)}"


def guess_expression(names: Sequence[str]) -> str:
    r"""Guess the expression that reads singer and song from names of files such as ``ann_ode.wav``.

    Parameters
    ----------
    names : sequence of str

    Returns
    -------
    str
        Empty unless all names begin with one of several words, each used by two files on average or more.

    Examples
    --------
    >>> guess_expression(["ann_ode.wav", "ann_air.wav", "ben_ode.wav", "ben_air.wav"])
    '(?P<singer>[^_/]+)_(?P<song>[^/]+)[.]wav'
    """
    for separator in SEPARATORS:
        firsts = [name.partition(separator)[0] for name in names]
        suffixes = sorted({PurePosixPath(name).suffix.removeprefix(".") for name in names})
        expression = _compose(separator, suffixes)
        found = [re.search(expression, name) for name in names]
        read = [match["singer"] if match else "" for match in found]
        groups = Counter(read)
        if read == firsts and 2 <= len(groups) <= len(names) / 2 and all(map(_is_name, groups)):
            return expression
    return ""


def _compose(separator: str, suffixes: Sequence[str]) -> str:
    singer = f"[^{separator}/]+" if len(separator) == 1 else "[^/]+?"
    endings = [re.escape(suffix) for suffix in suffixes]
    ending = endings[0] if len(endings) == 1 else f"(?:{'|'.join(endings)})"
    return f"(?P<singer>{singer}){separator}(?P<song>[^/]+)[.]{ending}"


def _is_name(word: str) -> bool:
    """Return whether a word may name a singer: a number rather counts files, and blanks around it are none of it."""
    return word == word.strip() != "" and not word.isdecimal()


def _describe_scheme(expression: str) -> str:
    separator = expression.partition(")")[2].partition("(")[0]
    return f"SINGER{separator}SONG"


def _find_collection_above(folder: Path) -> Path | None:
    """Return the folder above, if it holds other folders of sound files, and none beside them."""
    above = folder / ".." if folder.name in ("", "..") else folder.parent
    try:
        beside = [place for place in above.iterdir() if not place.name.startswith(".")]
        others = [place for place in beside if place.is_dir() and not place.samefile(folder)]
        holds = any(_is_named_as_sound(file) for place in others for file in place.iterdir())
    except OSError:
        return None
    return above if holds and not any(_is_named_as_sound(place) for place in beside if place.is_file()) else None


def _is_named_as_sound(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES
