"""Lengths of frames by hand, from the standards' tables."""

import pytest

from pipeline.audio.mpeg_frames import frame_length


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
