"""Tags laid out by hand, by the descriptions of ID3 and APE."""

import mmap
import struct
from pathlib import Path

import pytest

from pipeline.audio.tags import end_of_tags, syncsafe, tags_begin_at

SOUND = b"\xff\xfb\x90\x64" * 100
ID3V1 = b"TAG" + b"la" * 62 + b"\0"
FOOTER = struct.pack("<8sIIII8s", b"APETAGEX", 2000, 132, 1, 0, bytes(8))


def mapped(tmp_path: Path, content: bytes) -> mmap.mmap:
    (tmp_path / "x").write_bytes(content)
    with (tmp_path / "x").open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@pytest.mark.parametrize(
    ("four", "length"), [(b"\0\0\0\x7f", 127), (b"\0\0\2\1", 257), (b"\1\0\0\0", 2**21), (b"\x7f" * 4, 2**28 - 1)]
)
def test_seven_bits_a_byte(four: bytes, length: int) -> None:
    assert syncsafe(four) == length


def test_tags_before_the_sound_end_where_they_say(tmp_path: Path) -> None:
    first, second = b"ID3\4\0\0\0\0\1\0" + bytes(128), b"ID3\3\0\0\0\0\0\2" + bytes(2)
    whole = mapped(tmp_path, first + second + SOUND)
    assert end_of_tags(whole, 0) == 10 + 128 + 10 + 2
    assert end_of_tags(whole, len(first)) == 10 + 128 + 10 + 2
    assert end_of_tags(whole, 5) == 5


@pytest.mark.parametrize(
    ("tags", "length"),
    [
        (b"", 0),
        (ID3V1, 128),
        (bytes(100) + FOOTER, 132),
        (bytes(100) + FOOTER + ID3V1, 260),
        # a header before it, as long as the footer, which the length does not count
        (bytes(32) + bytes(100) + FOOTER[:20] + struct.pack("<I", 2**31) + bytes(8), 164),
        (FOOTER[:12] + struct.pack("<I", 10**6) + FOOTER[16:], 0),  # longer than the file
    ],
)
def test_tags_behind_the_sound_begin_where_they_say(tmp_path: Path, tags: bytes, length: int) -> None:
    whole = mapped(tmp_path, SOUND + tags)
    assert tags_begin_at(whole, 0, len(whole)) == len(whole) - length
