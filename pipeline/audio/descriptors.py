"""Descriptors of singing that a person can interpret: pitch, vibrato, timbre, noise and onsets of each clip.

Pitch and harmonicity are Praat's (Boersma 1993), through Parselmouth: pitch by autocorrelation, harmonicity by
cross-correlation, whose autocorrelation method errs by 10 dB and more on low voices with many harmonics.
"""

from dataclasses import dataclass

import librosa
import numpy as np
import parselmouth
from numpy.typing import NDArray

from pipeline.audio.ltas import power_frames
from pipeline.audio.vibrato import STRETCH_S, Vibrato, read_vibrato
from pipeline.errors import BadRecordingError

# The columns of `describe_clips`, in order.
DESCRIPTORS = (
    "f0_median_midi",
    "f0_range_semitones",
    "vibrato_rate_hz",
    "vibrato_extent_cents",
    "centroid_hz",
    "tilt_db_per_octave",
    "hnr_db",
    "onsets_per_s",
)

# Time between frames of pitch.
STEP_S = 0.01
# Time between frames of harmonicity: four fifths of a stage's time went into every hundredth of a second, and a
# median over a clip needs no more.
HARMONICITY_STEP_S = 0.05
RANGE_PERCENTILES = (5, 95)
# Phonetics' end of the spectrum; above it microphones and codecs decide.
TILT_TOP_HZ = 5000.0
TILT_STEP_OCTAVES = 1 / 3
# SuperFlux: mel bands from this frequency up, each compared with the greatest of this many earlier neighbours.
ONSET_BANDS, ONSET_LOWEST_HZ, ONSET_WIDTH = 138, 27.5, 3
# Praat's value for frames without a period.
NO_HARMONICITY_DB = -200.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Contours:
    """What is measured over a whole recording, once.

    Attributes
    ----------
    rate, hop : int
        Sampling rate in Hz; samples between the frames of `power`.
    seconds : float
    pitch_times, pitch : ndarray of float64, shape (p,)
        Seconds; MIDI numbers, NaN where there is no period.
    harmonicity_times, harmonicity : ndarray of float64, shape (h,)
        Seconds; dB, NaN where there is no period.
    vibrato : Vibrato
        Of the stretches that start at each frame of pitch.
    onsets : ndarray of float64, shape (onsets,)
        Seconds.
    power : ndarray of float32, shape (frames, 1 + length // 2)
    """

    rate: int
    hop: int
    seconds: float
    pitch_times: Floats
    pitch: Floats
    harmonicity_times: Floats
    harmonicity: Floats
    vibrato: Vibrato
    onsets: Floats
    power: NDArray[np.float32]


def measure_contours(
    samples: NDArray[np.float32], rate: int, *, length: int, hop: int, min_hz: float, max_hz: float
) -> Contours:
    """Measure pitch, harmonicity, vibrato, onsets and spectra of a recording.

    Parameters
    ----------
    samples : ndarray of float32, shape (samples,)
        One channel.
    rate : int
        Sampling rate in Hz.
    length, hop : int
        Frames of the spectra, in samples.
    min_hz, max_hz : float
        Range of pitch in Hz. Praat's window for pitch is three periods of the lowest long.

    Raises
    ------
    BadRecordingError
        Praat cannot analyse it: it is shorter than its window.
    """
    sound = parselmouth.Sound(samples.astype(np.float64), rate)
    try:
        pitch = sound.to_pitch_ac(time_step=STEP_S, pitch_floor=min_hz, pitch_ceiling=max_hz)
        harmonicity = sound.to_harmonicity_cc(time_step=HARMONICITY_STEP_S, minimum_pitch=min_hz)
    except parselmouth.PraatError as fault:
        raise BadRecordingError(f"Praat cannot measure pitch: {' '.join(str(fault).split())}") from None
    midi = _to_midi(pitch.selected_array["frequency"])
    power = power_frames(samples, length, hop)
    level = np.asarray(harmonicity.values[0], np.float64)
    return Contours(
        rate=rate,
        hop=hop,
        seconds=len(samples) / rate,
        pitch_times=pitch.xs(),
        pitch=midi,
        harmonicity_times=harmonicity.xs(),
        harmonicity=np.where(level > NO_HARMONICITY_DB, level, np.nan),
        vibrato=read_vibrato(100 * midi, STEP_S),
        onsets=find_onsets(power, rate, hop),
        power=power,
    )


def find_onsets(power: NDArray[np.float32], rate: int, hop: int) -> Floats:
    """Find the onsets of notes and syllables by SuperFlux (Böck and Widmer 2013), which is hard of hearing for vibrato.

    Plain spectral flux counts many a swing of a vibrato as an onset. What counts is relative to the strongest onset
    of the recording.

    Parameters
    ----------
    power : ndarray of float32, shape (frames, bins)
    rate, hop : int
        Sampling rate in Hz, samples between frames.

    Returns
    -------
    ndarray of float64, shape (onsets,)
        Seconds.
    """
    mel = librosa.feature.melspectrogram(S=power.T, sr=rate, n_mels=ONSET_BANDS, fmin=ONSET_LOWEST_HZ)
    flux = librosa.onset.onset_strength(S=librosa.power_to_db(mel), sr=rate, hop_length=hop, max_size=ONSET_WIDTH)
    return np.asarray(librosa.onset.onset_detect(onset_envelope=flux, sr=rate, hop_length=hop, units="time"))


