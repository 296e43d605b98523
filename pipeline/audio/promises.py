"""What the header of a sound file promises, beside what the file holds.

Less than promised is truncated: the singer may stop in the middle of a song. More than promised is read on, or told:
recorders that crash leave the lengths of their last flush, and files are put one after the other.
"""

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pipeline.audio.joined import BEGINNINGS, end_of_part
from pipeline.audio.tags import syncsafe
from pipeline.errors import BadRecordingError
from pipeline.runtime.counting import counted

MAX_SECONDS = 6 * 3600
STREAMED_LENGTH = 0x7FFFF000
LENGTH_SLACK_SECONDS = 0.25
LENGTH_SLACK_BYTES = 128
PROMISED_BYTES = re.compile(
    r"^ *(?:data|SSND|BODY|Data Size|riff|Riff size) *: (\d+) \(should be (\d+)\)", re.MULTILINE
)
HOLE = re.compile(r"libogg reports a hole at (\d+) bytes")
# Formats in which libsndfile stops at the last sample, to the byte, and what an 8-byte chunk header there looks like.
EXACT = {"WAV": "<4sI", "WAVEX": "<4sI", "RF64": "<4sI", "AIFF": ">4sI", "CAF": ">4sQ", "AU": ""}
# Formats of which the header can be made to say that the sound goes on to the end of the file: where the chunks begin,
# the header of a chunk, the name of that of the sound, and the length that means "unknown", where there is one. And the
# header of AU, from the eighth byte on.
CHUNKS = {"AIFF": (12, ">4sI", b"SSND", None), "CAF": (8, ">4sq", b"data", -1)}
AU_UNKNOWN = (8, b"\xff" * 4)
# Formats in which it stops within a buffer of the last sample.
BUFFERED = frozenset({"FLAC", "OGG", "MP3"})
# How a VOC file begins, where its blocks do, and the greatest type of one. A block of type 0, of one byte, is the last.
VOC, VOC_HEADER, VOC_TYPES = b"Creative Voice File\x1a", 26, 9
SEGMENT = b"\x18\x53\x80\x67"
# The properties of an ASF file (WMA, WMV): their identifier, and where the length of the file stands after its begin.
ASF_PROPERTIES, ASF_LENGTH_AT = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365"), 40


def check_length(frames: int, channels: int, rate: int) -> None:
    """Raise `BadRecordingError` for more samples than one recording may have."""
    if frames > MAX_SECONDS * rate:
        raise BadRecordingError(f"{frames / rate / 3600:.1f} h of {counted(channels, 'channel')}, too long; cut it up")


def check_promised_bytes(log: str) -> None:
    """Compare the lengths in the header with the file's, both as libsndfile's log states them."""
    for promised, actual in ((int(a), int(b)) for a, b in PROMISED_BYTES.findall(log)):
        if actual + LENGTH_SLACK_BYTES < promised < STREAMED_LENGTH:
            raise BadRecordingError(f"truncated: {actual} of the {promised} bytes that its header promises")


def check_promised_seconds(seconds: float, promised: float) -> None:
    """Raise `BadRecordingError` for a sound that is shorter than promised."""
    if seconds < promised - LENGTH_SLACK_SECONDS:
        raise BadRecordingError(f"truncated: {seconds:.2f} s of the {promised:.2f} s that its header promises")


def check_container(path: Path) -> None:
    """Compare the length that the header of a Matroska, AVI or ASF file states with its own, unless it was streamed."""
    with path.open("rb") as file:
        head = file.read(4096)
        size = file.seek(0, 2)
    promised = 0
    if head[:4] == b"RIFF":
        promised = 8 + int(struct.unpack_from("<I", head, 4)[0])
    elif (at := head.find(ASF_PROPERTIES)) >= 0:
        promised = int.from_bytes(head[at + ASF_LENGTH_AT : at + ASF_LENGTH_AT + 8], "little")
    elif SEGMENT in head[:-8][:256]:
        at = head.index(SEGMENT) + len(SEGMENT)
        width = 9 - head[at].bit_length()
        unknown = (1 << 7 * width) - 1
        stated = int.from_bytes(head[at : at + width]) & unknown
        promised = at + width + stated if stated < unknown else 0
    if size + LENGTH_SLACK_BYTES < promised < STREAMED_LENGTH:
        raise BadRecordingError(f"truncated: {size} of the {promised} bytes that its header promises")


def is_whole_avi(path: Path) -> bool:
    """Return whether a file is an AVI of one part, and as long as its header states.

    The length that it states of compressed sound counts the time before it begins, and says nothing of a cut.
    """
    with path.open("rb") as file:
        head = file.read(12)
        size = file.seek(0, 2)
    stated = 8 + int.from_bytes(head[4:8], "little")
    return head[:4] == b"RIFF" and head[8:] == b"AVI " and abs(size - stated) <= LENGTH_SLACK_BYTES


def check_one_sound(path: Path) -> None:
    """Raise `BadRecordingError` for a WAV file of several chunks of sound, of which every program reads another."""
    with path.open("rb") as file:
        head = file.read(12)
        if head[:4] not in (b"RIFF", b"RF64") or head[8:] != b"WAVE":
            return
        sounds = [at for name, at, _ in _chunks(file, 12, "<4sI") if name == b"data"]
    if len(sounds) > 1:
        raise BadRecordingError(f"a second chunk of sound stands at byte {sounds[1]}; make it a file of its own")


