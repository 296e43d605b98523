"""Faults that users can mend, as distinct from our own mistakes, the signal to stop, and text that fits one line."""

import io
import sys
import unicodedata
from collections.abc import Callable

# Letters of some scripts are told apart by these, though nothing is printed: Persian names hold the first.
JOINERS = "\u200c\u200d"


class BadInputError(Exception):
    """Some input cannot be used; the message names it, the field and the remedy in one line."""


class BadRecordingError(BadInputError):
    """One recording cannot be used; it is reported by name and left out, and the others go on."""


class Interrupted(Exception):  # noqa: N818 (not an error: the work is kept)
    """A stage was told to stop; the message says in one line how far it got and how to carry on."""


def explain_folders(fault: Exception) -> str | None:
    """Return what to do where libraries find no folder that they may write to, or None for any other fault."""
    text = str(fault)
    if isinstance(fault, RuntimeError) and "no locator available" in text:
        return "numba finds no folder for what it compiles; set NUMBA_CACHE_DIR to one that can be written to"
    if isinstance(fault, FileNotFoundError) and "No usable temporary directory" in text:
        return f"no folder for temporary files ({fault.strerror}); free some space, or set TMPDIR to another one"
    return None


def escape_output() -> None:
    """Escape, in all that is printed, the characters that the terminal, or the file it goes to, has no code for."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def fits_line(text: str) -> bool:
    r"""Return whether a text can stand in a line of UTF-8 as it is.

    Blanks of any width can; line breaks, control characters, marks that turn the direction, and bytes that are not text
    cannot.

    Examples
    --------
    >>> fits_line("山田\u3000太郎"), fits_line("new\nline")
    (True, False)
    """
    return all(letter.isprintable() or letter in JOINERS or unicodedata.category(letter) == "Zs" for letter in text)


def printable(text: str, is_shown: Callable[[str], bool] = fits_line) -> str:
    r"""Replace the characters that cannot be shown by their escapes.

    The name of a file may hold line breaks and bytes that are not text, and a font lacks most characters.

    Parameters
    ----------
    text : str
    is_shown : callable, optional
        Whether a character can be shown; by default, whether it fits in a line of UTF-8 (`fits_line`).

    Examples
    --------
    >>> print(printable("new\nline.wav"))
    new\nline.wav
    """
    return "".join(letter if is_shown(letter) else letter.encode("unicode_escape").decode() for letter in text)
