"""Effort: how one singer's voice changes from performance to performance.

Nobody sings twice alike: now softer, now louder, higher or lower. Each performance has the singer's style moved
by draws of its own; who sings must then be heard in what stays. docs/science/choir.md says where the ranges are from.
"""

from dataclasses import replace

import numpy as np

from pipeline.choir.singer import DYNAMICS_DB, Singer

# The highest effort: up to here the formants of every singer keep their order, and vibrato its sign.
STRONGEST = 2.0
TILT_DB_PER_OCTAVE = 2.5
BREATH_DB = 5.0
SINGERS_FORMANT_DB = 5.0
REGISTER_SEMITONES = 4.0
VIBRATO_SHARE = 0.5
FORMANT_SHARE = 0.01
# A louder voice is at once brighter, clearer and less breathy; the rest each goes its own way.
WITH_LOUDNESS = 0.75


def vary_effort(singer: Singer, effort: float, rng: np.random.Generator) -> Singer:
    """Draw a singer's style in one performance.

    Parameters
    ----------
    singer : Singer
    effort : float
        0: the style stays as it is, 1: it moves as between performances of a real singer, at most `STRONGEST`.
        All ranges are proportional to it, but for `dynamics_db`, which is wholly redrawn from 1 on.
    rng : numpy.random.Generator
        As many numbers are drawn whatever the effort.

    Returns
    -------
    Singer
    """
    loudness = rng.uniform(-1, 1)
    tilt, breath, ring = effort * (WITH_LOUDNESS * loudness + (1 - WITH_LOUDNESS) * rng.uniform(-1, 1, 3))
    register, vibrato = effort * rng.uniform(-1, 1, 2)
    formants = 1 + effort * FORMANT_SHARE * rng.uniform(-1, 1, 5)
    redrawn, dynamics_db = min(effort, 1.0), rng.uniform(*DYNAMICS_DB)
    shifts = [float(own * moved) for own, moved in zip(singer.formant_shifts, formants, strict=True)]
    return replace(
        singer,
        register=float(singer.register + REGISTER_SEMITONES * register),
        formant_shifts=(shifts[0], shifts[1], shifts[2], shifts[3], shifts[4]),
        singers_formant_db=float(max(singer.singers_formant_db + SINGERS_FORMANT_DB * ring, 0.0)),
        tilt_db_per_octave=float(singer.tilt_db_per_octave + TILT_DB_PER_OCTAVE * tilt),
        breathiness_db=float(singer.breathiness_db - BREATH_DB * breath),
        vibrato_extent_cents=float(singer.vibrato_extent_cents * (1 + VIBRATO_SHARE * vibrato)),
        dynamics_db=float((1 - redrawn) * singer.dynamics_db + redrawn * dynamics_db),
    )
