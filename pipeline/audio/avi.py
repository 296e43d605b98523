"""How far an AVI goes: in parts that state their lengths, a new one after each gigabyte or so (OpenDML, 1996)."""

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import BadRecordingError

FIRST_PART, NEXT_PART = b"AVI ", b"AVIX"
# A part, or the list of its sound and pictures, of a length of 0 or from this one on was never told how long it is.
UNTOLD = 0x7FFFF000
SLACK_BYTES = 128
# The index of a track's indices: the bytes of its header, the kind of it, where the number of its entries stands, and
# one of them, with where an index begins and its length.
INDEX, INDEX_HEADER, INDEX_OF_INDICES, ENTRIES_AT, ENTRY = b"indx", 32, b"\4\0\0\0", 12, "<QI4x"


def check_parts(path: Path) -> None:
    """Raise `BadRecordingError` for an AVI that ends within a further part, or before one that its indices name."""
    with path.open("rb") as file:
        head, size = file.read(12), file.seek(0, 2)
        if head[:4] != b"RIFF" or head[8:] != FIRST_PART or size < INDEX_HEADER:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            promised = max((at + length for at, length in _parts(whole, 0)), default=0)
            promised = max(promised, _last_index(whole))
    if size + SLACK_BYTES < promised:
        raise BadRecordingError(f"truncated: {size} of the {promised} bytes that its header promises")


def end_of_parts(whole: mmap.mmap, at: int) -> int:
    """Return where the parts of an AVI end that begins at a byte, at most the end of the file."""
    end = at
    for start, length in _parts(whole, at):
        end = start + length
    return min(end, len(whole))


def _parts(whole: mmap.mmap, at: int) -> Iterator[tuple[int, int]]:
    """Yield where each part begins, and its length, be it told or not."""
    kind = FIRST_PART
    while whole[at : at + 4] == b"RIFF" and whole[at + 8 : at + 12] == kind:
        stated = _length(whole, at)
        end = _end_of_chunks(whole, at + 12) if _is_untold(stated) else at + 8 + stated + stated % 2
        yield at, end - at
        at, kind = end, NEXT_PART


def _end_of_chunks(whole: mmap.mmap, at: int) -> int:
    """Follow the chunks of a part that does not tell its length, and those of a list within that does not either."""
    while at + 8 <= len(whole) and _is_name(whole[at : at + 4]):
        length = _length(whole, at)
        untold = whole[at : at + 4] == b"LIST" and _is_untold(length)
        at += 12 if untold else 8 + length + length % 2
    return min(at, len(whole))


def _is_name(four: bytes) -> bool:
    return four != b"RIFF" and four.isascii() and four.decode("ascii").isprintable()


def _is_untold(length: int) -> bool:
    return length == 0 or length >= UNTOLD


def _length(whole: mmap.mmap, at: int) -> int:
    return int.from_bytes(whole[at + 4 : at + 8], "little")


def _last_index(whole: mmap.mmap) -> int:
    """Return where the last of all tracks' indices ends, by what stands before the sound; 0 where none is named."""
    header, last = 20 + _length(whole, 12), 0
    at = whole.find(INDEX, 0, header)
    while at >= 0:
        if whole[at + 8 : at + 12] == INDEX_OF_INDICES:
            entries = int.from_bytes(whole[at + ENTRIES_AT : at + ENTRIES_AT + 4], "little")
            begins = at + INDEX_HEADER
            ends = min(begins + entries * struct.calcsize(ENTRY), at + 8 + _length(whole, at), len(whole))
            table = whole[begins : begins + (ends - begins) // struct.calcsize(ENTRY) * struct.calcsize(ENTRY)]
            last = max([last, *(offset + length for offset, length in struct.iter_unpack(ENTRY, table))])
        at = whole.find(INDEX, at + 1, header)
    return last
