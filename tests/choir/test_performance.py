"""What was asked for is measured in the sound itself."""

from collections.abc import Callable
from dataclasses import replace

import librosa
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import find_peaks, resample_poly, welch

from pipeline.choir.performance import RATE, sing
from pipeline.choir.score import Note, Score
from pipeline.choir.singer import draw_singer
from pipeline.choir.vowels import FORMANTS_HZ

Samples = NDArray[np.float32]
Sing = Callable[..., Samples]
Track = Callable[[Samples, float], NDArray[np.float64]]
Levels = Callable[[Samples, float, int], NDArray[np.float64]]

A3, HELD = 220.0, [(0.5, 3.5, 57, "a")]
MIDDLE = slice(int(1.2 * RATE), int(3.2 * RATE))


@pytest.mark.parametrize(("pitch", "hertz"), [(45, 110.0), (57, 220.0), (69, 440.0)])
def test_a_note_has_its_pitch(sung: Sing, cents: Track, pitch: int, hertz: float) -> None:
    track = cents(sung([(0.5, 3.5, pitch, "a")], 4.0), hertz)[MIDDLE]
    assert abs(np.median(track)) < 6


def test_tuning_is_a_constant_in_cents(sung: Sing, cents: Track) -> None:
    sharp = np.median(cents(sung(HELD, 4.0, tuning_cents=30.0), A3)[MIDDLE])
    true = np.median(cents(sung(HELD, 4.0), A3)[MIDDLE])
    assert sharp - true == pytest.approx(30, abs=0.5)


@pytest.mark.parametrize(("rate", "extent"), [(4.6, 40.0), (5.5, 100.0), (7.3, 70.0)])
def test_vibrato_has_the_rate_and_extent_asked_for(sung: Sing, cents: Track, rate: float, extent: float) -> None:
    notes = [(0.5, 5.5, 57, "a")]
    track = cents(sung(notes, 6.0, vibrato_rate_hz=rate, vibrato_extent_cents=extent), A3)
    track = track[RATE : 5 * RATE] - track[RATE : 5 * RATE].mean()
    spectrum = np.abs(np.fft.rfft(track * np.hanning(len(track)), 8 * len(track))) * 4 / len(track)
    frequency = np.fft.rfftfreq(8 * len(track), 1 / RATE)
    heard = (frequency > 3) & (frequency < 10)
    peak = np.argmax(spectrum * heard)
    assert frequency[peak] == pytest.approx(rate, abs=0.1)
    assert spectrum[peak] == pytest.approx(extent, rel=0.08)


def test_vibrato_starts_late(sung: Sing, cents: Track) -> None:
    style = {"vibrato_extent_cents": 100.0, "vibrato_rate_hz": 6.0, "vibrato_onset_s": 1.0}
    track = cents(sung(HELD, 4.0, **style), A3)
    assert np.ptp(track[int(0.8 * RATE) : int(1.4 * RATE)]) < 30
    assert np.ptp(track[int(2.0 * RATE) : int(3.2 * RATE)]) > 160


@pytest.mark.slow
def test_portamento_takes_its_time(sung: Sing, cents: Track) -> None:
    notes = [(0.5, 2.0, 57, "a"), (2.0, 3.5, 62, "a")]
    for seconds in (0.1, 0.3):
        track = cents(sung(notes, 4.0, portamento_s=seconds), A3)[int(1.5 * RATE) : int(2.5 * RATE)]
        first, last = (np.argmax(track > share * 500) for share in (0.1, 0.9))
        # A smooth step 3x^2 - 2x^3 goes from 10 % to 90 % between x = 0.196 and 0.804.
        assert (last - first) / RATE == pytest.approx(0.608 * seconds, abs=0.02)


def test_a_scoop_starts_below_the_note(sung: Sing, cents: Track) -> None:
    track = cents(sung(HELD, 4.0, scoop_cents=200.0), A3)
    early, late = track[int(0.53 * RATE) : int(0.56 * RATE)].mean(), track[MIDDLE].mean()
    assert 60 < late - early < 200


@pytest.mark.parametrize("length", [17.5, 14.0])
@pytest.mark.parametrize("vowel", list(FORMANTS_HZ))
def test_formants_are_where_asked(sung: Sing, vowel: str, length: float) -> None:
    """The peaks of a whispered vowel, whose spectrum is not broken up into harmonics."""
    style = {"tract_length_cm": length, "bandwidth_factor": 0.7, "breathiness_db": 60.0}
    voice = sung([(0.5, 8.0, 40, vowel)], 8.5, **style)[RATE : 8 * RATE]
    frequency, power = welch(voice, RATE, nperseg=1024)
    peaks = frequency[find_peaks(10 * np.log10(power), prominence=1.5)[0]]
    for asked in np.array(FORMANTS_HZ[vowel]) * 17.5 / length:
        assert np.abs(peaks - asked).min() < max(40, 0.03 * asked)


