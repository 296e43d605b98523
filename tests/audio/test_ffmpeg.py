"""Containers of several tracks: the length is the track's own, and a silent one is passed over."""

import io
import re
import struct
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.decode import decode
from pipeline.errors import BadRecordingError
from tests.audio.test_decode import distance_db, encoded_by_ffmpeg, half, sung
from tests.audio.test_promises import TAGS

RATE = 44100
PICTURES = {"flv": "flv", "asf": "wmv2", "webm": "libvpx"}
FIELD = (5).to_bytes(4, "little") + bytes(4) + b"Title\0Hello"
FOOTER = b"APETAGEX" + struct.pack("<IIII", 2000, len(FIELD) + 32, 1, 2**31) + bytes(8)
APE = FOOTER + FIELD + FOOTER
SUNG = np.round(sung(4.0, RATE, channels=1) * 32767).astype(np.int16)


def film(
    container: str,
    tracks: list[NDArray[np.int16]],
    *,
    pictures: float = 0.0,
    begins: float = 0.0,
    codec: str = "pcm_s16le",
    rate: int = RATE,
) -> bytes:
    """Write tracks of sound, from `begins` seconds on, and so many seconds of pictures."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        streams: list[Any] = [output.add_stream(codec, rate=rate, layout="mono") for _ in tracks]
        if pictures:
            streams.append(
                output.add_stream(PICTURES.get(container, "mpeg4"), rate=10, width=16, height=16, pix_fmt="yuv420p")
            )
        for stream, track in zip(streams, tracks, strict=False):
            for at in range(0, len(track), 4096):
                frame = av.AudioFrame.from_ndarray(track[None, at : at + 4096, 0], format="s16", layout="mono")
                frame.sample_rate, frame.time_base = rate, Fraction(1, rate)
                frame.pts = at + round(begins * rate)
                output.mux(stream.encode(frame))
        for number in range(round(10 * pictures)):
            picture = av.VideoFrame(16, 16, "yuv420p")
            picture.pts, picture.time_base = number, Fraction(1, 10)
            output.mux(streams[-1].encode(picture))
        for stream in streams:
            output.mux(stream.encode(None))
    return file.getvalue()


def read(tmp_path: Path, content: bytes) -> NDArray[np.float32]:
    path = tmp_path / "x"
    path.write_bytes(content)
    return decode(path)[0]


@pytest.mark.parametrize("container", ["matroska", "mov", "avi", "flv", "asf"])
@pytest.mark.parametrize(("pictures", "begins"), [(10.0, 0.0), (2.0, 3.0), (0.0, 3.0)])
def test_sound_may_end_before_its_pictures_or_begin_after(
    tmp_path: Path, container: str, pictures: float, begins: float
) -> None:
    samples = read(tmp_path, film(container, [SUNG], pictures=pictures, begins=begins))
    np.testing.assert_array_equal(samples, SUNG / np.float32(32768))


@pytest.mark.parametrize("codec", ["libmp3lame", "ac3", "mp2"])
@pytest.mark.parametrize(("pictures", "begins"), [(10.0, 0.0), (2.0, 3.0), (0.0, 3.0)])
def test_compressed_sound_of_an_avi_may_begin_late(tmp_path: Path, codec: str, pictures: float, begins: float) -> None:
    content = film("avi", [SUNG], pictures=pictures, begins=begins, codec=codec)
    assert len(read(tmp_path, content)) == pytest.approx(len(SUNG), abs=2400)  # encoders fill up two frames
    with pytest.raises(BadRecordingError, match="truncated"):
        read(tmp_path, half(content))


@pytest.mark.parametrize("container", ["matroska", "avi", "asf", "flv"])
def test_sound_with_pictures_that_is_cut_is_told(tmp_path: Path, container: str) -> None:
    with pytest.raises(BadRecordingError, match=r"truncated: [0-9.]+ (s )?of the [0-9.]+ (bytes|s) that"):
        read(tmp_path, half(film(container, [SUNG], pictures=10.0)))


@pytest.mark.parametrize("container", ["matroska", "mov", "avi"])
def test_a_silent_first_track_is_passed_over(tmp_path: Path, container: str) -> None:
    silent = np.zeros_like(SUNG)
    for tracks, expected in (([silent, SUNG], SUNG), ([SUNG, SUNG[::-1].copy()], SUNG), ([silent, silent], silent)):
        samples = read(tmp_path, film(container, tracks))
        np.testing.assert_array_equal(samples, expected / np.float32(32768))


def test_in_ogg_too_a_silent_first_track_is_passed_over(tmp_path: Path) -> None:
    """Of which libsndfile reads the first track alone."""
    source = np.round(sung(2.0, 48000, channels=1) * 32767).astype(np.int16)
    samples = read(tmp_path, film("ogg", [np.zeros_like(source), source], codec="libopus", rate=48000))
    assert distance_db(samples[4800:-4800], source[4800:-4800] / 32768) < -20


@pytest.mark.parametrize(
    ("container", "pictures", "begins"),
    [
        ("ogg", 0.0, 0.0),
        *((container, *times) for container in ("webm", "matroska") for times in ((0.0, 0.0), (6.0, 0.0), (1.0, 3.0))),
    ],
)
def test_opus_begins_and_ends_where_the_sound_does(
    tmp_path: Path, container: str, pictures: float, begins: float
) -> None:
    """The encoder puts 6.5 ms in front, which the header says to skip, and fills up the last of its frames."""
    source = np.round(sung(2.013, 48000, channels=1) * 32767).astype(np.int16)
    content = film(container, [source], pictures=pictures, begins=begins, codec="libopus", rate=48000)
    samples = read(tmp_path, content)
    assert abs(len(samples) - len(source)) <= 48  # Matroska states lengths in milliseconds
    for part in (slice(4800), slice(-9600, -4800)):
        assert distance_db(samples[part], source[part] / 32768) < -20


def test_wma_keeps_its_end(tmp_path: Path) -> None:
    """FFmpeg leaves out two frames of 2048 samples in front, as Microsoft's encoder fills them; its own fills one."""
    content = encoded_by_ffmpeg(sung(4.0, RATE), RATE, "asf", "wmav2")
    samples = read(tmp_path, content)
    assert distance_db(samples[: RATE * 3], sung(4.0, RATE)[2048 : 2048 + RATE * 3]) < -20
    assert 4.0 * RATE - 2048 <= len(samples) <= 4.0 * RATE


