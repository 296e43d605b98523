"""Where one sound file ends and another begins: recordings are put one after the other, and no header says so."""

import mmap
import os
import re
import struct
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from pipeline.audio.mpeg_frames import frames_begin
from pipeline.errors import BadRecordingError

# Tags and padding behind the sound are no file.
SLACK_BYTES = 128
# The first bytes of a sound file, which stand nowhere else in one.
BEGINNINGS = (b"RIFF", b"RIFX", b"RF64", b"FORM", b"caff", b".snd", b"fLaC", b"OggS")
# WAV files of which FFmpeg takes the samples for little-endian.
BIG_ENDIAN = (b"RIFX",)
# How a file begins where no length of the whole file is stated, and FFmpeg stops at that of its sound: WMA, Flash
# video, True Audio, AMR and CAF.
LONG_BEGINNINGS = (
    re.escape(bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")),
    rb"FLV\x01.\0\0\0\x09\0\0\0\0",
    rb"TTA1\x01\0",
    rb"#!AMR(?:-WB)?\n",
    rb"caff\0\x01\0\0desc",
)
# How an ID3 tag begins, up to its length, seven bits a byte. One before MPEG audio begins a file, MP3 or AAC.
ID3_TAG = re.compile(rb"ID3[\x02-\x04]\0.[\0-\x7f]{4}", re.DOTALL)
# Tags at the very end: that of ID3 version 1; and the footer of an APE tag, where its length stands in it, and
# the flag that it has a header, as long, which the length does not count.
ID3_BYTES, APE_BYTES, APE_LENGTH_AT, APE_HAS_HEADER = 128, 32, 12, 2**31
# What a WAV says of its length that was never told it: a recorder that crashed, or a pipe.
UNTOLD = (0, 0xFFFFFFFF)
OGG_HEADER, OGG_FLAGS_AT, OGG_BEGINS = 27, 5, 2
# Which stream of an Ogg file a page belongs to, and its number there.
OGG_STREAM, OGG_NUMBER = slice(14, 18), slice(18, 22)
# How files of another format begin behind a recording, long enough to stand nowhere by chance: WAV and AIFF with
# whatever chunk is their first, and MP4 of any brand.
OTHER_BEGINNINGS = re.compile(
    rb"(?:RIFF....|RF64\xff{4})WAVE[ -~]{4}|FORM....AIF[FC][ -~]{4}|fLaC[\0\x80]\0\0\x22|caff\0\x01\0\0desc"
    rb"|\0\0\0.ftyp[ -~]{4}|OggS\0\x02\0{8}",
    re.DOTALL,
)
# What stands in each of these beginnings, and how many bytes behind its first: each
# is found several times faster by itself than by the expression for all of them.
LANDMARKS = {b"WAVE": 8, b"FORM": 0, b"fLaC": 0, b"caff\0\x01\0\0desc": 0, b"ftyp": 4, b"OggS\0\x02" + bytes(8): 0}


def joined_at(path: Path) -> list[int]:
    """Find where whole files begin in a file that others were appended to.

    WAV, AIFF, 8SVX, MP4, Ogg, `LONG_BEGINNINGS`, and MP3 and AAC with tags; without, FFmpeg reads on by itself.

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


def tags_begin_at(whole: mmap.mmap, start: int, end: int) -> int:
    """Return where the tags begin that end a part of a file, and that FFmpeg would take for damaged sound."""
    stated = end
    if whole[max(end - ID3_BYTES, 0) : end][:3] == b"TAG":
        end -= ID3_BYTES
    footer = whole[max(end - APE_BYTES, 0) : end]
    if len(footer) == APE_BYTES and footer.startswith(b"APETAGEX"):
        length, _, flags = struct.unpack_from("<III", footer, APE_LENGTH_AT)
        end -= length + (APE_BYTES if flags & APE_HAS_HEADER else 0)
    return end if end > start else stated


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
            _check_beyond(whole, LANDMARKS, len(first))
        while at and at + SLACK_BYTES < size:
            if kind_at(file, at) == first:
                starts.append(at)
            elif _begins_other(whole, at):
                raise _another(at)
            elif first != b"ftyp":
                break
            at = end_of_part(file, at)
    return starts


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
                if _begins_other(whole, at):
                    raise _another(at)
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
    """Find how the file begins once more, where that is long enough to stand nowhere by chance."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        for beginning in LONG_BEGINNINGS:
            if re.match(beginning, whole, re.DOTALL):
                return [found.start() for found in re.finditer(beginning, whole, re.DOTALL)]
        starts, begins = _by_tag(whole), _end_of_tags(whole, 0)
        if whole[begins : begins + 4] == b"fLaC":
            _check_beyond(whole, LANDMARKS.keys() - {b"fLaC"}, _end_of_flac_metadata(whole, begins), tagged=True)
        elif _is_mpeg_audio(whole, begins):
            _check_beyond(whole, LANDMARKS, begins + 1)
        return starts


def _check_beyond(whole: mmap.mmap, landmarks: Collection[bytes], start: int, *, tagged: bool = False) -> None:
    """Raise `BadRecordingError` where a file with one of some landmarks begins from a byte on, or a tagged MP3."""
    others = [at for landmark in landmarks for at in _beginnings(whole, landmark, start)]
    if tagged:
        others += [tag.start() for tag in ID3_TAG.finditer(whole, start) if _begins_tagged(whole, tag.start())]
    if others:
        raise _another(min(others))


def _end_of_flac_metadata(whole: mmap.mmap, at: int) -> int:
    """Follow the blocks of metadata, which may hold pictures and headers of other files, to the first frame."""
    at, last = at + 4, False
    while not last and at + 4 <= len(whole):
        last = whole[at] >= 0x80
        at += 4 + int.from_bytes(whole[at + 1 : at + 4])
    return min(at, len(whole))


def _beginnings(whole: mmap.mmap, landmark: bytes, start: int) -> Iterator[int]:
    """Yield where files begin, from `start` on, that have this landmark."""
    at = whole.find(landmark, start)
    while at >= 0:
        begins = at - LANDMARKS[landmark]
        if begins >= start and OTHER_BEGINNINGS.match(whole, begins):
            yield begins
        at = whole.find(landmark, at + 1)


def _another(at: int) -> BadRecordingError:
    return BadRecordingError(f"another file begins at byte {at}, which cannot be read on; cut it there")


def _by_tag(whole: mmap.mmap) -> list[int]:
    """Find the tags that MPEG audio follows."""
    starts, at = [0], _end_of_tags(whole, 0)
    if not _is_mpeg_audio(whole, at):
        return starts
    while tag := ID3_TAG.search(whole, at):
        at = _end_of_tags(whole, tag.start())
        if _is_mpeg_audio(whole, at):
            starts.append(tag.start())
        else:
            at = tag.end()
    return starts


def _begins_other(whole: mmap.mmap, at: int) -> bool:
    return bool(OTHER_BEGINNINGS.match(whole, at)) or _begins_tagged(whole, at) or frames_begin(whole, at)


def _begins_tagged(whole: mmap.mmap, at: int) -> bool:
    return bool(ID3_TAG.match(whole, at)) and _is_mpeg_audio(whole, _end_of_tags(whole, at))


def _end_of_tags(whole: mmap.mmap, at: int) -> int:
    while tag := ID3_TAG.match(whole, at):
        at = tag.end() + syncsafe(tag[0][-4:])
    return at


def _is_mpeg_audio(whole: mmap.mmap, at: int) -> bool:
    """Return whether a frame begins at a byte: eleven bits are set."""
    return at + 1 < len(whole) and whole[at] == 0xFF and whole[at + 1] >= 0xE0


def syncsafe(four: bytes) -> int:
    """Return a length as ID3 writes it, seven bits a byte."""
    return sum((byte & 0x7F) << shift for byte, shift in zip(four[:4], (21, 14, 7, 0), strict=True))
