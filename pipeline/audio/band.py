"""The band of a recording: from which frequency to which it holds sound, whatever its sampling rate.

A telephone passes 300 to 3400 Hz, and a file of 8 kHz nothing above 4 kHz, also after it was resampled. What is missing
cannot be judged: the same take with and without its treble lies as far apart as two singers. An edge is told from a
dull voice by its steepness. Voices grow weaker over an octave or more, and their consonants and breath reach high;
filters of resamplers, codecs and telephones let nothing pass within a third of an octave. The gentle slope of a
microphone is none. A lower edge shows only where somebody sings below it: the fundamental is missing under
its overtones.
"""

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from pipeline.audio.frames import Recording, frame_blocks, power_blocks

# Of a longer recording, so many pieces of so many seconds, evenly spread.
PIECES, PIECE_S = 24, 5.0
# Frames softer than the loudest by more are pauses.
RANGE_DB = 60.0
# The level of a band is what a twentieth of the frames exceed: consonants count, a click does not.
SHARE_PERCENT = 95.0
BANDS_PER_OCTAVE = 24
# Below the second no upper edge is looked for: some sounds have but few partials.
LEAST_HZ, LEAST_EDGE_HZ = 500.0, 2500.0
# Where the resampler's own filter begins, as a share of half the sampling rate.
TOP_SHARE = 0.97
# An edge is a fall from the level of the bands before it to the greatest of all beyond a gap, by so many dB: at once,
# or as filters with a gentler slope do. Voices fell by at most 28 and 43 dB.
BEFORE = 4
FALLS = ((4, 30.0), (16, 48.0))
# Of a telephone, told by its lower edge, such a share of a fall is enough.
TELEPHONE_SHARE = 0.6
# The band ends where the level has fallen by so much.
EDGE_DB = 10.0
# Fundamentals are looked for in frames of such a pitch, at most so much softer than the loudest.
PITCH_HZ = (110.0, 240.0)
HIGHEST_PITCH_HZ = 1000.0
LOUD_DB = 20.0
PERIODIC = 0.7
HARMONICS = 5
# In half of at least so many frames the fundamental is so much weaker than the strongest overtone where it is cut.
FEWEST_FRAMES = 20
MISSING_DB = -23.0
# Bands differ where an edge of one lies at so many times that of the other.
RATIO = 1.5


@dataclass(frozen=True)
class Band:
    """From which frequency to which a recording holds sound.

    Attributes
    ----------
    lowest : float
        Hz; 0 where fundamentals below any likely edge are heard, NaN where nobody sings so low that it could be told.
    highest : float
        Hz; half the sampling rate where no edge is found, NaN where unknown.
    """

    lowest: float
    highest: float

    def differs(self, other: "Band") -> bool:
        """Return whether two bands differ so clearly that their recordings cannot be compared.

        Examples
        --------
        >>> telephone, wide, high = Band(300, 3400), Band(0, 11025), Band(float("nan"), 11025)
        >>> telephone.differs(wide), telephone.differs(high), wide.differs(high), Band(0, 8000).differs(wide)
        (True, True, False, False)
        """
        lows, highs = sorted([self.lowest, other.lowest]), sorted([self.highest, other.highest])
        # a comparison with NaN is false
        return highs[1] > RATIO * highs[0] or lows[1] > RATIO * lows[0]

    def __str__(self) -> str:
        """Return the band in words.

        Examples
        --------
        >>> str(Band(280.0, 3440.0)), str(Band(0.0, 11025.0)), str(Band(float("nan"), float("nan")))
        ('0.28 to 3.4 kHz', 'up to 11.0 kHz', 'an unknown band')
        """
        if np.isnan(self.highest):
            return "an unknown band"
        start = f"{self.lowest / 1000:.2f} to" if self.lowest > 0 else "up to"
        return f"{start} {self.highest / 1000:.1f} kHz"


UNKNOWN = Band(np.nan, np.nan)


