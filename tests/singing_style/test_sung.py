import re
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.model.listening import Listening
from singing_style.hearing import hear
from singing_style.performance import TooLittleSinging
from singing_style.sung import GLIDES, count_sung, too_little
from tests.audio.test_held_pitch import syllables

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
    voiced = np.array([True, True, True, False])
    assert count_sung(confidence, voiced) == 2
    assert count_sung(confidence, voiced, "periodicity") == 3


def test_what_is_scattered_is_named(paper: Listening) -> None:
    assert too_little(129, 1, paper) is None
    assert "3.0 s sound sung, more than 3.0 s are needed" in str(too_little(128, 1, paper))
    assert "4.6 s sound sung, but nowhere more than 3.0 s within 5.9 s" in str(too_little(200, 0, paper))
    assert str(too_little(0, 0, paper, "it hums")).endswith("more than 3.0 s are needed; it hums")
    assert str(too_little(200, 0, paper, "it hums")).endswith("within 5.9 s; it hums")


def periodicity(paper: Listening) -> Listening:
    """Listen as the preset best does."""
    return paper.model_copy(update={"voice_method": "periodicity", "pitch_min_hz": 40.0})


@pytest.mark.parametrize("name", NOISES)
def test_noise_is_no_singing_by_periodicity_either(paper: Listening, name: str) -> None:
    with pytest.raises(TooLittleSinging, match=r": 0\.0 s sound sung.*; what sounds is noise, without a pitch"):
        hear(NOISES[name](), periodicity(paper), RATE)


def mains(seconds: float) -> Signal:
    """A steady hum of 60 and 180 Hz near -50 dB."""
    time = np.arange(round(seconds * RATE)) / RATE
    return (10 ** (-50 / 20) * (np.sin(120 * np.pi * time) + 0.7 * np.sin(360 * np.pi * time))).astype(np.float32)


def test_a_hum_is_no_singing_by_periodicity_and_is_named(paper: Listening) -> None:
    assert hear(mains(15), paper, RATE).voiced_seconds > 14  # by K-means it is
    with pytest.raises(TooLittleSinging, match=r": 0\.0 s sound sung.*; what sounds is a hum of the mains$"):
        hear(mains(15), periodicity(paper), RATE)


def test_speech_is_doubted_and_not_refused(paper: Listening, tone: Callable[[float, float], Signal]) -> None:
    """Syllables that fall by five semitones, each from a height of its own: a singer's slides may be no different."""
    speech = syllables(15.0, 500.0, np.random.default_rng(0))
    assert GLIDES.endswith("; if it is sung, leave it as it is")
    assert GLIDES in hear(speech, periodicity(paper), RATE).remarks
    assert GLIDES not in hear(speech, paper, RATE).remarks  # the paper's method measures no pitch
    assert GLIDES not in hear(tone(15.0, 220.0), periodicity(paper), RATE).remarks


def test_singing_that_pauses_interrupt_is_told(paper: Listening, tone: Callable[[float, float], Signal]) -> None:
    """Of a phrase of four seconds and six of two, ten seconds apart, the first alone is within a clip."""
    pause = np.zeros(10 * RATE, np.float32)
    sparse = np.concatenate([tone(4.0, 220.0), *([pause, tone(2.0, 220.0)] * 6)])
    (told,) = hear(sparse, periodicity(paper), RATE).remarks
    assert re.match(r"only [34] s of its 1[5-7] s of singing count, since pauses interrupt the rest: ", told)
    dense = np.concatenate([tone(4.0, 220.0), tone(2.0, 220.0), pause, tone(6.0, 220.0)])
    assert hear(dense, periodicity(paper), RATE).remarks == ()


@pytest.mark.parametrize("notes_a_second", [4, 8])
def test_fast_runs_are_heard_whole(paper: Listening, notes_a_second: int) -> None:
    """A major scale over an octave and a half, up and down: in frames of 93 ms it glides."""
    scale = [0, 2, 4, 5, 7, 9, 11, 12, 14, 16, 17, 19]
    steps = [*scale, *scale[-2:0:-1]]
    length = RATE // notes_a_second
    semitones = np.repeat([float(steps[note % len(steps)]) for note in range(10 * notes_a_second)], length)
    phase = 2 * np.pi * np.cumsum(220 * 2 ** (semitones / 12)) / RATE
    run = (0.1 * np.sum([np.sin(k * phase) / k for k in range(1, 12)], axis=0)).astype(np.float32)
    assert hear(run, periodicity(paper), RATE).voiced_seconds > 0.97 * len(run) / RATE


def test_a_bass_below_the_range_is_told_the_range(paper: Listening, tone: Callable[[float, float], Signal]) -> None:
    """Without a parameter's name: who uses the package has no params.yaml."""
    for listening in (paper, periodicity(paper).model_copy(update={"pitch_min_hz": 65.0})):
        with pytest.raises(
            TooLittleSinging, match=r"below 65 Hz, where no pitch is looked for; or its rate .* too low$"
        ):
            hear(tone(8.0, 55.0), listening, RATE)
    assert hear(tone(8.0, 55.0), periodicity(paper), RATE).voiced_seconds == pytest.approx(8.0, abs=0.1)


def test_what_is_very_soft_is_told_so(paper: Listening) -> None:
    with pytest.raises(TooLittleSinging, match=r"it is very soft, nowhere above -80 dB of full scale$"):
        hear(1e-3 * white(8), paper, RATE)


@pytest.mark.parametrize("hertz", [60.0, 220.0, 880.0])
def test_three_seconds_of_clean_tone_are_never_refused(
    paper: Listening, tone: Callable[[float, float], Signal], hertz: float
) -> None:
    heard = hear(tone(3.2, hertz), periodicity(paper), RATE)
    assert heard.voiced_seconds == pytest.approx(3.2, abs=0.1)


def test_singing_without_pauses_is_kept_whole(paper: Listening) -> None:
    """A decrescendo of 12 dB: K-means keeps its louder half."""
    time = np.arange(10 * RATE) / RATE
    voice = sum(np.sin(2 * np.pi * 220 * k * time + k * np.sin(2 * np.pi * 5.5 * time)) / k for k in range(1, 9))
    samples = (0.2 * 10 ** (-12 / 20 * time / 10) * voice).astype(np.float32)
    assert hear(samples, paper, RATE).voiced_seconds < 8
    assert hear(samples, periodicity(paper), RATE).voiced_seconds == pytest.approx(10, abs=0.05)
