"""Which frames are sung, each judged by what it is: periodic, not dying away, and no hum. Nothing is clustered.

Unlike the paper's K-means, which always cuts a recording in two, this keeps all of a recording without pauses, and
nothing of one in which nobody sings. Every level is relative to others of the recording, so its gain does not matter.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from pipeline.audio.held_pitch import glides
from pipeline.audio.periodicity import Periods
from pipeline.audio.runs import cover, runs

# Periodicity from which a frame is a tone. One as periodic as the second joins on to tones, over breathy notes and
# passages between notes; white noise stays below 0.1, and the noise of rooms below 0.5.
TONE, TONE_GOES_ON = 0.5, 0.3
# The vocal tract lends breath a pitch, at its lowest resonance. So where the period is this short, a tone is this
# periodic, or at twice the period it still is, to the last share.
SHORT_S, SHORT_TONE, SHORT_PERSISTENCE = 2.0e-3, 0.75, 0.8
# A singer's loud moments: the level of this share of the tones, but of no more than so many seconds.
LOUD_SHARE, LOUD_S = 0.05, 1.0
# Singing lies within this range below them.
RANGE_DB = 48.0
# Sound dies away in rooms: below a tone by this much, less what the tone falls in a second, nothing is sung.
DEPTH_DB, FALL_DB_PER_S = 10.0, 25.0
# What nobody sings at: the mains, and twice that behind a rectifier. By what share of it, or by a sample, a period may
# stray: less than a singer's do; where noise sounds besides, by so much more times its share.
MAINS_HZ, STRAY, STRAY_IN_NOISE = (50.0, 60.0, 100.0, 120.0), 0.004, 0.02
# A hum is as soft as anything within a minute, give or take so much; lasts as long as any tone does; and lies this far
# below the singing, or is nearly all that is periodic.
HUM_WINDOW_S, HUM_DB, HUM_UNDER_DB, HUM_ALONE_SHARE = 60.0, 2.5, 10.0, 0.7
# Takes are joined by digital silence, and begin or end with some: so far below the singing, no longer, and frames that
# overlap it are so near.
JOINT_DB, JOINT_S, OVERLAP_S = -80.0, 0.4, 0.1
# A tone is no shorter, and a gap no longer.
SHORTEST_S, GAP_S = 0.115, 0.1
# Digital silence, relative to the loudest frame.
SILENCE_DB = -200.0


class FrameVerdict(IntEnum):
    """What becomes of a frame, and why.

    Attributes
    ----------
    UNPITCHED
        More noise than tone, or silent.
    LOW
        Its pitch is below the lowest at which singing is looked for.
    HUM
        A hum of the mains, or hardly more beside one.
    FAINT
        Too soft beside the loud tones, or what still rings of the tone before.
    BRIEF
        Of a tone too short to be one.
    SUNG
    """

    UNPITCHED = 0
    LOW = 1
    HUM = 2
    FAINT = 3
    BRIEF = 4
    SUNG = 5


@dataclass(frozen=True, eq=False)
class Evidence:
    """Why each frame is sung or is not.

    Attributes
    ----------
    level_db : ndarray of float64, shape (frames,)
        Level relative to the loudest frame.
    needed_db : ndarray of float64, shape (frames,)
        Level that singing would have there at least: the most of the recording's range, of what dies away, and of the
        hum.
    verdict : ndarray of uint8, shape (frames,)
        One of `FrameVerdict`.
    glides : bool
        Whether the pitch of what is sung glides as that of speech does; see `pipeline.audio.held_pitch`. Runs and
        slides do, too, so that nothing is left out for it.
    """

    level_db: NDArray[np.float64]
    needed_db: NDArray[np.float64]
    verdict: NDArray[np.uint8]
    glides: bool = False

    @property
    def sung(self) -> NDArray[np.bool_]:
        """Which frames are sung."""
        return np.equal(self.verdict, FrameVerdict.SUNG)


def find_sung(measured: Periods, rate: int, frame_seconds: float, lowest_hz: float) -> Evidence:
    """Judge every frame.

    A frame is a candidate if it is at least as much tone as noise, once the hum's share is taken away; if it is no
    softer than `RANGE_DB` below the loud tones; and if no tone before it may still be dying away. Candidates that last
    are sung, with the weaker ones that join on to them, and gaps of at most `GAP_S` within: most unvoiced consonants.

    Parameters
    ----------
    measured : Periods
    rate : int
        Sampling rate in Hz, in which periods are whole samples.
    frame_seconds : float
        Time from frame to frame.
    lowest_hz : float
        Lowest pitch of singing, no lower than that down to which periods were measured.
    """
    level = _decibels(measured.power)
    fleeting = (measured.period <= SHORT_S) & (measured.persistence < SHORT_PERSISTENCE)
    needed = np.where(fleeting, SHORT_TONE, TONE)
    tonal = measured.periodicity >= needed
    if not tonal.any():
        return Evidence(level, np.zeros_like(level), np.full(len(level), FrameVerdict.UNPITCHED, np.uint8))
    loud = _loud(level[tonal], frame_seconds)
    hum = _hum(level, tonal, measured, rate, frame_seconds, loud)
    rest = _periodicity_beyond(hum, level, measured.periodicity)
    least = np.maximum(loud - RANGE_DB, _dying_away(level, tonal, frame_seconds))
    audible = (level >= least) & (measured.period <= 1 / lowest_hz)
    shortest, gap = _frames(SHORTEST_S, frame_seconds), _frames(GAP_S, frame_seconds)
    lasting = _lasting(audible & (rest >= TONE_GOES_ON), audible & (rest >= needed), shortest)
    verdict = np.full(len(level), FrameVerdict.BRIEF, np.uint8)
    verdict[level < least] = FrameVerdict.FAINT
    verdict[measured.period > 1 / lowest_hz] = FrameVerdict.LOW
    verdict[rest < TONE_GOES_ON] = FrameVerdict.HUM
    verdict[measured.periodicity < TONE_GOES_ON] = FrameVerdict.UNPITCHED
    sung = _without_gaps(lasting, gap)
    verdict[sung] = FrameVerdict.SUNG
    return Evidence(level, np.maximum(least, hum), verdict, glides(measured.period, sung, frame_seconds))


def _frames(seconds: float, frame_seconds: float) -> int:
    return max(1, round(seconds / frame_seconds))


def _decibels(power: NDArray[np.float64]) -> NDArray[np.float64]:
    loudest = float(power.max()) or 1.0
    decibels: NDArray[np.float64] = 10 * np.log10(np.maximum(power / loudest, 10 ** (SILENCE_DB / 10)))
    return decibels


def _loud(tones: NDArray[np.float64], frame_seconds: float) -> float:
    """Return the level of a singer's loud moments from the levels of all tones."""
    rank = min(int(LOUD_SHARE * len(tones)), round(LOUD_S / frame_seconds))
    return float(np.partition(tones, len(tones) - 1 - rank)[len(tones) - 1 - rank])


