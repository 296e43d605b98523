"""The register of a performance: how high it is sung, so that voices are judged among voices of about their pitch.

Men and women are told apart by anybody. What a distance is worth is shown by singers who sing at about the same pitch.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.audio.frames import Recording
from pipeline.model.listening import Listening

# Performances at most half an octave apart are of one register.
SEMITONES = 6.0
# The pitch is measured in at most this many seconds, and every so often; of a longer recording, in pieces of so many
# seconds, spread evenly over those that are not far quieter than the loudest.
LONGEST_S, PIECE_S, QUIETER_DB = 120.0, 10.0, 30.0
STEP_S = 0.02
# Whether it is anybody's pitch at all shows as well in fewer moments.
DOUBT_STEP_S = 0.05
# The note A4 as a MIDI number.
A4_HZ, A4_MIDI = 440.0, 69.0
# Nobody sings as high throughout: the high C of sopranos is at 1047 Hz. Pitches up to the second are told apart.
HIGHEST_HZ, CEILING_HZ = 1100.0, 4000.0
# Nor as low: the deepest basses reach 45 Hz. Pitches down to the second are told apart.
LOWEST_HZ, FLOOR_HZ = 40.0, 12.0
# What is sung higher than the range of pitch shows at a fraction of it, in the range's upper part; what is lower, at
# the first multiple within the range.
SUSPECT_SHARE = 1 / 3
REMEDY = "perhaps its sampling rate is stated too"


def median_pitch(samples: Recording, listening: Listening) -> float:
    """Measure how high somebody sings, by Praat's autocorrelation (Boersma 1993).

    Parameters
    ----------
    samples : Recording of float32
        At the model's sampling rate.
    listening : Listening
        Its range of pitch.

    Returns
    -------
    float
        Median over the frames with a pitch, as a MIDI number (semitones); NaN where there is none.
    """
    hertz = _median_hertz(samples, listening.rate, listening.pitch_min_hz, listening.pitch_max_hz, STEP_S)
    return A4_MIDI + 12 * float(np.log2(hertz / A4_HZ))


def to_hertz(pitch: float) -> float:
    """Convert a MIDI number to Hz.

    Examples
    --------
    >>> round(to_hertz(57))
    220
    """
    return float(A4_HZ * 2 ** ((pitch - A4_MIDI) / 12))


def doubt_pitch(samples: Recording, listening: Listening, pitch: float) -> str:
    """Return why a recording is hardly one of a voice at the right speed: its pitch; empty where it may be.

    Parameters
    ----------
    samples, listening
        As of `median_pitch`.
    pitch : float
        What that returned.
    """
    found = to_hertz(pitch)
    if found > SUSPECT_SHARE * listening.pitch_max_hz:
        ceiling = min(CEILING_HZ, listening.rate / 2)
        hertz = _median_hertz(samples, listening.rate, listening.pitch_min_hz, ceiling, DOUBT_STEP_S)
        if hertz > HIGHEST_HZ:
            return f"half of it lies above {hertz:.0f} Hz, higher than anybody sings; {REMEDY} high"
    elif not found > listening.pitch_min_hz + LOWEST_HZ:
        hertz = _median_hertz(samples, listening.rate, FLOOR_HZ, listening.pitch_max_hz, DOUBT_STEP_S)
        if hertz < LOWEST_HZ:
            return f"half of it lies below {hertz:.0f} Hz, lower than anybody sings; {REMEDY} low"
    return ""


def _median_hertz(samples: Recording, rate: int, lowest: float, highest: float, step_s: float) -> float:
    import parselmouth

    try:
        track = parselmouth.Sound(_excerpt(samples, rate), rate).to_pitch_ac(
            time_step=step_s, pitch_floor=lowest, pitch_ceiling=highest
        )
    except parselmouth.PraatError:  # shorter than its window of three periods
        return np.nan
    hertz = track.selected_array["frequency"]
    sung = hertz[hertz > 0]
    return float(np.median(sung)) if len(sung) else np.nan


def _excerpt(samples: Recording, rate: int) -> NDArray[np.float64]:
    """Return what the pitch of a recording is measured in; a long beginning without a voice does not hide it."""
    if len(samples) <= LONGEST_S * rate:
        return np.asarray(samples, np.float64)
    size = int(PIECE_S * rate)
    starts = np.arange(len(samples) // size) * size
    powers = np.array([np.square(samples[start : start + size], dtype=np.float64).mean() for start in starts])
    loud = starts[powers > powers.max() * 10 ** (-QUIETER_DB / 10)] if powers.max() else starts
    count = min(len(loud), int(LONGEST_S / PIECE_S))
    chosen = loud[((np.arange(count) + 0.5) * len(loud) / count).astype(int)]
    return np.concatenate([samples[start : start + size] for start in chosen]).astype(np.float64)


def same_register(pitches: ArrayLike, pitch: ArrayLike) -> NDArray[np.bool_]:
    """Return which of some pitches are of the register of another, or of as many others; no pitch is of none.

    Examples
    --------
    >>> same_register([57.0, 66.5, float("nan")], 60.0).tolist()
    [True, False, False]
    """
    near: NDArray[np.bool_] = np.abs(np.asarray(pitches, np.float64) - np.asarray(pitch, np.float64)) <= SEMITONES
    return near
