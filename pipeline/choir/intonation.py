"""Intonation: the pitch sung at every moment, with portamento, scoops, vibrato, drift and jitter."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.choir.glide import glide
from pipeline.choir.singer import Singer
from pipeline.choir.timing import SungNote, phrases

SCOOP_S = 0.15
VIBRATO_RISE_S = 0.2
DRIFT_CENTS = 5.0
DRIFT_S = 0.4


def intonation(
    sung: list[SungNote], singer: Singer, times: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Fundamental frequency of a performance.

    Parameters
    ----------
    sung : list of SungNote
    singer : Singer
    times : (times,) array
        When to read the curve, evenly spaced, seconds.
    rng : numpy.random.Generator
        Draws the vibrato's phase, slow drift and jitter.

    Returns
    -------
    (times,) array
        Hz; defined in rests too, where nobody hears it.
    """
    pitch = glide(times, *passages(sung, singer.portamento_s), np.array([float(note.pitch) for note in sung]))
    drift = np.interp(times, np.arange(0, times[-1] + 2 * DRIFT_S, DRIFT_S), _normal(rng, times[-1], DRIFT_S))
    cents = singer.tuning_cents + DRIFT_CENTS * drift + singer.jitter_cents * rng.standard_normal(len(times))
    cents += _vibrato(sung, singer, times, rng) + _scoops(sung, singer, times)
    return np.asarray(440 * 2 ** ((pitch - 69 + cents / 100) / 12), dtype=np.float64)


def passages(sung: list[SungNote], seconds: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middles and widths (s) of the passages between notes, each shorter than the notes (or rest) it joins."""
    pairs = list(pairwise(sung))
    middles = [(before.end + after.start) / 2 for before, after in pairs]
    widths = [min(seconds, 0.8 * min(before.end - before.start, after.end - after.start)) for before, after in pairs]
    return np.array(middles), np.array(widths)


def _normal(rng: np.random.Generator, last: float, spacing: float) -> NDArray[np.float64]:
    return rng.standard_normal(len(np.arange(0, last + 2 * spacing, spacing)))


def _vibrato(
    sung: list[SungNote], singer: Singer, times: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    starts = np.array([note.start for note in sung])
    current = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
    depth = np.clip((times - starts[current] - singer.vibrato_onset_s) / VIBRATO_RISE_S, 0, 1)
    phase = 2 * np.pi * (singer.vibrato_rate_hz * times + rng.random())
    return np.asarray(singer.vibrato_extent_cents * depth * np.sin(phase), dtype=np.float64)


def _scoops(sung: list[SungNote], singer: Singer, times: NDArray[np.float64]) -> NDArray[np.float64]:
    starts = np.array([phrase[0].start for phrase in phrases(sung)])
    current = np.maximum(np.searchsorted(starts, times, side="right") - 1, 0)
    left = 1 - np.clip((times - starts[current]) / SCOOP_S, 0, 1)
    return np.asarray(-singer.scoop_cents * left**2, dtype=np.float64)
