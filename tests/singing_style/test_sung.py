from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.model.listening import Listening
from singing_style.hearing import hear
from singing_style.performance import TooLittleSinging
from singing_style.sung import count_sung, too_little

RATE = 22050
PAPER = {"clip_frames": 256, "clip_hop": 51, "min_voiced": 128}
Signal = NDArray[np.float32]


@pytest.fixture
def paper(listening: Listening) -> Listening:
    """Clips as in the paper: 5.9 s, of which 3.0 s voiced."""
    return listening.model_copy(update=PAPER)


def white(seconds: float) -> Signal:
    return (0.1 * np.random.default_rng(0).normal(size=round(seconds * RATE))).astype(np.float32)


def pink(seconds: float) -> Signal:
    spectrum = np.fft.rfft(white(seconds))
    hertz = np.fft.rfftfreq(round(seconds * RATE), 1 / RATE)
    return np.fft.irfft(spectrum / np.sqrt(np.maximum(hertz, 20)), round(seconds * RATE)).astype(np.float32)


def swelling(noise: Signal) -> Signal:
    """Four seconds loud, four seconds soft: K-means finds six seconds with enough loud frames."""
    return np.where(np.arange(len(noise)) // (4 * RATE) % 2 == 0, noise, 0.1 * noise)


def clicks(seconds: float) -> Signal:
    sound = np.zeros(round(seconds * RATE), np.float32)
    sound[:: RATE // 5] = 0.9
    return sound


NOISES: dict[str, Callable[[], Signal]] = {
    "white": lambda: white(16),
    "white, swelling": lambda: swelling(white(16)),
    "pink, swelling": lambda: swelling(pink(16)),
    "clicks": lambda: clicks(12),
}


@pytest.mark.parametrize("name", NOISES)
def test_noise_is_no_singing(paper: Listening, name: str) -> None:
    with pytest.raises(TooLittleSinging, match=r"^too little singing to judge: 0\.0 s sound sung") as fault:
        hear(NOISES[name](), paper, RATE)
    assert fault.value.voiced_seconds == 0


def test_a_second_is_too_little(paper: Listening, tone: Callable[[float, float], Signal]) -> None:
    with pytest.raises(TooLittleSinging, match="more than 3.0 s are needed") as fault:
        hear(tone(1.0, 220.0), paper, RATE)
    assert fault.value.voiced_seconds == pytest.approx(1.0, abs=0.1)


def test_singing_in_noise_of_a_quarter_of_its_energy_passes(
    paper: Listening, tone: Callable[[float, float], Signal]
) -> None:
    sung = tone(8.0, 220.0)
    heard = hear(sung + 0.5 * sung.std() / 0.1 * white(8.25)[: len(sung)], paper, RATE)
    assert heard.voiced_seconds == pytest.approx(8.0, abs=0.3)


def test_singing_in_four_times_its_energy_of_noise_is_not_judged(
    paper: Listening, tone: Callable[[float, float], Signal]
) -> None:
    sung = tone(8.0, 220.0)
    with pytest.raises(TooLittleSinging):
        hear(sung + 2 * sung.std() / 0.1 * white(8.25)[: len(sung)], paper, RATE)


def test_only_voiced_frames_with_as_much_tone_as_noise_count() -> None:
    confidence = np.array([0.49, 0.5, 0.9, 0.9], np.float32)
    assert count_sung(confidence, np.array([True, True, True, False])) == 2


def test_what_is_scattered_is_named(paper: Listening) -> None:
    assert too_little(129, 1, paper) is None
    assert "3.0 s sound sung, more than 3.0 s are needed" in str(too_little(128, 1, paper))
    assert "4.6 s sound sung, but nowhere more than 3.0 s within 5.9 s" in str(too_little(200, 0, paper))
