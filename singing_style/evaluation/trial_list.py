"""Lists of trials as the field writes them: pairs of recordings, and whether one singer sings both."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadInputError

# Characters of a faulty line to show.
SHOWN = 60


class Line(NamedTuple):
    """A line of a list."""

    target: bool
    first: str
    second: str


class Layout(NamedTuple):
    """How a line is written, by example, and what reads it."""

    example: str
    read: Callable[[str], Line | None]


@dataclass(frozen=True, eq=False)
class TrialList:
    """Trials by name.

    Attributes
    ----------
    source : str
        The file.
    layout : str
        The format; one of `LAYOUTS`.
    first, second : tuple of str
        The names of both recordings, as written.
    target : ndarray of bool, shape (m,)
        Whether one singer sings both.
    """

    source: str
    layout: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    target: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.first)


def read_trials(path: Path | str, layout: str | None = None) -> TrialList:
    """Read a list of trials, one a line; lines without content are skipped.

    Parameters
    ----------
    path : path
        UTF-8. Names with blanks are possible in a list that is separated by tabs or commas.
    layout : str, optional
        ``voxceleb``: label, name, name (``1 a.wav b.wav``); ``kaldi``: name, name, ``target`` or ``nontarget``;
        ``ssl-singer-identity``: the same as the first, separated by commas. By default the first line tells.

    Raises
    ------
    BadInputError
        The file is missing, empty, not text, or a line is of another format; the message names the line.
    """
    source = Path(path)
    lines = [(number, line) for number, line in enumerate(_read(source).splitlines(), 1) if line.strip()]
    if not lines:
        raise BadInputError(f"{source}: the list is empty; write one trial a line, such as {_examples()}")
    if layout is None:
        layout = _recognise(source, *lines[0])
    elif layout not in LAYOUTS:
        raise BadInputError(f"--format {layout}: unknown; choose {', '.join(LAYOUTS)}")
    expected = LAYOUTS[layout]
    trials = []
    for number, line in lines:
        trial = expected.read(line)
        if trial is None:
            raise BadInputError(f"{source}: line {number} reads {_shown(line)}; expected {layout}: {expected.example}")
        trials.append(trial)
    target, first, second = zip(*trials, strict=True)
    return TrialList(str(source), layout, first, second, np.array(target))


def _read(source: Path) -> str:
    if source.is_dir():
        raise BadInputError(f"{source}: a folder; name the list of trials in it")
    try:
        text = source.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInputError(f"{source}: no such list of trials; check the path") from None
    except UnicodeDecodeError as fault:
        raise BadInputError(f"{source}: not a list of trials in UTF-8 (byte {fault.start}); save it as text") from None
    if "\0" in text:
        raise BadInputError(f"{source}: not a list of trials but a binary file; name a text file")
    return text


def _recognise(source: Path, number: int, line: str) -> str:
    fitting = [name for name, layout in LAYOUTS.items() if layout.read(line)]
    if not fitting:
        raise BadInputError(
            f"{source}: line {number} reads {_shown(line)}; expected {_examples()}; a list has no header"
        )
    return fitting[0]


def _words(line: str) -> list[str]:
    """Split a line at tabs, if it has any, else at blanks."""
    line = line.strip()
    return [word.strip() for word in line.split("\t")] if "\t" in line else line.split()


def _label_first(words: list[str]) -> Line | None:
    if len(words) != 3 or words[0] not in ("0", "1") or not all(words):
        return None
    return Line(words[0] == "1", words[1], words[2])


def _voxceleb(line: str) -> Line | None:
    return _label_first(_words(line))


def _commas(line: str) -> Line | None:
    return _label_first([word.strip() for word in line.split(",")])


def _kaldi(line: str) -> Line | None:
    words = _words(line)
    if len(words) != 3 or words[2] not in ("target", "nontarget") or not all(words):
        return None
    return Line(words[2] == "target", words[0], words[1])


LAYOUTS = {
    "voxceleb": Layout("'1 a.wav b.wav', 0 for impostors", _voxceleb),
    "kaldi": Layout("'a b target' or 'a b nontarget'", _kaldi),
    "ssl-singer-identity": Layout("'1,a.wav,b.wav', 0 for impostors", _commas),
}


def _examples() -> str:
    return "; or ".join(f"{layout.example} ({name})" for name, layout in LAYOUTS.items())


def _shown(line: str) -> str:
    line = line.strip()
    return repr(line if len(line) <= SHOWN else f"{line[:SHOWN]}...")
