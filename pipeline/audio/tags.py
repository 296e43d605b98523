"""Tags before and behind the sound of a file: title, singer and pictures, which are no sound."""

import mmap
import re
import struct

# How an ID3 tag begins, up to its length, seven bits a byte.
ID3_TAG = re.compile(rb"ID3[\x02-\x04]\0.[\0-\x7f]{4}", re.DOTALL)
# Tags at the very end: that of ID3 version 1; and the footer of an APE tag, where its length stands in it, and
# the flag that it has a header, as long, which the length does not count.
ID3_BYTES, APE_BYTES, APE_LENGTH_AT, APE_HAS_HEADER = 128, 32, 12, 2**31


def end_of_tags(whole: mmap.mmap, at: int) -> int:
    """Return where the ID3 tags end that stand at a byte: there, where none does."""
    while tag := ID3_TAG.match(whole, at):
        at = tag.end() + syncsafe(tag[0][-4:])
    return at


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


def syncsafe(four: bytes) -> int:
    """Return a length as ID3 writes it, seven bits a byte."""
    return sum((byte & 0x7F) << shift for byte, shift in zip(four[:4], (21, 14, 7, 0), strict=True))