@pytest.mark.slow
def test_formants_are_heard_in_the_sung_vowel(sung: Sing) -> None:
    """Linear prediction, as phoneticians measure formants, on a low note."""
    voice = resample_poly(sung([(0.5, 3.5, 40, "a")], 4.0)[MIDDLE], 1, 2)
    roots = np.roots(librosa.lpc(np.diff(voice).astype(np.float64), order=12))
    found = np.sort(np.angle(roots[(roots.imag > 0) & (np.abs(roots) > 0.9)])) * RATE / 2 / (2 * np.pi)
    for asked in FORMANTS_HZ["a"][:3]:
        assert np.abs(found - asked).min() < 0.06 * asked


def test_tilt_is_the_slope_of_the_harmonics(sung: Sing, harmonics: Levels) -> None:
    """Two voices that differ in tilt alone: the tract cancels."""
    steep, flat = (harmonics(sung(HELD, 4.0, tilt_db_per_octave=tilt)[MIDDLE], A3, 16) for tilt in (-10.0, -4.0))
    slope = np.polyfit(np.log2(np.arange(1, 17)), steep - flat, 1)[0]
    assert slope == pytest.approx(-6, abs=0.2)


def test_the_singers_formant_lifts_three_kilohertz(sung: Sing, harmonics: Levels) -> None:
    with_it, without = (harmonics(sung(HELD, 4.0, singers_formant_db=db)[MIDDLE], A3, 30) for db in (12.0, 0.0))
    lifted = with_it - without - (with_it - without)[0]  # all vowels are made equally loud
    assert lifted[13] == pytest.approx(12, abs=1)  # 14 x 220 Hz = 3080 Hz
    assert np.abs(lifted[:5]).max() < 0.5


def test_breath_fills_the_gaps_between_harmonics(sung: Sing) -> None:
    def floor(breathiness: float) -> float:
        frequency, power = welch(sung(HELD, 4.0, breathiness_db=breathiness)[MIDDLE], RATE, "blackman", nperseg=8192)
        gap = (np.abs(frequency / A3 % 1 - 0.5) < 0.1) & (frequency > 500) & (frequency < 4000)
        return float(10 * np.log10(power[gap].mean()))

    assert floor(-15) - floor(-35) == pytest.approx(20, abs=1)


def test_jitter_makes_the_pitch_unsteady(sung: Sing, cents: Track) -> None:
    calm, rough = (np.std(cents(sung(HELD, 4.0, jitter_cents=jitter), A3)[MIDDLE]) for jitter in (0.0, 12.0))
    assert rough > calm + 2


def test_dynamics_make_a_phrase_swell(sung: Sing) -> None:
    voice = sung([(0.5, 4.5, 57, "a")], 5.0, dynamics_db=10.0)
    level = [20 * np.log10(np.std(voice[int(t * RATE) : int((t + 0.1) * RATE)])) for t in (0.7, 2.45)]
    # The arch lies 10 (2 x - 1)^2 dB below its top: 7.66 dB at x = 0.0625; softer is duller besides.
    assert 7 < level[1] - level[0] < 10


def test_all_vowels_are_equally_loud(sung: Sing) -> None:
    levels = [20 * np.log10(np.std(sung([(0.5, 3.5, 50, vowel)], 4.0)[MIDDLE])) for vowel in FORMANTS_HZ]
    assert np.ptp(levels) < 4


def test_rests_are_quiet(sung: Sing) -> None:
    voice = sung([(0.5, 2.0, 57, "a"), (2.6, 4.0, 60, "o")], 4.5)
    loud = np.std(voice[int(0.8 * RATE) : int(1.8 * RATE)])
    assert np.std(voice[int(2.1 * RATE) : int(2.55 * RATE)]) < 0.03 * loud
    assert np.std(voice[: int(0.4 * RATE)]) < 1e-4 * loud


def test_a_song_is_sung_again_until_the_time_is_up() -> None:
    score = Score("one", "One", "here", "public domain", 120.0, (Note(57, 2, "a", False), Note(None, 1, "", False)))
    voice = sing(score, replace(draw_singer(np.random.default_rng(0)), register=57.0), 8.0, np.random.default_rng(1))
    assert voice.shape == (8 * RATE,)
    assert voice.dtype == np.float32
    loud = librosa.feature.rms(y=voice, frame_length=1024, hop_length=512)[0] > 0.1 * np.std(voice)
    assert np.count_nonzero(np.diff(loud.astype(int)) == 1) in (4, 5)
