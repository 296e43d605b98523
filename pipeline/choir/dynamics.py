"""Dynamics: how loud the voice is at every moment, and the breaths between phrases."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.choir.singer import Singer
from pipeline.choir.timing import SungNote, phrases

ARTICULATION_S = 0.03
ACCENT_DB = 1.0
BREATH_S = 0.35
BREATH_DB = -32.0


def swell(sung: list[SungNote], singer: Singer, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Loudness over a phrase: an arch that swells and dies away.

    Returns
    -------
    (times,) array
        dB, 0 in the middle of a phrase, ``-singer.dynamics_db`` at its ends and in rests.
    """
    arch = np.full(len(times), -singer.dynamics_db)
    for phrase in phrases(sung):
        inside = _between(times, phrase[0].start, phrase[-1].end)
        place = (times[inside] - phrase[0].start) / (phrase[-1].end - phrase[0].start)
        arch[inside] = -singer.dynamics_db * (2 * place - 1) ** 2
    return arch


def loudness(
    sung: list[SungNote], singer: Singer, times: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Amplitude of the glottal source, beyond the swell: attacks, releases, articulation, accents, shimmer.

    Returns
    -------
    (times,) array
        Linear, about 1 on a held note, 0 in rests.
    """
    gain = np.zeros(len(times))
    for phrase in phrases(sung):
        inside = _between(times, phrase[0].start, phrase[-1].end)
        since, left = times[inside] - phrase[0].start, phrase[-1].end - times[inside]
        half = (phrase[-1].end - phrase[0].start) / 2
        gain[inside] = _fade(since / min(singer.attack_s, half)) * _fade(left / min(singer.release_s, half))
    level = singer.shimmer_db * rng.standard_normal(len(times))
    for note, accent in zip(sung, ACCENT_DB * rng.standard_normal(len(sung)), strict=True):
        level[_between(times, note.start, note.end)] += accent
        if not note.slurred:
            near = _between(times, note.start - 4 * ARTICULATION_S, note.start + 4 * ARTICULATION_S)
            level[near] -= singer.articulation_db * np.exp(-(((times[near] - note.start) / ARTICULATION_S) ** 2))
    return np.asarray(gain * 10 ** (level / 20), dtype=np.float64)


def breaths(sung: list[SungNote], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Amplitude of the noise of breathing in before every phrase, relative to the fundamental of a held note.

    Returns
    -------
    (times,) array
        Linear, 0 while singing.
    """
    gain = np.zeros(len(times))
    for before, after in pairwise(phrases(sung)):
        rest = after[0].start - before[-1].end
        length = min(BREATH_S, 0.6 * rest)
        start = after[0].start - 0.2 * rest - length
        inside = _between(times, start, start + length)
        gain[inside] = 10 ** (BREATH_DB / 20) * np.sin(np.pi * (times[inside] - start) / length) ** 2
    return gain


def _between(times: NDArray[np.float64], start: float, end: float) -> slice:
    first, last = np.searchsorted(times, (start, end))
    return slice(int(first), int(last))


def _fade(place: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sin(np.pi / 2 * np.clip(place, 0, 1)) ** 2, dtype=np.float64)
