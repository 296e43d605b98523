"""Detection in what files hold, not only in made-up samples."""

from pathlib import Path

import pytest
import soxr

from pipeline.audio.decode import decode
from pipeline.audio.voice_detection import detect
from tests.audio.test_decode import encoded_by_ffmpeg
from tests.audio.test_sung_frames import RATE, SETTINGS, hum


@pytest.mark.parametrize(("container", "codec"), [("adts", "aac"), ("ipod", "aac"), ("mp3", "libmp3lame")])
def test_a_hum_stays_one_in_lossy_files(tmp_path: Path, container: str, codec: str) -> None:
    """AAC puts 23 ms of silence in front, which raw AAC does not say."""
    humming = soxr.resample(hum(6.0, 60.0, 0.01), RATE, 2 * RATE)
    (tmp_path / "x").write_bytes(encoded_by_ffmpeg(humming[:, None], 2 * RATE, container, codec))
    samples, rate = decode(tmp_path / "x")
    assert not detect(soxr.resample(samples[:, 0], rate, RATE), RATE, SETTINGS).voiced.frames.any()
