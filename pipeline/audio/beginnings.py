"""How sound files begin, told at enough length to stand nowhere by chance, so that one behind another is found."""

import mmap
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from pipeline.audio.mpeg_frames import frames_begin, is_frame, last_frames
from pipeline.audio.tags import end_of_tags, tags_begin_at


class Beginning(NamedTuple):
    """How a kind of file begins.

    Attributes
    ----------
    landmark : bytes
        What stands in the beginning of every such file: found several times faster than the expression. No two
        kinds have the same.
    behind : int
        Bytes from the beginning of the file to the landmark.
    whole : re.Pattern of bytes
        Matches the beginning.
    """

    landmark: bytes
    behind: int
    whole: re.Pattern[bytes]


def _beginning(landmark: bytes, whole: bytes = b"", behind: int = 0) -> Beginning:
    return Beginning(landmark, behind, re.compile(whole or re.escape(landmark), re.DOTALL))


# Of the flags of a WavPack block, the byte that says that it is the first of those that hold a moment's channels.
INITIAL = b"".join(re.escape(bytes([flags])) for flags in range(256) if flags & 8)
# WAV and AIFF have whatever chunk as their first, MP4 any brand, WavPack samples from number 0 on, AU a known encoding.
KINDS = {
    "WAV": _beginning(b"WAVE", rb"(?:RIF[FX]....|RF64\xff{4})WAVE[ -~]{4}", 8),
    "W64": _beginning(bytes.fromhex("726966662e91cf11a5d628db04c10000")),
    "AVI": _beginning(b"AVI LIST", rb"RIFF....AVI LIST", 8),
    "AIFF": _beginning(b"FORM", rb"FORM....(?:AIF[FC]|8SVX|16SV)[ -~]{4}"),
    "AU": _beginning(b".snd\0\0", rb"\.snd\0\0......\0\0\0[\x01-\x1b]\0[\0-\x0b]..\0\0\0[\x01-\x20]"),
    "CAF": _beginning(b"caff\0\x01\0\0desc"),
    "FLAC": _beginning(b"fLaC", rb"fLaC[\0\x80]\0\0\x22"),
    "Ogg": _beginning(b"OggS\0\x02" + bytes(8)),
    "MP4": _beginning(b"ftyp", rb"\0\0\0.ftyp[ -~]{4}", 4),
    # a pack, of MPEG-1 or of MPEG-2 without stuffing, and the header of the whole
    "MPEG-PS": _beginning(b"\1\xba", rb"\0\0\x01\xba(?:[\x20-\x2f].{7}|[\x40-\x7f].{9})\0\0\x01\xbb", 2),
    # packets of MPEG-TS with four bytes before each, the first of which lists programs or services
    "AVCHD": _beginning(b"G@", rb".{4}G@[\0\x11][\x10-\x1f]\0[\0\x42].{186}G.{191}G", 4),
    "Matroska": _beginning(b"\x1aE\xdf\xa3", rb"\x1aE\xdf\xa3.{1,60}?B\x82.{1,8}?(?:matroska|webm)"),
    "ASF": _beginning(bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")),
    "Flash": _beginning(b"FLV\x01", rb"FLV\x01.\0\0\0\x09\0\0\0\0"),
    "WavPack": _beginning(b"wvpk", rb"wvpk....[\x02-\x10]\x04\0.{5}\0{4}(?!\0{4}).{5}[" + INITIAL + rb"]"),
    "True Audio": _beginning(b"TTA1\x01\0"),
    "Monkey's Audio": _beginning(b"MAC ", rb"MAC [\x8c-\x96]\x0f..\x34\0\0\0"),
    "AMR": _beginning(b"#!AMR", rb"#!AMR(?:-WB)?\n"),
    "VOC": _beginning(b"Creative Voice File\x1a"),
    "NIST": _beginning(b"NIST_1A\n   1024\n"),
}
# MPEG audio with a tag before it; frames of any kind without: so many that follow one another to the end are no chance.
TAGGED, BARE, ENDING_FRAMES = "MPEG audio behind a tag", "frames", 8
# Bytes searched at a time.
BLOCK = 2**20


def kind_of(whole: mmap.mmap, at: int) -> str:
    """Return the kind of file, of `KINDS`, that begins at a byte; nothing where none does."""
    return next((name for name, kind in KINDS.items() if kind.whole.match(whole, at)), "")


def find_beginnings(whole: mmap.mmap, kind: str, start: int = 0) -> Iterator[int]:
    """Yield where files of a kind of `KINDS` begin, from `start` on."""
    at = start
    while (at := whole.find(KINDS[kind].landmark, at)) >= 0:
        if _begins_by_landmark(whole, kind, at, start):
            yield at - KINDS[kind].behind
        at += 1


def _begins_by_landmark(whole: mmap.mmap, kind: str, at: int, start: int) -> bool:
    landmark, behind, expression = KINDS[kind]
    return (
        whole[at : at + len(landmark)] == landmark
        and at - behind >= start
        and bool(expression.match(whole, at - behind))
    )


def find_tagged(whole: mmap.mmap, start: int = 0) -> Iterator[int]:
    """Yield where ID3 tags begin that MPEG audio follows, from `start` on; of several tags in a row, the first."""
    at = start
    while (at := whole.find(b"ID3", at)) >= 0:
        behind = end_of_tags(whole, at)
        if is_frame(whole, behind) and behind > at:
            yield at
            at = behind
        else:
            at += 1


def begins_any(whole: mmap.mmap, at: int) -> bool:
    """Return whether a file of any kind begins at a byte, frames with and without tags among them."""
    behind = end_of_tags(whole, at)
    return bool(kind_of(whole, at)) or (behind > at and is_frame(whole, behind)) or frames_begin(whole, at)


def find_other(whole: mmap.mmap, start: int, *, without: Collection[str] = ()) -> int:
    """Find the first file that begins from a byte on.

    Parameters
    ----------
    whole : mmap.mmap
    start : int
    without : collection of str, optional
        What may stand there: `KINDS`, `TAGGED` or `BARE`.

    Returns
    -------
    int
        Its first byte, -1 where none begins.
    """
    kinds = {name: kind.landmark for name, kind in KINDS.items() if name not in without}
    firsts = [_first_beginning(whole, start, kinds)]
    if TAGGED not in without:
        firsts.append(next(find_tagged(whole, start), -1))
    if BARE not in without:
        firsts.append(last_frames(whole, start, tags_begin_at(whole, start, len(whole)), ENDING_FRAMES))
    return min((first for first in firsts if first >= 0), default=-1)


def _first_beginning(whole: mmap.mmap, start: int, kinds: dict[str, bytes]) -> int:
    """Find the first file of some kinds; by the first two bytes of all landmarks at once, in a quarter of the time."""
    by_pair: dict[bytes, list[str]] = {}
    for kind, landmark in kinds.items():
        by_pair.setdefault(landmark[:2], []).append(kind)
    starts = np.zeros(2**16, np.bool_)
    starts[[int.from_bytes(pair, "little") for pair in by_pair]] = True
    for block in range(start, len(whole), BLOCK):
        content = np.frombuffer(whole[block : block + BLOCK + 1], np.uint8)
        pairs = (content[odd : odd + (len(content) - odd) // 2 * 2].view("<u2") for odd in (0, 1))
        found = [block + odd + 2 * np.flatnonzero(np.take(starts, each)) for odd, each in enumerate(pairs)]
        for at in np.sort(np.concatenate(found)).tolist():
            for kind in by_pair[whole[at : at + 2]]:
                if _begins_by_landmark(whole, kind, at, start):
                    return int(at) - KINDS[kind].behind
    return -1