def _dying_away(level: NDArray[np.float64], tonal: NDArray[np.bool_], frame_seconds: float) -> NDArray[np.float64]:
    """Return up to which level a tone before may still sound in the room."""
    fallen = FALL_DB_PER_S * frame_seconds * np.arange(len(level))
    tail: NDArray[np.float64] = np.maximum.accumulate(np.where(tonal, level, SILENCE_DB) + fallen) - fallen - DEPTH_DB
    return tail


def _hum(
    level: NDArray[np.float64],
    tonal: NDArray[np.bool_],
    measured: Periods,
    rate: int,
    frame_seconds: float,
    loud: float,
) -> NDArray[np.float64]:
    """Return the level of a hum of the mains in every frame; `SILENCE_DB` where there is none.

    A hum never pauses: nothing within half a minute is softer, but where takes are joined, or a recorder or an encoder
    has left some silence at the ends. So a tone at the mains' pitch that begins or ends within the recording is none.
    """
    window = 1 + 2 * round(HUM_WINDOW_S / 2 / frame_seconds)
    heard = np.where(_joints(level, loud, frame_seconds), 0, level)
    # half of these lies within the recording, and of that half may be what an encoder puts in front
    heard[[0, -1]] = 0
    softest = minimum_filter1d(heard, window, mode="nearest")
    hums = tonal & _at_mains(measured, rate) & (level <= softest + HUM_DB)
    lasting, tones = (_count_around(some, window) for some in (hums, tonal & (level >= loud - RANGE_DB)))
    there = lasting >= _frames(SHORTEST_S, frame_seconds)
    there &= (softest <= loud - HUM_UNDER_DB) | (lasting >= HUM_ALONE_SHARE * tones)
    return np.where(there, softest, SILENCE_DB)


def _joints(level: NDArray[np.float64], loud: float, frame_seconds: float) -> NDArray[np.bool_]:
    """Return the frames that hold some of the silence between joined takes, or at the ends of one."""
    starts, ends = runs(level <= loud + JOINT_DB)
    short = ends - starts <= _frames(JOINT_S, frame_seconds)
    beyond = _frames(OVERLAP_S, frame_seconds)
    joints = cover(starts[short], ends[short], len(level))
    return np.asarray(maximum_filter1d(joints, 1 + 2 * beyond))


def _count_around(flags: NDArray[np.bool_], window: int) -> NDArray[np.int64]:
    """Count the flags within a window around every frame."""
    before = np.concatenate([[0], np.cumsum(flags)])
    places = np.arange(len(flags))
    count: NDArray[np.int64] = (
        before[np.minimum(places + window // 2 + 1, len(flags))] - before[np.maximum(places - window // 2, 0)]
    )
    return count


def _at_mains(measured: Periods, rate: int) -> NDArray[np.bool_]:
    mains = 1 / np.array(MAINS_HZ)
    stray = STRAY + STRAY_IN_NOISE * (1 - measured.periodicity)
    near: NDArray[np.bool_] = np.abs(measured.period[:, None] - mains) <= np.maximum(stray[:, None] * mains, 1 / rate)
    return np.asarray(near.any(axis=1))


def _periodicity_beyond(
    hum: NDArray[np.float64], level: NDArray[np.float64], periodicity: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Take a hum's share of the energy away, all of it periodic, and return how periodic the rest is.

    Less than as much again is no voice.
    """
    share = 10 ** ((hum - level) / 10)
    beyond: NDArray[np.float64] = np.where(share < 0.5, (periodicity - share) / np.maximum(1 - share, 0.5), 0.0)
    return beyond


def _lasting(weak: NDArray[np.bool_], strong: NDArray[np.bool_], shortest: int) -> NDArray[np.bool_]:
    """Return the runs of `weak` that hold as many of `strong`."""
    starts, ends = runs(weak)
    before = np.concatenate([[0], np.cumsum(strong)])
    kept = before[ends] - before[starts] >= shortest
    return cover(starts[kept], ends[kept], len(weak))


def _without_gaps(flags: NDArray[np.bool_], longest: int) -> NDArray[np.bool_]:
    """Fill gaps of at most `longest` frames."""
    starts, ends = runs(~flags)
    filled = (ends - starts <= longest) & (starts > 0) & (ends < len(flags))
    return flags | cover(starts[filled], ends[filled], len(flags))
