from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from pipeline.audio.steps.features import write_features
from pipeline.audio.steps.resample import resample_recording
from pipeline.audio.steps.voice import detect_recording
from pipeline.errors import BadInputError, BadRecordingError
from pipeline.model.listening import Listening
from singing_style.hearing import hear, resampled

RATE = 22050
Tone = Callable[[float, float], NDArray[np.float32]]


def test_a_file_is_heard_as_the_stages_hear_it(tmp_path: Path, listening: Listening, tone: Tone) -> None:
    source, clean = tmp_path / "song.wav", tmp_path / "song.flac"
    soundfile.write(source, np.stack([tone(3.0, 220.0), 0.5 * tone(3.0, 220.0)], axis=1), 44100)
    resample_recording(source, clean, listening.rate, listening.quality, listening.frame_length)
    detect_recording(clean, tmp_path / "voice.npz", listening.voice_settings())
    write_features(clean, tmp_path / "mel.npy", "mel", listening.spectrogram_settings())
    heard = hear(source, listening)
    with np.load(tmp_path / "voice.npz") as found:
        np.testing.assert_array_equal(heard.clip_starts, found["clip_starts"])
        np.testing.assert_array_equal(heard.voiced, found["voiced"])
        np.testing.assert_allclose(heard.confidence, found["confidence"], atol=1e-4)
    np.testing.assert_allclose(heard.spectrogram.astype(np.float32), np.load(tmp_path / "mel.npy"), atol=0.05)
    assert heard.seconds == pytest.approx(3.25 / 2, abs=1e-3)


def test_an_array_is_heard_as_its_file(choir: Path, listening: Listening) -> None:
    samples, rate = soundfile.read("ann.wav", dtype="float32")
    heard, same = hear("ann.wav", listening), hear(samples, listening, rate)
    np.testing.assert_array_equal(heard.spectrogram, same.spectrogram)
    np.testing.assert_array_equal(heard.clip_starts, same.clip_starts)


def test_what_exceeds_full_scale_is_scaled_down(listening: Listening, tone: Tone) -> None:
    with resampled(50 * tone(1.0, 220.0), listening, RATE) as samples:
        assert np.abs(samples[0 : len(samples)]).max() == pytest.approx(1.0, abs=1e-6)


def test_a_short_recording_gives_a_padded_clip(listening: Listening, tone: Tone) -> None:
    long = listening.model_copy(update={"clip_frames": 64})
    heard = hear(tone(1.0, 220.0), long, RATE)
    (clip,) = heard.clips(0, 8, 64)
    frames = len(heard.spectrogram)
    assert (frames, clip.shape) == (1 + round(1.25 * RATE) // 512, (64, 16))
    assert not clip[frames:].any()


@pytest.mark.parametrize(
    ("samples", "rate", "said"),
    [
        (np.ones(RATE, np.float32), None, "rate: missing"),
        (np.ones(RATE, np.float32), 0, "rate: should be a positive number"),
        (np.ones(RATE, np.int16), RATE, "samples are int16"),
        (np.full(RATE, np.nan), RATE, "NaN or infinite"),
        (np.ones((2, 3, 4)), RATE, r"shape \(2, 3, 4\)"),
        (np.ones(0), RATE, r"shape \(0,\)"),
        (np.zeros(RATE), RATE, "silent"),
        (np.sin(np.arange(100)), RATE, "too short: 5 ms"),
    ],
)
def test_samples_that_cannot_be_used_are_named(
    listening: Listening, samples: NDArray[np.floating], rate: int | None, said: str
) -> None:
    with pytest.raises(BadInputError, match=said):
        hear(samples, listening, rate)


def test_a_file_needs_no_rate(choir: Path, listening: Listening) -> None:
    with pytest.raises(BadInputError, match="ann.wav: rate: a file has its own"):
        hear("ann.wav", listening, RATE)
    with pytest.raises(BadRecordingError, match="no such file"):
        hear("zoe.wav", listening)


def test_one_click_changes_nothing_of_what_is_heard(listening: Listening, tone: Tone) -> None:
    """At full scale over singing at -60 dB, whose spectrogram it would empty."""
    soft = 0.002 * tone(3.0, 220.0)
    clicked = soft.copy()
    clicked[RATE] = 1.0
    plain, heard = hear(soft, listening, RATE), hear(clicked, listening, RATE)
    np.testing.assert_allclose(heard.spectrogram, plain.spectrogram, atol=0.5)
    np.testing.assert_array_equal(heard.voiced, plain.voiced)
    assert [*plain.remarks, *heard.remarks] == [*heard.remarks]
    assert "bridged" in heard.remarks[0]
