"""A performance: one singer sings one song, dry, before any microphone."""

import numpy as np
from numpy.typing import NDArray

from pipeline.choir.dynamics import breaths, loudness, swell
from pipeline.choir.glide import glide
from pipeline.choir.glottis import aspiration, phase_of, pulses
from pipeline.choir.intonation import intonation, passages
from pipeline.choir.score import Score
from pipeline.choir.singer import Singer
from pipeline.choir.timing import SungNote, schedule
from pipeline.choir.vocal_tract import even_loudness, frame_times, resonators, source_slope, through, upper_tract
from pipeline.choir.vowels import bandwidths, formants

# Sampling rate of every performance, Hz: the paper's, so that the demo corpus needs no resampling.
RATE = 22_050
# Pitch and loudness are laid out every so many samples and run straight in between.
CONTROL = 64
# Time in which one vowel becomes the next.
VOWEL_S = 0.08
# A softer voice is duller: so many dB per octave for each dB.
SOFTER_TILT = 0.15


def sing(score: Score, singer: Singer, seconds: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Sing a song.

    Parameters
    ----------
    score : Score
    singer : Singer
    seconds : float
        Length; the song is sung again from the start when it is shorter, and ends early when it is longer.
    rng : numpy.random.Generator
        Draws tempo, timing, drift, jitter, shimmer and noise.

    Returns
    -------
    (samples,) float32 array
        At `RATE`, of any amplitude.
    """
    return sing_notes(schedule(score, singer.register, seconds, rng), singer, seconds, rng)


def sing_notes(sung: list[SungNote], singer: Singer, seconds: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Sing notes that have been placed in time; see `sing`."""
    samples = round(seconds * RATE)
    times = np.arange(0, samples + CONTROL, CONTROL) / RATE
    f0 = intonation(sung, singer, times, rng)
    arch = swell(sung, singer, times)
    gain = loudness(sung, singer, times, rng) * 10 ** (arch / 20)
    air = 10 ** (singer.breathiness_db / 20) * gain + breaths(sung, times)
    voice, noise = _source(times, samples, f0, gain, air, rng)

    middles = frame_times(samples, RATE)
    frame_f0 = np.interp(middles, times, f0)
    slope = source_slope(frame_f0, singer.tilt_db_per_octave + SOFTER_TILT * np.interp(middles, times, arch), RATE)
    tract = _tract(sung, singer, middles, frame_f0)
    return through(voice, noise, slope, tract * even_loudness(slope, tract, frame_f0, RATE))


def _source(
    times: NDArray[np.float64],
    samples: int,
    f0: NDArray[np.float64],
    gain: NDArray[np.float64],
    air: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Pulses and noise at every sample, from pitch and amplitudes on the coarse grid ``times``."""
    instants = np.arange(samples) / RATE
    frequency = np.interp(instants, times, f0)
    phase = phase_of(frequency, RATE)
    voice = pulses(phase, frequency) * np.interp(instants, times, gain)
    noise = aspiration(phase, rng) * np.interp(instants, times, air)
    return voice.astype(np.float32), noise.astype(np.float32)


def _tract(
    sung: list[SungNote], singer: Singer, middles: NDArray[np.float64], f0: NDArray[np.float64]
) -> NDArray[np.complex64]:
    """Response of the vocal tract in every frame; F1 never lies below F0, as sopranos open the mouth to keep it so."""
    vowels = glide(middles, *passages(sung, VOWEL_S), np.array([formants(note.vowel, singer) for note in sung]))
    vowels[:, 0] = np.maximum(vowels[:, 0], f0)
    lower = resonators(vowels, bandwidths(singer), RATE)
    return lower * upper_tract(singer.tract_length_cm, singer.singers_formant_db, RATE)
