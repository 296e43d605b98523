"""What stands after the length that a header states is read, or told; nothing is cut without a word."""

import re
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.decode import decode, decode_blocks
from pipeline.errors import BadRecordingError
from tests.audio.test_decode import RATE, encoded, encoded_by_ffmpeg, sung, wav

WHOLE = sung(4.0)
HALF = len(WHOLE) // 2
PARTS = (WHOLE[:HALF], WHOLE[HALF:])
SUBTYPES = {"MP3": "MPEG_LAYER_III", "OGG": "VORBIS"}


def read(tmp_path: Path, content: bytes) -> NDArray[np.float32]:
    path = tmp_path / "x"
    path.write_bytes(content)
    return decode(path)[0]


def both(container: str) -> tuple[bytes, bytes]:
    one, other = (encoded(part, RATE, format=container, subtype=SUBTYPES.get(container, "PCM_16")) for part in PARTS)
    return one, other


def payload(part: NDArray[np.float64]) -> bytes:
    return np.round(part * 32767).astype("<i2").tobytes()


@pytest.mark.parametrize("container", ["WAV", "RF64", "AU"])
def test_a_crashed_recorder_is_read_to_the_end(tmp_path: Path, container: str) -> None:
    content = encoded(WHOLE, RATE, format=container, subtype="PCM_16")
    first, _ = both(container)
    flushed = first + content[len(first) :]
    np.testing.assert_array_equal(read(tmp_path, flushed), read(tmp_path, content))


def test_sound_past_its_stated_length_is_read_though_that_of_the_file_is_right(tmp_path: Path) -> None:
    content = bytearray(encoded(WHOLE, RATE, format="WAV", subtype="PCM_16"))
    at = content.index(b"data") + 4
    content[at : at + 4] = struct.pack("<I", 4 * HALF)
    np.testing.assert_allclose(read(tmp_path, bytes(content)), WHOLE, atol=2**-14)


def test_what_follows_the_stated_length_comes_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.audio.ffmpeg.BLOCK", RATE // 10)
    content = encoded(WHOLE, RATE, format="WAV", subtype="PCM_16")
    path = tmp_path / "x"
    first, _ = both("WAV")
    path.write_bytes(first + content[len(first) :])
    blocks = list(decode_blocks(path)[1])
    assert len(blocks) > 10
    assert all(map(len, blocks))
    np.testing.assert_array_equal(np.concatenate(blocks), read(tmp_path, content))


@pytest.mark.parametrize("container", ["AIFF", "CAF"])
def test_where_it_cannot_be_read_on_the_bytes_are_counted(tmp_path: Path, container: str) -> None:
    first, _ = both(container)
    with pytest.raises(BadRecordingError, match=f"{4 * HALF} bytes of other sound .* from byte {len(first)}"):
        read(tmp_path, first + payload(PARTS[1]))


@pytest.mark.parametrize("container", ["WAV", "AIFF", "FLAC"])
def test_files_put_one_after_the_other_are_read_in_turn(tmp_path: Path, container: str) -> None:
    parts = [read(tmp_path, content) for content in both(container)]
    np.testing.assert_array_equal(read(tmp_path, b"".join(both(container))), np.concatenate(parts))


