"""Containers of several tracks: the length is the track's own, and a silent one is passed over."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.decode import decode
from pipeline.errors import BadRecordingError
from tests.audio.test_decode import half, sung

RATE = 44100
PICTURES = {"flv": "flv", "asf": "wmv2"}
SUNG = np.round(sung(4.0, RATE, channels=1) * 32767).astype(np.int16)


def film(container: str, tracks: list[NDArray[np.int16]], *, pictures: float = 0.0, begins: float = 0.0) -> bytes:
    """Write tracks of sound, from `begins` seconds on, and so many seconds of pictures."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        streams: list[Any] = [output.add_stream("pcm_s16le", rate=RATE, layout="mono") for _ in tracks]
        if pictures:
            streams.append(
                output.add_stream(PICTURES.get(container, "mpeg4"), rate=10, width=16, height=16, pix_fmt="yuv420p")
            )
        for stream, track in zip(streams, tracks, strict=False):
            for at in range(0, len(track), 4096):
                frame = av.AudioFrame.from_ndarray(track[None, at : at + 4096, 0], format="s16", layout="mono")
                frame.sample_rate, frame.time_base = RATE, Fraction(1, RATE)
                frame.pts = at + round(begins * RATE)
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