@pytest.mark.parametrize("tag", [TAGS["ID3v1"], APE, APE + TAGS["ID3v1"]], ids=["ID3v1", "APE", "both"])
@pytest.mark.parametrize(("container", "codec"), [("wv", "wavpack"), ("tta", "tta"), ("ac3", "ac3")])
def test_tags_at_the_end_are_no_damage(tmp_path: Path, container: str, codec: str, tag: bytes) -> None:
    content = encoded_by_ffmpeg(sung(2.0, RATE), RATE, container, codec)
    np.testing.assert_array_equal(read(tmp_path, content + tag), read(tmp_path, content))


def test_the_beginning_of_a_tag_is_none(tmp_path: Path) -> None:
    with pytest.raises(BadRecordingError, match="not audio"):
        read(tmp_path, FOOTER[:16])
    with pytest.raises(BadRecordingError, match="not audio"):
        read(tmp_path, FOOTER)


def test_a_codec_that_nobody_knows_is_told(tmp_path: Path) -> None:
    content = bytearray(encoded_by_ffmpeg(sung(1.0, RATE), RATE, "voc", "pcm_s16le"))
    content[content.index(bytes([4, 0]), 26)] = 99  # the block's codec
    with pytest.raises(BadRecordingError, match="a codec that is not known"):
        read(tmp_path, bytes(content))


def test_samples_beyond_single_precision_are_told_without_a_warning(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    content = encoded_by_ffmpeg(np.full((RATE, 1), 0.5), RATE, "matroska", "pcm_f64le")
    half_one = struct.pack("<d", 0.5)
    with pytest.raises(BadRecordingError, match="holds samples"):
        read(tmp_path, content.replace(half_one, struct.pack("<d", 1e300)))
    assert not recwarn.list


def test_checksums_are_compared(tmp_path: Path) -> None:
    content = bytearray(encoded_by_ffmpeg(sung(4.0, RATE), RATE, "wv", "wavpack"))
    content[len(content) // 2] ^= 0x55
    with pytest.raises(BadRecordingError, match="damaged"):
        read(tmp_path, bytes(content))


@pytest.mark.parametrize(("container", "codec"), [("asf", "wmav2"), ("mpegts", "mp2")])
def test_lost_packets_are_damage(tmp_path: Path, container: str, codec: str) -> None:
    content = encoded_by_ffmpeg(sung(6.0, RATE), RATE, container, codec)
    middle = len(content) // 2
    with pytest.raises(BadRecordingError, match=r"damaged: 0\.[0-9]+ s are missing, [23]\.[0-9]+ s from its beginning"):
        read(tmp_path, content[:middle] + bytes(len(content) // 8) + content[middle + len(content) // 8 :])


def test_a_flac_in_ogg_with_a_hole_is_damaged(tmp_path: Path) -> None:
    """Of FLAC in Ogg, libsndfile reports no hole."""
    whole = film("ogg", [np.tile(SUNG, (5, 1))], codec="flac")
    pages = [match.start() for match in re.finditer(b"OggS", whole)]
    middle = len(pages) // 2
    assert len(read(tmp_path, whole)) == 5 * len(SUNG)
    with pytest.raises(BadRecordingError, match=f"damaged: bytes are missing before byte {pages[middle]}"):
        read(tmp_path, whole[: pages[middle]] + whole[pages[middle + 1] :])


def test_the_blocks_of_a_voc_are_not_heard(tmp_path: Path) -> None:
    content = encoded_by_ffmpeg(sung(4.0, RATE), RATE, "voc", "pcm_s16le")
    np.testing.assert_allclose(read(tmp_path, content), sung(4.0, RATE), atol=2**-14)
