"""Lengths of frames by hand, from the standards' tables."""

import mmap
from pathlib import Path

import pytest

from pipeline.audio.mpeg_frames import frame_length, frames_begin, last_frames


@pytest.mark.parametrize(
    ("header", "length"),
    [
        ("fffb90640000", 417),  # MPEG-1, 128 kbit/s, 44.1 kHz: 144 x 128000 / 44100 = 417.96
        ("fffb92640000", 418),  # the same, padded
        ("fff348c40000", 144),  # MPEG-2, 32 kbit/s, 16 kHz: 72 x 32000 / 16000
        ("ffe310c40000", 52),  # MPEG-2.5, 8 kbit/s, 11.025 kHz: 72 x 8000 / 11025 = 52.2
        ("fff150802e7f", 371),  # ADTS: thirteen bits, 0 << 11 | 0x2e << 3 | 0x7f >> 5 = 371
        ("fffbf0640000", 0),  # no such bit rate
        ("fffb9c640000", 0),  # no such sampling rate
        ("fffd90640000", 0),  # layer II
        ("fe0000000000", 0),
        ("fffb90", 0),
    ],
)
def test_lengths_by_hand(header: str, length: int) -> None:
    assert frame_length(bytes.fromhex(header)) == length


# MPEG-1, 128 kbit/s, 44.1 kHz: 417 bytes, among which stands what looks like another header.
FRAME = bytes.fromhex("fffb9064") + bytes(100) + bytes.fromhex("fffb9264") + bytes(309)


@pytest.fixture
def whole(tmp_path: Path) -> mmap.mmap:
    """Ten bytes, twelve frames, and twenty bytes."""
    (tmp_path / "x").write_bytes(bytes(10) + 12 * FRAME + bytes(20))
    with (tmp_path / "x").open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def test_the_last_frames_begin_with_the_first_of_them(whole: mmap.mmap) -> None:
    end = 10 + 12 * 417
    assert last_frames(whole, 0, end, 12) == 10
    assert last_frames(whole, 0, end, 13) == -1
    assert last_frames(whole, 11, end, 8) == 10 + 417


def test_the_last_of_the_last_frames_may_be_cut(whole: mmap.mmap) -> None:
    assert last_frames(whole, 0, 10 + 12 * 417 - 200, 12) == 10


def test_frames_that_end_before_the_end_are_not_the_last(whole: mmap.mmap) -> None:
    assert last_frames(whole, 0, len(whole), 8) == -1
    assert last_frames(whole, 0, len(whole) - 18, 8) == 10  # two bytes are less than a header


def test_frames_begin_where_three_follow_one_another(whole: mmap.mmap) -> None:
    assert frames_begin(whole, 10)
    assert frames_begin(whole, 10 + 9 * 417)
    assert not frames_begin(whole, 10 + 10 * 417)
    assert not frames_begin(whole, 10 + 104)
