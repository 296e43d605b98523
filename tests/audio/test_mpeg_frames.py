"""Lengths of frames and packets by hand, from the standards' tables."""

import mmap
from pathlib import Path

import pytest

from pipeline.audio.mpeg_frames import frame_kind, frame_length, frames_begin, last_frames


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
        ("fffd90640000", 522),  # layer II, 160 kbit/s, 44.1 kHz: 144 x 160000 / 44100 = 522.4
        ("fff584640000", 384),  # layer II of MPEG-2, 64 kbit/s, 24 kHz: 144 x 64000 / 24000
        ("ffff90640000", 0),  # layer I
        ("0b7700001440", 768),  # AC-3, 192 kbit/s, 48 kHz: 1536 samples take 0.032 s
        ("0b7700005440", 834),  # the same at 44.1 kHz: 417.96 words of two bytes
        ("0b7700005540", 836),  # with one word more
        ("0b770000d440", 0),  # no such sampling rate
        ("0b7700002640", 0),  # no such bit rate: the last of nineteen has the indices 36 and 37
        ("0b7701803480", 770),  # its successor: the length is 0x180 + 1 words
        ("0b7701803488", 0),  # no such version
        ("474011100042", 188),  # a packet of MPEG-TS
        ("47c011100042", 0),  # with an error
        ("474011000042", 0),  # that holds nothing
        ("4740119000ff", 0),  # that is scrambled
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


AC3_FRAME = bytes.fromhex("0b7700001440") + bytes(762)
PACKETS = b"".join(bytes.fromhex("47010010") + bytes([count]) * 184 for count in range(12))


@pytest.mark.parametrize(("frames", "first"), [(12 * AC3_FRAME, "AC-3"), (PACKETS, "MPEG-TS")])
def test_frames_of_ac3_and_packets_are_found_too(tmp_path: Path, frames: bytes, first: str) -> None:
    (tmp_path / "x").write_bytes(b"Gww" + 5 * FRAME + frames)
    with (tmp_path / "x").open("rb") as file:
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    begins = 3 + 5 * 417
    assert last_frames(whole, 0, len(whole), 8) == begins
    assert frames_begin(whole, begins)
    assert not frames_begin(whole, 3 + 3 * 417)  # two frames, and one of another kind
    assert [frame_kind(whole, at) for at in (3, begins, 4)] == ["MP3", first, ""]


def test_a_constant_offset_is_no_packets(tmp_path: Path) -> None:
    """Samples of 71 and 16 in turn, which are the first bytes of a packet: 47 00 10 00."""
    (tmp_path / "x").write_bytes(bytes.fromhex("47001000") * 1000)
    with (tmp_path / "x").open("rb") as file:
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    assert last_frames(whole, 0, len(whole), 8) == -1
    assert not frames_begin(whole, 0)


def test_frames_begin_where_three_follow_one_another(whole: mmap.mmap) -> None:
    assert frames_begin(whole, 10)
    assert frames_begin(whole, 10 + 9 * 417)
    assert not frames_begin(whole, 10 + 10 * 417)
    assert not frames_begin(whole, 10 + 104)
