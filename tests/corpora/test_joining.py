from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.decode import decode
from pipeline.corpora.joining import GAP_SECONDS, join
from pipeline.errors import BadRecordingError

RATE = 8000
GAP = np.zeros(round(GAP_SECONDS * RATE))


def write(file: Path, *channels: float, rate: int = RATE) -> Path:
    soundfile.write(file, np.tile(channels, (500, 1)), rate)
    return file


def test_takes_follow_one_another_with_a_gap(tmp_path: Path) -> None:
    files = [write(tmp_path / "a.wav", 0.25), write(tmp_path / "b.wav", 0.5, -0.25)]
    join(files, None, tmp_path / "joined.flac")
    samples, rate = decode(tmp_path / "joined.flac")
    assert rate == RATE
    np.testing.assert_allclose(samples[:, 0], [*[0.25] * 500, *GAP, *[0.125] * 500], atol=2**-15)


def test_one_channel_holds_the_voice(tmp_path: Path) -> None:
    join([write(tmp_path / "a.wav", 0.75, -0.25)], 1, tmp_path / "joined.flac")
    samples, _ = decode(tmp_path / "joined.flac")
    np.testing.assert_allclose(samples, np.full((500, 1), -0.25), atol=2**-15)


def test_of_channels_that_cancel_one_is_joined(tmp_path: Path) -> None:
    voice = 0.5 * np.sin(np.arange(500) / 9)
    soundfile.write(tmp_path / "a.wav", np.stack([0.9 * voice, -voice], axis=1), RATE)
    join([tmp_path / "a.wav"], None, tmp_path / "joined.flac")
    np.testing.assert_allclose(decode(tmp_path / "joined.flac")[0][:, 0], -voice, atol=2**-15)


def test_a_take_without_the_channel_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRecordingError, match="a.wav: the voice should be in channel 2, and the file has 1"):
        join([write(tmp_path / "a.wav", 0.5)], 1, tmp_path / "joined.flac")


def test_takes_of_different_rates_do_not_join(tmp_path: Path) -> None:
    files = [write(tmp_path / "a.wav", 0.5), write(tmp_path / "b.wav", 0.5, rate=16000)]
    with pytest.raises(BadRecordingError, match="8000, 16000 Hz"):
        join(files, None, tmp_path / "joined.flac")