@pytest.mark.parametrize("container", ["MP3", "OGG"])
def test_lossy_files_put_one_after_the_other_are_read_in_turn(tmp_path: Path, container: str) -> None:
    samples = read(tmp_path, b"".join(both(container)))
    assert abs(len(samples) - len(WHOLE)) < 0.15 * RATE
    assert np.std(samples[-HALF // 2 :]) > 0.5 * np.std(WHOLE)


def test_mp4_files_put_one_after_the_other_are_read_in_turn(tmp_path: Path) -> None:
    one, other = (encoded_by_ffmpeg(sung(2.0, 44100), 44100, "mp4", "aac") for _ in range(2))
    np.testing.assert_array_equal(read(tmp_path, one + other), np.concatenate([read(tmp_path, one)] * 2))


@pytest.mark.parametrize("container", ["AU", "CAF"])
def test_another_file_behind_the_sound_is_told(tmp_path: Path, container: str) -> None:
    one, other = both(container)
    with pytest.raises(BadRecordingError, match=f"{len(other)} bytes of other sound .* from byte {len(one)}"):
        read(tmp_path, one + other)


def test_a_file_of_another_rate_behind_the_sound_is_told(tmp_path: Path) -> None:
    one, other = wav(1, 16, payload(PARTS[0][:, :1])), wav(1, 16, payload(PARTS[1][:, :1]), rate=8000)
    with pytest.raises(BadRecordingError, match=f"another file begins at byte {len(one)}"):
        read(tmp_path, one + other)


def test_a_flac_that_states_too_few_samples_is_read_to_the_end(tmp_path: Path) -> None:
    flac = bytearray(encoded(WHOLE, RATE, format="FLAC", subtype="PCM_24"))
    flac[21] &= 0xF0  # STREAMINFO's 36 bits of total samples
    flac[22:26] = struct.pack(">I", RATE)
    np.testing.assert_allclose(read(tmp_path, bytes(flac)), WHOLE, atol=2**-22)


TAGS = {
    "ID3v1": b"TAG" + b"la" * 62 + b"\0",
    "ID3v2": b"ID3\x04\0\0" + bytes([0, 0, 40, 0]) + b"\xff\xd8pict" * 854,
    "APE": b"APETAGEX" + struct.pack("<III", 2000, 5000, 1) + bytes(12) + b"\xff\xd8pict" * 834,
    "padding": bytes(30000),
    "chunk": b"LIST" + struct.pack("<I", 9000) + b"INFO" + b"\xff\xd8pict" * 1499 + bytes(2),
}


@pytest.mark.parametrize("tag", TAGS.values(), ids=list(TAGS))
@pytest.mark.parametrize("container", ["WAV", "FLAC", "MP3", "OGG"])
def test_tags_and_padding_behind_the_sound_are_not_heard(tmp_path: Path, container: str, tag: bytes) -> None:
    content, _ = both(container)
    np.testing.assert_array_equal(read(tmp_path, content + tag), read(tmp_path, content))


def test_a_chunk_after_sound_of_an_odd_length_is_not_heard(tmp_path: Path) -> None:
    tag = b"LIST" + struct.pack("<I", 9000) + bytes(range(1, 251)) * 36
    for padding in (b"", b"\0"):
        content = wav(1, 8, bytes(range(1, 256)) * 81)
        assert len(read(tmp_path, content + padding + tag)) == 255 * 81


def test_a_caf_of_unknown_length_is_read(tmp_path: Path) -> None:
    caf = bytearray(encoded(WHOLE, RATE, format="CAF", subtype="PCM_16"))
    at = caf.index(b"data") + 4
    caf[at : at + 8] = b"\xff" * 8
    np.testing.assert_allclose(read(tmp_path, bytes(caf)), WHOLE, atol=2**-14)


@pytest.mark.parametrize("changed", [1, 2])
def test_an_ogg_with_a_hole_is_damaged(tmp_path: Path, changed: int) -> None:
    ogg = encoded(sung(20.0, channels=1), RATE, format="OGG", subtype="VORBIS")
    pages = [match.start() for match in re.finditer(b"OggS", ogg)]
    middle = len(pages) // 2
    with pytest.raises(BadRecordingError, match="damaged: bytes are missing before byte"):
        read(tmp_path, ogg[: pages[middle]] + ogg[pages[middle + changed] :])


def test_an_implausible_sample_is_damage(tmp_path: Path) -> None:
    values = sung(1.0, channels=1)
    values[1000] = 1e29
    with pytest.raises(BadRecordingError, match=r"damaged: holds a sample of 1e\+29 times full scale"):
        read(tmp_path, encoded(values, RATE, format="WAV", subtype="FLOAT"))
    read(tmp_path, encoded(sung() * 2.0**31, RATE, format="WAV", subtype="FLOAT"))