def describe_clips(
    contours: Contours, voiced: NDArray[np.bool_], starts: NDArray[np.integer], clip_frames: int
) -> Floats:
    """Describe each clip.

    Parameters
    ----------
    contours : Contours
        Of the recording.
    voiced : ndarray of bool, shape (frames,)
        Frames in which somebody sings; the spectrum is taken from them.
    starts : ndarray of int, shape (clips,)
        First frame of each clip.
    clip_frames : int
        Frames in a clip; of a recording that ends earlier, what is there counts.

    Returns
    -------
    ndarray of float64, shape (clips, 8)
        Columns `DESCRIPTORS`: median of F0, and its 5th to 95th percentile; medians of vibrato rate and extent over
        stretches of held notes; centre of gravity and slope of the mean power spectrum of voiced frames; median
        harmonics-to-noise ratio; onsets a second. NaN where a clip shows none: no vibrato, no held note, no pitch.
    """
    described = np.full((len(starts), len(DESCRIPTORS)), np.nan)
    for row, start in zip(described, starts, strict=True):
        begin, end = (frame * contours.hop / contours.rate for frame in (start, start + clip_frames))
        frames = slice(start, start + clip_frames)
        row[0:2] = _pitch(contours.pitch[_between(contours.pitch_times, begin, end)])
        row[2:4] = _vibrato(contours, begin, end)
        row[4:6] = spectral_shape(contours.power[frames][voiced[frames]], contours.rate, row[0])
        row[6] = _median(contours.harmonicity[_between(contours.harmonicity_times, begin, end)])
        row[7] = _between(contours.onsets, begin, end).sum() / (min(end, contours.seconds) - begin)
    return described


def spectral_shape(power: NDArray[np.float32], rate: int, pitch: float) -> tuple[float, float]:
    """Measure centre of gravity and tilt of a mean power spectrum.

    The tilt is the slope of a straight line through levels at every third of an octave, from half an octave above
    the pitch to 5 kHz. A level is the mean power density under a cosine bell one octave wide (at half height), wide
    enough to hold a harmonic wherever it stands; so the tilt is that of harmonics, or of noise, in dB per octave.

    Parameters
    ----------
    power : ndarray of float32, shape (frames, bins)
    rate : int
        Sampling rate in Hz.
    pitch : float
        MIDI number of the first harmonic; NaN: no tilt.

    Returns
    -------
    centroid, tilt : float
        Hz, and dB per octave; NaN where there is no power.
    """
    mean = power.mean(axis=0, dtype=np.float64) if len(power) else np.zeros(power.shape[1])
    if not mean.any():
        return np.nan, np.nan
    frequencies = np.linspace(0, rate / 2, len(mean))
    return float(frequencies @ mean / mean.sum()), _tilt(mean, frequencies, pitch)


def _tilt(power: Floats, frequencies: Floats, pitch: float) -> float:
    octaves = np.log2(frequencies[1:])
    lowest, top = np.log2(440) + (pitch - 63) / 12, np.log2(min(TILT_TOP_HZ, frequencies[-1] / 2))
    places = np.arange(lowest, top, TILT_STEP_OCTAVES) if np.isfinite(pitch) else np.empty(0)
    if len(places) < 3:
        return np.nan
    away = np.clip(octaves - places[:, None], -1, 1)
    bells = 1 + np.cos(np.pi * away)
    density = bells @ power[1:] / bells.sum(axis=1)
    levels = 10 * np.log10(np.maximum(density, np.finfo(np.float64).tiny))
    return float(np.polyfit(places, levels, 1)[0])


def _pitch(midi: Floats) -> tuple[float, float]:
    known = midi[np.isfinite(midi)]
    if not len(known):
        return np.nan, np.nan
    low, high = np.percentile(known, RANGE_PERCENTILES)
    return float(np.median(known)), float(high - low)


def _vibrato(contours: Contours, begin: float, end: float) -> tuple[float, float]:
    starts = contours.pitch_times[: len(contours.vibrato.rate)]
    inside = (starts >= begin) & (starts + STRETCH_S <= end)
    return _median(contours.vibrato.rate[inside]), _median(contours.vibrato.extent[inside])


def _between(times: Floats, begin: float, end: float) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (times >= begin) & (times < end)
    return inside


def _median(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else np.nan


def _to_midi(hertz: NDArray[np.floating]) -> Floats:
    return np.where(hertz > 0, 69 + 12 * np.log2(np.maximum(hertz, 1.0) / 440), np.nan)