def find_band(samples: Recording, rate: int, length: int) -> Band:
    """Find the band of a recording.

    Parameters
    ----------
    samples : Recording of float32
        As it is listened to; what its sampling rate cannot hold is no matter.
    rate : int
        Sampling rate in Hz.
    length : int
        Length of a frame in samples, about 0.1 s.
    """
    pieces = _pieces(samples, round(PIECE_S * rate))
    power = np.concatenate([_inner(list(power_blocks(piece, length, length // 4))) for piece in pieces])
    total = power.sum(axis=1)
    if not total.any():
        return UNKNOWN
    heard = power[total >= total.max() * 10 ** (-RANGE_DB / 10)]
    lowest = _lower_edge(pieces, rate, length)
    return Band(lowest, upper_edge(heard, rate, TELEPHONE_SHARE if lowest > 0 else 1.0))


def upper_edge(power: NDArray[np.float32], rate: int, share: float = 1.0) -> float:
    """Find where the spectra of frames end for good, in Hz; half the sampling rate where they do not.

    Parameters
    ----------
    power : ndarray of float32, shape (frames, 1 + length // 2)
        Without pauses; at least one frame.
    rate : int
        Sampling rate in Hz.
    share : float, optional
        Share of the fall that otherwise makes an edge.
    """
    octaves = np.log2(TOP_SHARE * rate / 2 / LEAST_HZ)
    hertz = LEAST_HZ * 2 ** (np.arange(int(octaves * BANDS_PER_OCTAVE) + 1) / BANDS_PER_OCTAVE)
    first = np.ceil(hertz * 2 * (power.shape[1] - 1) / rate).astype(int)
    summed = np.add.reduceat(power[:, : first[-1]], first[:-1], axis=1, dtype=np.float64) / np.diff(first)
    levels = 10 * np.log10(np.percentile(summed, SHARE_PERCENT, axis=0) + 1e-20)
    steepness = [_steepness(levels, hertz, place) for place in range(len(levels))]
    steepest = int(np.argmax(steepness))
    if steepness[steepest] < share:
        return rate / 2
    before = np.median(levels[steepest - BEFORE : steepest])
    ends = steepest + np.argmax(levels[steepest:] < before - EDGE_DB)
    return float(hertz[ends])


def _steepness(levels: NDArray[np.float64], hertz: NDArray[np.float64], place: int) -> float:
    """Return the fall at a band as a multiple of what makes an edge."""
    if place < BEFORE or hertz[place] < LEAST_EDGE_HZ:
        return 0.0
    before = float(np.median(levels[place - BEFORE : place]))
    if before < levels.max() - RANGE_DB:
        return 0.0
    return max(
        ((before - levels[place + gap :].max()) / fall for gap, fall in FALLS if place + gap + 2 <= len(levels)),
        default=0.0,
    )


def _lower_edge(pieces: list[NDArray[np.float32]], rate: int, length: int) -> float:
    """Find below which frequency fundamentals are missing, in Hz; see `Band`."""
    window = np.hanning(length).astype(np.float32)
    frames = np.concatenate([block for piece in pieces for block in frame_blocks(piece, length, length // 2)])
    power = np.abs(scipy.fft.rfft(frames * window, 2 * length, axis=1)) ** 2
    total = power.sum(axis=1)
    power = power[total >= total.max() * 10 ** (-LOUD_DB / 10)]
    pitch = _pitches(power, window, rate)
    chosen = (pitch >= PITCH_HZ[0]) & (pitch < PITCH_HZ[1])
    pitch, power = pitch[chosen], power[chosen]
    levels = np.array([_harmonics(row, its * 2 * length / rate) for row, its in zip(power, pitch, strict=True)])
    if not len(levels):
        return np.nan
    # what has even harmonics alone is sung an octave higher
    odd = levels[:, 2::2].max(axis=1) > levels.max(axis=1) - 30
    pitch, levels = pitch[odd], levels[odd] - levels[odd].max(axis=1, keepdims=True)
    if len(levels) < FEWEST_FRAMES:
        return np.nan
    if np.median(levels[:, 0]) > MISSING_DB:
        return 0.0
    heard = pitch * (1 + np.argmax(levels > MISSING_DB, axis=1))
    return float(np.sqrt(np.median(pitch) * np.median(heard)))


def _pitches(power: NDArray[np.float32], window: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Find the pitch of each spectrum by its autocorrelation, in Hz; NaN where it is hardly periodic."""
    length = len(window)
    shape = np.fft.irfft(np.abs(np.fft.rfft(window, 2 * length)) ** 2)[: length // 2]
    correlation = scipy.fft.irfft(power, axis=1)[:, : length // 2]
    correlation = correlation / (correlation[:, :1] * shape / shape[0])
    least = int(rate / HIGHEST_PITCH_HZ)
    inside = correlation[:, least : int(rate / (0.7 * PITCH_HZ[0]))]
    peaks = np.where((inside[:, 1:-1] > inside[:, :-2]) & (inside[:, 1:-1] >= inside[:, 2:]), inside[:, 1:-1], -1.0)
    greatest = peaks.max(axis=1, keepdims=True)
    lag = least + 1 + np.argmax(peaks > 0.9 * greatest, axis=1)
    return np.where(greatest[:, 0] > PERIODIC, rate / lag, np.nan)


def _harmonics(power: NDArray[np.float32], fundamental: float) -> NDArray[np.float64]:
    """Return the levels of the first harmonics in dB; the fundamental is in bins."""
    places = [round(fundamental * number) for number in range(1, HARMONICS + 1)]
    return np.array([10 * np.log10(power[place - 3 : place + 4].max() + 1e-20) for place in places])


def _inner(blocks: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Leave out the frames that reach past a piece's ends, where the cut sounds like a click."""
    power = np.concatenate(blocks)
    return power[2:-2] if len(power) > 4 else power


def _pieces(samples: Recording, length: int) -> list[NDArray[np.float32]]:
    """Take a short recording whole, else evenly spread pieces."""
    if len(samples) <= PIECES * length:
        return [np.asarray(samples[0 : len(samples)], np.float32)]
    starts = np.linspace(0, len(samples) - length, PIECES).astype(int)
    return [np.asarray(samples[start : start + length], np.float32) for start in starts]
