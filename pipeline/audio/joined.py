"""Where one sound file ends and another begins: recordings are put one after the other, and no header says so."""

import mmap
import os
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from pipeline.audio.avi import end_of_parts
from pipeline.audio.beginnings import (
    BARE,
    ENDING_FRAMES,
    TAGGED,
    begins_any,
    find_beginnings,
    find_other,
    find_tagged,
    kind_of,
)
from pipeline.audio.mpeg_frames import MPEG_TS, frame_kind, frames_begin, is_frame, last_frames
from pipeline.audio.tags import end_of_tags, tags_begin_at
from pipeline.errors import BadRecordingError

# Tags and padding behind the sound are no file.
SLACK_BYTES = 128
# The first bytes of a sound file, which stand nowhere else in one.
BEGINNINGS = (b"RIFF", b"RIFX", b"RF64", b"FORM", b"caff", b".snd", b"fLaC", b"OggS")
# WAV files of which FFmpeg takes the samples for little-endian.
BIG_ENDIAN = (b"RIFX",)
# Kinds of which no length of the whole file is stated, and FFmpeg stops at that of its sound.
READ_IN_TURN = frozenset({"ASF", "Flash", "True Audio", "WavPack", "AMR", "CAF"})
# What begins no other file behind these: FFmpeg reads on by itself, or it belongs to what the container holds.
WITHIN = {
    "FLAC": {"FLAC"},
    "AVI": {BARE},
    "AVCHD": {"AVCHD"},
    "MPEG-PS": {"MPEG-PS", BARE},
    "": {BARE},
}
# The codec of a CAF file stands here, which may be one of frames; what a Matroska file holds begins with a cluster.
CAF_CODEC, CAF_FRAMES, CLUSTER = slice(28, 32), (b".mp2", b".mp3", b"ac-3", b"ec-3"), b"\x1f\x43\xb6\x75"
# The codecs of a WAV that are frames (MPEG audio, AAC in ADTS, AC-3), behind the name of its format.
FORMAT, FORMAT_WITHIN, CODECS_OF_FRAMES = b"fmt ", 4096, (0x50, 0x55, 0x1600, 0x2000)
# What a WAV says of its length that was never told it: a recorder that crashed, or a pipe.
UNTOLD = (0, 0xFFFFFFFF)
# How a burst of compressed sound begins among samples of 16 bits (IEC 61937), and where FFmpeg looks for it.
BURST, BURST_WITHIN = b"\x72\xf8\x1f\x4e", 2**16
# What an MPEG-PS holds, by the byte behind 0, 0 and 1: its end, a pack, and packets of greater numbers.
PROGRAM_ENDS, PACK = 0xB9, 0xBA
OGG_HEADER, OGG_FLAGS_AT, OGG_BEGINS = 27, 5, 2
# Which stream of an Ogg file a page belongs to, and its number there.
OGG_STREAM, OGG_NUMBER = slice(14, 18), slice(18, 22)


def joined_at(path: Path) -> list[int]:
    """Find where whole files begin in a file that others were appended to.

    WAV, AIFF, 8SVX, MP4, Ogg, `READ_IN_TURN`, and MP3, MP2 and AAC with tags; without, FFmpeg reads on by itself.

    Returns
    -------
    list of int
        Offsets in bytes, the first of them 0; only this for a file by itself, and for one of another format.

    Raises
    ------
    BadRecordingError
        A file of another format follows, or any file a WAV that does not say how long it is; or an Ogg file is cut
        within a page or lacks some.
    """
    with path.open("rb") as file:
        if kind_at(file, 0):
            return _by_length(file)
        file.seek(0)
        if file.read(4) == b"OggS":
            return _by_page(file)
        return _by_beginning(file)


def begins_at(path: Path, offset: int, beginnings: Collection[bytes] = BEGINNINGS) -> bool:
    """Return whether a sound file begins at a byte of this one, by its first four."""
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(4) in beginnings


