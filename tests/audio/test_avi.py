"""Parts of an AVI, laid out by hand: how far they go, and whether one is missing."""

import mmap
import struct
from pathlib import Path

import pytest

from pipeline.audio.avi import check_parts, end_of_parts
from pipeline.errors import BadRecordingError
from tests.audio.test_decode import encoded_by_ffmpeg, sung
from tests.audio.test_promises import read


def chunk(name: bytes, content: bytes, stated: int = -1) -> bytes:
    return name + struct.pack("<I", len(content) if stated < 0 else stated) + content + bytes(len(content) % 2)


def part(kind: bytes, chunks: bytes, stated: int = -1) -> bytes:
    return chunk(b"RIFF", kind + chunks, stated)


SOUND = chunk(b"00wb", bytes(999))
MOVI = chunk(b"LIST", b"movi" + SOUND)
FIRST = part(b"AVI ", chunk(b"LIST", b"hdrl" + chunk(b"avih", bytes(56))) + MOVI)
NEXT = part(b"AVIX", MOVI)
# RIFF and its kind, a list with a chunk in it, a list with one of an odd length that is padded
LENGTH = 12 + (12 + 8 + 56) + (12 + 8 + 1000)


def test_parts_end_where_they_say(tmp_path: Path) -> None:
    assert len(FIRST) == LENGTH
    behind = b"RIFF" + bytes(4) + b"WAVE" + bytes(100)
    for whole, end in ((FIRST + behind, LENGTH), (FIRST + NEXT + NEXT + behind, LENGTH + 2 * len(NEXT))):
        assert ends(tmp_path, whole) == end


@pytest.mark.parametrize("untold", [0, 0x7FFFF000, 0xFFFFFFFF])
def test_of_a_part_that_does_not_say_the_chunks_do(tmp_path: Path, untold: int) -> None:
    behind = b"\xff\xfb\x90\x64" + bytes(500)
    for movi in (MOVI, chunk(b"LIST", b"movi" + SOUND, untold)):
        whole = part(b"AVI ", FIRST[12 : -len(MOVI)] + movi, untold)
        assert ends(tmp_path, whole + behind) == LENGTH
        assert ends(tmp_path, whole[:-500]) == LENGTH - 500
        check_parts(tmp_path / "x")


def ends(tmp_path: Path, content: bytes) -> int:
    (tmp_path / "x").write_bytes(content)
    with (tmp_path / "x").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return end_of_parts(whole, 0)


def long_avi() -> tuple[bytes, bytes]:
    """Put the second half of the sound of an AVI in a part of its own, whose index that of the track names."""
    avi = encoded_by_ffmpeg(sung(2.0, 44100), 44100, "avi", "pcm_s16le")
    movi = avi.index(b"movi")
    samples = avi[movi + 12 : movi + 12 + 4 * 88200]
    halves = [chunk(b"00wb", samples[:176400]), chunk(b"00wb", samples[176400:])]
    old = chunk(b"idx1", avi[-16:-4] + struct.pack("<I", 176400))
    first = bytearray(part(b"AVI ", avi[12 : movi - 8] + chunk(b"LIST", b"movi" + halves[0]) + old))
    of_second = chunk(b"ix00", struct.pack("<HBBI4sQI", 2, 0, 1, 0, b"00wb", 0, 0))
    second = part(b"AVIX", chunk(b"LIST", b"movi" + halves[1] + of_second))
    at = first.index(b"JUNK")  # FFmpeg reserves the room for it
    first[at : at + 4] = b"indx"
    first[at + 12 : at + 16] = struct.pack("<I", 1)
    begins = len(first) + len(second) - len(of_second)
    first[at + 32 : at + 48] = struct.pack("<QII", begins, len(of_second), 44100)
    return bytes(first), second


def test_an_avi_that_is_cut_before_or_within_a_further_part_is_told(tmp_path: Path) -> None:
    first, second = long_avi()
    assert len(read(tmp_path, first + second)) == 88200
    whole = len(first) + len(second)
    for length in (0, 50, len(second) // 2, len(second) - 200):
        cut = first + second[:length]
        with pytest.raises(BadRecordingError, match=f"truncated: {len(cut)} of the {whole} bytes"):
            read(tmp_path, cut)


def test_the_last_part_tells_of_a_cut_where_no_index_does(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(FIRST + NEXT[:-500])
    with pytest.raises(BadRecordingError, match=f"truncated: {LENGTH + len(NEXT) - 500} of the {LENGTH + len(NEXT)} "):
        check_parts(tmp_path / "x")
    (tmp_path / "x").write_bytes(FIRST + NEXT)
    check_parts(tmp_path / "x")


@pytest.mark.parametrize("entries", [0, 1, 2**32 - 1])
def test_an_index_that_is_cut_or_names_nothing_is_no_fault_of_the_parts(tmp_path: Path, entries: int) -> None:
    index = chunk(b"indx", b"\4\0\0\0" + struct.pack("<I", entries) + bytes(16) + bytes(40))
    whole = part(b"AVI ", chunk(b"LIST", b"hdrl" + index) + MOVI)
    for content in (whole, whole[:70] + bytes(LENGTH), b"RIFF" + bytes(4) + b"AVI "):
        (tmp_path / "x").write_bytes(content)
        check_parts(tmp_path / "x")
