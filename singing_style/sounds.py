"""The recordings among files and folders: a folder stands for every sound file in it, however deep."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, takewhile
from pathlib import Path

from pipeline.corpora.names_on_disk import as_on_disk
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted

# How sound files are named; what is named otherwise is told by its first bytes.
SUFFIXES = frozenset(
    {
        ".3g2",
        ".3gp",
        ".8svx",
        ".aac",
        ".ac3",
        ".aif",
        ".aifc",
        ".aiff",
        ".amr",
        ".ape",
        ".asf",
        ".au",
        ".avi",
        ".bwf",
        ".caf",
        ".eac3",
        ".flac",
        ".flv",
        ".m4a",
        ".m4b",
        ".m4v",
        ".mka",
        ".mkv",
        ".mov",
        ".mp2",
        ".mp3",
        ".mp4",
        ".mpeg",
        ".mpg",
        ".mts",
        ".oga",
        ".ogg",
        ".opus",
        ".rf64",
        ".snd",
        ".sph",
        ".spx",
        ".tta",
        ".voc",
        ".w64",
        ".wav",
        ".wave",
        ".webm",
        ".wma",
        ".wmv",
        ".wv",
    }
)
# How the content of sound files, and of films, begins; the last three are W64, Matroska and ASF (WMA, WMV).
PLAIN = (b"RF64", b"fLaC", b"OggS", b"ID3", b"caff", b".snd", b"wvpk", b"FLV\x01", b"TTA1", b"#!AMR", b"NIST_1A")
BEGINNINGS = (*PLAIN, b"riff\x2e\x91\xcf\x11", b"\x1a\x45\xdf\xa3", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11")
FORMS = {b"RIFF": (b"WAVE", b"AVI "), b"RIFX": (b"WAVE",), b"FORM": (b"AIFF", b"AIFC", b"8SVX", b"16SV")}
BRANDS_OF_PICTURES = (b"heic", b"heix", b"mif1", b"avif", b"avis", b"crx ")
# The first two bytes of MPEG audio: layer II or III, and AAC.
MPEG_AUDIO = tuple(b"\xff" + bytes([second]) for second in (0xF2, 0xF3, 0xFA, 0xFB, 0xFC, 0xFD, 0xF0, 0xF1, 0xF8, 0xF9))


@dataclass(frozen=True)
class PassedOver:
    """What a folder holds besides the sound files that `find_sounds` finds.

    Attributes
    ----------
    files : list of Path
        Files that are no sound by name or content.
    links : list of Path
        Symbolic links to folders, which are not followed.
    """

    files: list[Path]
    links: list[Path]


def find_sounds(places: Iterable[Path]) -> list[Path]:
    """List the sound files that files and folders stand for.

    Parameters
    ----------
    places : iterable of Path
        A file counts whatever its name. In a folder and its subfolders, files count that are named as sound files, or
        begin as one; names that begin with a dot are skipped, and links to folders are not followed.

    Returns
    -------
    list of Path
        Each once, in the order of the places; those of a folder sorted by name.

    Raises
    ------
    BadInputError
        A place does not exist, or a folder holds no sound file.
    """
    found: dict[Path, None] = {}
    for place in map(as_found, places):
        found.update(dict.fromkeys(_in_folder(place) if place.is_dir() else [_file(place)]))
    return list(found)


def as_found(place: Path) -> Path:
    """Return a path with the names that the file system has for it, which may be in another form of Unicode."""
    top = Path(place.anchor)
    return place if os.path.lexists(place) else top / as_on_disk(top, str(place.relative_to(top)))


def explain_pattern(place: Path, *, one: bool = False) -> str:
    """Return what to do where a pattern was passed that stands for files; empty of any other path.

    Parameters
    ----------
    place : Path
    one : bool, optional
        Whether one folder is needed, and not several files.

    Examples
    --------
    >>> explain_pattern(Path("concert/*.wav"))
    'leave out the quotes around it, or name the folder: concert'
    """
    if os.path.lexists(place) or not set("*?[") & set(str(place)):
        return ""
    plain = takewhile(lambda part: not set("*?[") & set(part), place.parts)
    return f"{'' if one else 'leave out the quotes around it, or '}name the folder: {Path(*plain)}"


def _file(place: Path) -> Path:
    if not os.path.lexists(place):
        hint = explain_pattern(place) or "check the path"
        raise BadInputError(f"{place}: no such file or folder; {hint}")
    return place


def find_passed_over(*places: Path) -> PassedOver:
    """List what `find_sounds` passes over in folders, sorted by name; names that begin with a dot are skipped."""
    files, links = [], []
    for here, folders, names in chain.from_iterable(map(_walk, places)):
        links += [here / name for name in folders if (here / name).is_symlink()]
        files += [here / name for name in names if not _is_sound(here / name)]
    return PassedOver(sorted(files), sorted(links))


def _in_folder(folder: Path) -> list[Path]:
    found = [here / name for here, _, names in _walk(folder) for name in names if _is_sound(here / name)]
    if not found:
        links = len(find_passed_over(folder).links)
        but = f" but {counted(links, 'link')} to folders, not followed" if links else ""
        raise BadInputError(f"{folder}: contains no sound files{but}; name another folder, or the files themselves")
    return sorted(found)


def _walk(folder: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield Path(here), folders, [name for name in files if not name.startswith(".")]


def _is_sound(file: Path) -> bool:
    return Path(file.name.strip()).suffix.lower() in SUFFIXES or _begins_as_sound(file)


def _begins_as_sound(file: Path) -> bool:
    try:
        if not file.is_file():  # opening a pipe would wait for ever
            return False
        with file.open("rb") as content:
            head = content.read(12)
    except OSError:
        return False
    if head[4:8] == b"ftyp":
        return head[8:] not in BRANDS_OF_PICTURES
    return head.startswith((*BEGINNINGS, *MPEG_AUDIO)) or head[8:] in FORMS.get(head[:4], ())