def check_blocks(path: Path) -> None:
    """Raise `BadRecordingError` for a VOC file that is shorter than its blocks state, or goes on after the last."""
    with path.open("rb") as file:
        size, at = file.seek(0, 2), VOC_HEADER
        file.seek(0)
        if file.read(len(VOC)) != VOC:
            return
        while at < size:
            file.seek(at)
            head = file.read(4)
            if not 0 < head[0] <= VOC_TYPES:
                at += head[0] == 0
                break
            at += 4 + int.from_bytes(head[1:], "little")
    if at > size + LENGTH_SLACK_BYTES:
        raise BadRecordingError(f"truncated: {size} of the {at} bytes that its header promises")
    if size - at > 2 * LENGTH_SLACK_BYTES:
        raise BadRecordingError(f"{size - at} bytes stand after the end of its sound, from byte {at}; cut it there")


def check_holes(log: str) -> None:
    """Raise `BadRecordingError` where libsndfile's log of an Ogg file, read to its end, reports that bytes are missing.

    It goes on behind the hole, and fills up the end with what it has decoded before.
    """
    if hole := HOLE.search(log):
        raise BadRecordingError(f"damaged: bytes are missing before byte {hole[1]}")


def check_caf(path: Path) -> None:
    """Compare the length of the sound in a CAF file with the file's; -1 is what recorders write that do not know it.

    Raises
    ------
    BadRecordingError
        Truncated, or no CAF file.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        if file.read(4) == b"caff":
            for name, at, length in _chunks(file, 8, ">4sq"):
                if name == b"data" and length == -1:
                    return
                if length < 0 or at + length > size + LENGTH_SLACK_BYTES:
                    raise BadRecordingError(f"truncated: {size} of the {at + length} bytes that its header promises")
    raise BadRecordingError("damaged or truncated: its header does not fit its length")


def nist_samples(path: Path) -> int:
    """Return how many samples of each channel the header of a NIST SPHERE file states; 0 where it states none."""
    with path.open("rb") as file:
        stated = re.search(rb"^sample_count -i (\d+)", file.read(1024), re.MULTILINE)
    return int(stated[1]) if stated else 0


def to_the_end(path: Path, file_format: str) -> tuple[int, bytes]:
    """Return what the header would state, and from which byte on, if the sound went on to the end of the file.

    Nothing of formats whose stated length FFmpeg can be told to disregard.
    """
    if file_format not in CHUNKS:
        return AU_UNKNOWN if file_format == "AU" else (0, b"")
    start, header, sound, unknown = CHUNKS[file_format]
    with path.open("rb") as file:
        size = file.seek(0, 2)
        at = next(at for name, at, _ in _chunks(file, start, header) if name == sound)
    chunk = struct.pack(header, sound, size - at if unknown is None else unknown)
    return at - len(chunk), chunk


def mp3_states_length(path: Path) -> bool:
    """Return whether an MP3 begins with a Xing or Info frame; without one, its length is a guess from its size."""
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3":
            file.seek(syncsafe(head[6:]) + 10)
            head = b""
        head += file.read(256)
    return b"Xing" in head or b"Info" in head


def bytes_after(path: Path, end: int, file_format: str) -> int:
    """Count the bytes after the sound that are no tag, no chunk and no padding.

    Parameters
    ----------
    path : Path
    end : int
        Where libsndfile stopped to read.
    file_format : str
        As libsndfile names it.

    Returns
    -------
    int
        0 for a format of which this cannot be told, and where the length of the whole file is stated and right.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if file_format in BUFFERED:
            left = size - end
        elif file_format not in EXACT:
            left = 0
        else:  # sound of an odd length should be padded to an even one, and not all writers do
            left, padded = (size - _skip_known(file, start, size, EXACT[file_format]) for start in (end, end + 1))
            left = padded if padded <= LENGTH_SLACK_BYTES else left
            if file_format in ("WAV", "WAVEX", "AIFF") and end_of_part(file, 0) >= size and left < size - end - 1:
                left = 0  # chunks, as the length of the whole file says
    return left if left > 2 * LENGTH_SLACK_BYTES else 0


def _chunks(file: BinaryIO, at: int, header: str) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, first byte and stated length of each chunk of a file, as far as they follow one another."""
    size = file.seek(0, 2)
    at += struct.calcsize(header)
    while at <= size:
        file.seek(at - struct.calcsize(header))
        name, length = struct.unpack(header, file.read(struct.calcsize(header)))
        if not (name.isascii() and name.decode("latin-1").isprintable()):
            return
        yield name, at, length
        if length < 0:
            return
        at += length + (length % 2 if header.endswith("I") else 0) + struct.calcsize(header)


def _skip_known(file: BinaryIO, at: int, size: int, header: str) -> int:
    """Return where the padding, tags and chunks end that begin at a byte."""
    while at < size:
        file.seek(at)
        head = file.read(16)
        if not any(head):
            at += len(head)
        elif length := _length_of_tag(head) or _length_of_chunk(head, header):
            at += length
            if at > size + LENGTH_SLACK_BYTES:
                return at - length
        else:
            break
    return at


def _length_of_tag(head: bytes) -> int:
    """Return the length of a tag that players write behind the sound, header included; 0 for anything else."""
    if head[:3] == b"TAG":
        return 128
    if head[:3] == b"ID3" and len(head) >= 10:
        return 10 + syncsafe(head[6:10])
    if head[:8] == b"APETAGEX":
        return 32 + int(struct.unpack_from("<I", head, 12)[0])
    return 0


def _length_of_chunk(head: bytes, header: str) -> int:
    """Return the length of a chunk, its header and padding included; 0 for what is none."""
    if not header or len(head) < struct.calcsize(header) or head[:4] in BEGINNINGS:
        return 0
    name: bytes
    length: int
    name, length = struct.unpack_from(header, head)
    if not (name.isascii() and name.decode("latin-1").isprintable()):
        return 0
    return struct.calcsize(header) + length + length % 2