def has_several_tracks(path: Path) -> bool:
    """Return whether an Ogg file begins several streams at once; libsndfile reads the first, be it silent."""
    with path.open("rb") as file:
        head = file.read(OGG_HEADER)
        if head[:4] != b"OggS" or len(head) < OGG_HEADER:
            return False
        file.seek(sum(file.read(head[-1])), os.SEEK_CUR)
        return bool(file.read(OGG_HEADER)[OGG_FLAGS_AT : OGG_FLAGS_AT + 1] == bytes([OGG_BEGINS]))


def holds_bursts(path: Path) -> bool:
    """Return whether a WAV holds what goes over S/PDIF, such as AC-3, which libsndfile would take for samples."""
    with path.open("rb") as file:
        head = file.read(BURST_WITHIN)
    return head[:4] == b"RIFF" and BURST in head


def kind_at(file: BinaryIO, at: int) -> bytes:
    """Return how a WAV, AIFF, 8SVX or MP4 file begins that may stand at a byte (RIFF, RIFX, FORM, ftyp), or nothing."""
    file.seek(at)
    head = file.read(12)
    if head[4:8] == b"ftyp":
        return b"ftyp"
    forms = {b"RIFF": [b"WAVE"], b"RIFX": [b"WAVE"], b"FORM": [b"AIFF", b"AIFC", b"8SVX", b"16SV"]}
    return head[:4] if head[8:] in forms.get(head[:4], []) else b""


def end_of_part(file: BinaryIO, at: int) -> int:
    """Return where the file, or the box of an MP4 file, ends that begins at a byte; 0 where none is stated."""
    kind = kind_at(file, at)
    file.seek(at)
    head = file.read(16)
    if kind in (b"RIFF", b"RIFX", b"FORM"):
        stated = int.from_bytes(head[4:8], "little" if kind == b"RIFF" else "big")
        return at + 8 + stated + stated % 2
    if len(head) < 16 or not head[4:8].isalnum():
        return 0
    length = int.from_bytes(head[8:] if head[:4] == b"\0\0\0\1" else head[:4])
    return at + length if length >= 8 else 0


def _by_length(file: BinaryIO) -> list[int]:
    """Follow the lengths that WAV, AIFF, 8SVX and MP4 files state of themselves."""
    size = file.seek(0, 2)
    first = kind_at(file, 0)
    starts, at = [0], end_of_part(file, 0) if first not in BIG_ENDIAN else 0
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        if first == b"RIFF" and int.from_bytes(whole[4:8], "little") in UNTOLD:
            _check_beyond(whole, len(first), without={BARE} if _holds_frames(whole) else set())
        while at and at + SLACK_BYTES < size:
            if kind_at(file, at) == first:
                starts.append(at)
            elif begins_any(whole, at):
                raise _another(at)
            elif first != b"ftyp" or not end_of_part(file, at):
                _check_beyond(whole, at)
                break
            at = end_of_part(file, at)
    return starts


def _holds_frames(whole: mmap.mmap) -> bool:
    """Return whether what a WAV holds are frames, as those of MPEG audio, which begin no other file."""
    at = whole.find(FORMAT, 0, FORMAT_WITHIN)
    return at >= 0 and int.from_bytes(whole[at + 8 : at + 10], "little") in CODECS_OF_FRAMES


def _by_page(file: BinaryIO) -> list[int]:
    """Follow the pages of an Ogg file: after those that go on, one that begins a stream begins a file."""
    size = file.seek(0, 2)
    starts, at, goes_on = [0], 0, False
    last: dict[bytes, int] = {}
    while at < size:
        file.seek(at)
        head = file.read(OGG_HEADER)
        if head[:4] != b"OggS":
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
                _check_beyond(whole, at)
            break
        segments = file.read(head[-1])
        begins = bool(head[OGG_FLAGS_AT : OGG_FLAGS_AT + 1] and head[OGG_FLAGS_AT] & OGG_BEGINS)
        if begins and goes_on:
            starts.append(at)
        goes_on = not begins
        stream, number = head[OGG_STREAM], int.from_bytes(head[OGG_NUMBER], "little")
        if not begins and number > last.get(stream, number) + 1:
            raise BadRecordingError(f"damaged: bytes are missing before byte {at}")
        last[stream] = number
        at += len(head) + len(segments) + sum(segments)
        if len(head) < OGG_HEADER or len(segments) < head[-1] or at > size:
            raise BadRecordingError("truncated: it ends within a page")
    return starts


