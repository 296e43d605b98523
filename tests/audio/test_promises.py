"""What stands after the length that a header states is read, or told; nothing is cut without a word."""

import re
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.decode import decode, decode_blocks
from pipeline.errors import BadRecordingError
from tests.audio.test_decode import RATE, encoded, sung, wav

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


@pytest.mark.parametrize("container", ["WAV", "RF64", "AU", "AIFF", "CAF"])
def test_a_crashed_recorder_is_read_to_the_end(tmp_path: Path, container: str) -> None:
    content = encoded(WHOLE, RATE, format=container, subtype="PCM_16")
    first, _ = both(container)
    flushed = first + content[len(first) :]
    np.testing.assert_array_equal(read(tmp_path, flushed), read(tmp_path, content))


@pytest.mark.parametrize("container", ["WAV", "RF64", "AU", "AIFF", "CAF"])
def test_a_recorder_that_crashed_before_its_first_flush_is_read(tmp_path: Path, container: str) -> None:
    content = encoded(WHOLE, RATE, format=container, subtype="PCM_16")
    empty = encoded(WHOLE[:0], RATE, format=container, subtype="PCM_16")
    np.testing.assert_array_equal(read(tmp_path, empty + content[len(empty) :]), read(tmp_path, content))


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


def test_two_chunks_of_sound_in_one_wav_are_told(tmp_path: Path) -> None:
    """Of these FFmpeg plays the second, libsndfile the first or none."""
    header = wav(1, 16, b"")[:36]
    chunks = b"".join(b"data" + struct.pack("<I", len(payload(part))) + payload(part) for part in PARTS)
    riff = header[:4] + struct.pack("<I", len(header) + len(chunks) - 8) + header[8:]
    for content in (riff + chunks, header + chunks):
        with pytest.raises(BadRecordingError, match=f"a second chunk of sound stands at byte {44 + 4 * HALF + 8}"):
            read(tmp_path, content)


@pytest.mark.parametrize("container", ["NIST", "SVX"])
def test_headers_of_old_formats_are_believed(tmp_path: Path, container: str) -> None:
    content = encoded(WHOLE[:, :1], RATE, format=container, subtype="PCM_16")
    assert len(read(tmp_path, content)) == len(WHOLE)
    with pytest.raises(BadRecordingError, match="truncated: [0-9.]+ (s )?of the"):
        read(tmp_path, content[: len(content) // 2])


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


def test_a_voc_is_read_to_where_its_blocks_end_or_told(tmp_path: Path) -> None:
    """26 bytes of header, 4 of a block's, 2 of its format, 16-bit samples, and a last byte of 0."""
    whole = encoded(WHOLE[:, :1], RATE, format="VOC", subtype="PCM_16")
    end = len(whole) - 1
    assert len(read(tmp_path, whole)) == len(WHOLE)
    with pytest.raises(BadRecordingError, match=f"truncated: {end // 2} of the {end} bytes"):
        read(tmp_path, whole[: end // 2])
    crashed = bytearray(whole)
    crashed[27:30] = (len(whole) // 2).to_bytes(3, "little")
    for longer, sound in ((whole + whole, len(whole)), (bytes(crashed), 30 + len(whole) // 2)):
        with pytest.raises(BadRecordingError, match=f"[0-9]+ bytes stand after .* from byte {sound}; cut it there"):
            read(tmp_path, longer)


def test_an_implausible_sample_is_damage(tmp_path: Path) -> None:
    values = sung(1.0, channels=1)
    values[1000] = 1e29
    with pytest.raises(BadRecordingError, match=r"damaged: holds a sample of 1e\+29 times full scale"):
        read(tmp_path, encoded(values, RATE, format="WAV", subtype="FLOAT"))
    read(tmp_path, encoded(sung() * 2.0**31, RATE, format="WAV", subtype="FLOAT"))


def test_sound_past_its_length_that_ends_in_damage_is_told(tmp_path: Path) -> None:
    """Of IMA ADPCM a damaged block ends the decoding; the sound before it, heard or not, is not passed over."""
    one, whole = (encoded(part, RATE, format="WAV", subtype="IMA_ADPCM") for part in (PARTS[0], WHOLE))
    crashed = one + whole[len(one) :]
    assert len(read(tmp_path, crashed)) > len(WHOLE)  # padded to whole blocks
    with pytest.raises(BadRecordingError, match="not audio, damaged or truncated"):
        read(tmp_path, crashed + b"\xff" * 20000)