def _by_beginning(file: BinaryIO) -> list[int]:
    """Find how the file begins once more, or how one of another kind does."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        begins = end_of_tags(whole, 0)
        kind = kind_of(whole, begins)
        if not kind and (is_frame(whole, begins) or frames_begin(whole, begins)):
            return _by_frame(whole, begins)
        body, again = _body(whole, kind, begins), {kind} & READ_IN_TURN
        frames = {BARE} if kind == "CAF" and whole[CAF_CODEC] in CAF_FRAMES else set()
        _check_beyond(whole, body, without=WITHIN.get(kind, set()) | again | frames)
        if kind in ENDS:
            _check_beyond(whole, ENDS[kind](whole, begins))
        return [0, *(at for one in again for at in find_beginnings(whole, one, body))]


def _body(whole: mmap.mmap, kind: str, begins: int) -> int:
    """Return from where on a file's header holds nothing that looks like another file's beginning."""
    if kind == "FLAC":
        return _end_of_flac_metadata(whole, begins)
    return max(whole.find(CLUSTER), begins + 1) if kind == "Matroska" else begins + 1


def _by_frame(whole: mmap.mmap, begins: int) -> list[int]:
    """Find the tags between files of frames. Only behind one may they be of another kind, and never behind MPEG-TS."""
    packets = frame_kind(whole, begins) == MPEG_TS
    _check_beyond(whole, begins + 1, without={BARE} if packets else {TAGGED, BARE})
    starts = [0] if packets else [0, *find_tagged(whole, begins)]
    for start, end in zip(starts, [*starts[1:], len(whole)], strict=True):
        first = end_of_tags(whole, start)
        last = last_frames(whole, first, tags_begin_at(whole, first, end), ENDING_FRAMES)
        if last > first and frame_kind(whole, last) != frame_kind(whole, first):
            raise _another(last)
    return starts


def _check_beyond(whole: mmap.mmap, start: int, *, without: Collection[str] = ()) -> None:
    """Raise `BadRecordingError` where another file begins from a byte on; see `find_other`."""
    if (at := find_other(whole, start, without=without)) >= 0:
        raise _another(at)


def _end_of_flac_metadata(whole: mmap.mmap, at: int) -> int:
    """Follow the blocks of metadata, which may hold pictures and headers of other files, to the first frame."""
    at, last = at + 4, False
    while not last and at + 4 <= len(whole):
        last = whole[at] >= 0x80
        at += 4 + int.from_bytes(whole[at + 1 : at + 4])
    return min(at, len(whole))


def _end_of_program(whole: mmap.mmap, at: int) -> int:
    """Follow the packs of an MPEG-PS, and the packets in them, which state their lengths."""
    while whole[at : at + 3] == b"\0\0\1" and at + 14 <= len(whole) and whole[at + 3] >= PROGRAM_ENDS:
        if whole[at + 3] == PROGRAM_ENDS:
            at += 4
        elif whole[at + 3] == PACK:
            at += 12 if whole[at + 4] < 0x40 else 14 + (whole[at + 13] & 7)
        else:
            at += 6 + int.from_bytes(whole[at + 4 : at + 6])
    return min(at, len(whole))


# How far what a film holds goes, whose sound may be frames.
ENDS = {"AVI": end_of_parts, "MPEG-PS": _end_of_program}


def _another(at: int) -> BadRecordingError:
    return BadRecordingError(f"another file begins at byte {at}, which cannot be read on; cut it there")
