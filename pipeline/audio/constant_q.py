"""The constant-Q transform by recursive octaves (Schörkhuber and Klapuri 2010), as librosa lays it out.

Each octave has the same filters at half the sampling rate of the octave above, so that all of them are short. Written
anew on float32 transforms because librosa's compiles for 20 s in a fresh environment and takes three times as long; it
is held to librosa's within 0.01 dB by a test.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from pipeline.audio.frames import Recording, count_frames, frame_blocks
from pipeline.errors import BadInputError

# Equivalent noise bandwidth of a Hann window in bins; librosa's value.
HANN_BANDWIDTH = 1.50018310546875
# Share of a filter's spectrum, by magnitude and from the weakest bin up, that counts as nothing; librosa's default.
DROPPED_SHARE = 0.01
# Frames transformed at a time, with what they touch of their neighbours, so that hours of singing fit in memory.
SEGMENT = 8192


@dataclass(frozen=True, eq=False)
class Octave:
    """The filters of one octave.

    Attributes
    ----------
    halvings : int
        How often the recording's sampling rate is halved before them.
    hop : int
        Samples from frame to frame at that rate.
    size : int
        Samples of a frame.
    first : int
        Bin of the frame's spectrum at which the filters begin.
    filters : ndarray of complex64, shape (bins of the spectrum, bins of the octave)
    """

    halvings: int
    hop: int
    size: int
    first: int
    filters: NDArray[np.complex64]


def constant_q_power(
    samples: Recording, rate: int, *, hop: int, bins: int, bins_per_octave: int, min_hz: float
) -> NDArray[np.float32]:
    """Compute the power of a recording by the constant-Q transform.

    Parameters
    ----------
    samples : Recording of float32
    rate : int
        Sampling rate in Hz.
    hop : int
        Samples from frame to frame.
    bins, bins_per_octave : int
        Number of bins, and how many make an octave.
    min_hz : float
        Centre frequency of the lowest bin; bin k lies at ``min_hz * 2 ** (k / bins_per_octave)``.

    Returns
    -------
    ndarray of float32, shape (1 + samples // hop, bins)

    Raises
    ------
    BadInputError
        The highest bin lies above half the sampling rate.
    """
    octaves = design_octaves(rate, hop=hop, bins=bins, bins_per_octave=bins_per_octave, min_hz=min_hz)
    frames = count_frames(len(samples), hop)
    reach = max(octave.size << octave.halvings for octave in octaves)
    margin = -(-4 * reach // hop)
    power = np.empty((frames, bins), np.float32)
    for start in range(0, frames, SEGMENT):
        stop, before = min(start + SEGMENT, frames), min(margin, start)
        segment = samples[(start - before) * hop : min((stop + margin) * hop, len(samples))]
        if len(samples) < reach:
            segment = np.pad(segment, (0, reach - len(samples)))
        power[start:stop] = _transform(segment, octaves, before, stop - start)
    return power


def design_octaves(rate: int, *, hop: int, bins: int, bins_per_octave: int, min_hz: float) -> list[Octave]:
    """Lay out the filters of all octaves, the highest first; see `constant_q_power`."""
    hertz = min_hz * 2.0 ** (np.arange(bins) / bins_per_octave)
    width = 2.0 ** (2 / bins_per_octave)
    quality = (width + 1) / (width - 1)
    top = float(hertz[-1]) * (1 + HANN_BANDWIDTH / 2 / quality)
    if top > rate / 2:
        raise BadInputError(
            f"features.bins: the constant-Q transform's {bins} bins reach {top:.0f} Hz, "
            f"more than half the sampling rate of {rate} Hz; take fewer bins or a lower features.cqt_min_hz"
        )
    count = -(-bins // bins_per_octave)
    halvable = (hop & -hop).bit_length() - 1
    spare = int(np.ceil(np.log2(rate / 2 / top))) - 2
    halvings = max(0, min(spare, halvable - count + 1))
    octaves = []
    for octave in range(count):
        upper = bins - octave * bins_per_octave
        own = hertz[max(0, upper - bins_per_octave) : upper]
        gain = np.sqrt(own / (quality * rate)) * 2.0 ** (halvings / 2)
        octaves.append(_design(own, gain, quality, rate / 2**halvings, hop >> halvings, halvings))
        halvings += int(halvings < halvable)
    return octaves


def _design(
    hertz: NDArray[np.float64], gain: NDArray[np.float64], quality: float, rate: float, hop: int, halvings: int
) -> Octave:
    lengths = quality * rate / hertz
    size = 1 << int(np.ceil(np.log2(lengths.max())))
    filters = np.zeros((len(hertz), size), np.complex64)
    for row, length, frequency in zip(filters, lengths, hertz, strict=True):
        time = np.arange(-length // 2, length // 2)
        window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(len(time)) / len(time))
        before = (size - len(time)) // 2
        row[before : before + len(time)] = window / window.sum() * np.exp(2j * np.pi * frequency / rate * time)
    spectra = scipy.fft.fft(filters * (lengths / size)[:, None], axis=1)[:, : size // 2 + 1]
    kept = _drop_weakest(spectra) * gain[:, None]
    used = np.flatnonzero(kept.any(axis=0))
    first, last = int(used[0]), int(used[-1])
    return Octave(halvings, hop, size, first, np.ascontiguousarray(kept[:, first : last + 1].T, np.complex64))


def _drop_weakest(spectra: NDArray[np.complexfloating]) -> NDArray[np.complexfloating]:
    """Set to 0 the weakest bins of each row, which together hold less than `DROPPED_SHARE` of its magnitude."""
    magnitude = np.abs(spectra)
    ordered = np.sort(magnitude, axis=1)
    gathered = np.cumsum(ordered / ordered.sum(axis=1, keepdims=True), axis=1)
    weakest_kept = np.take_along_axis(ordered, np.argmax(gathered >= DROPPED_SHARE, axis=1)[:, None], axis=1)
    return np.where(magnitude >= weakest_kept, spectra, 0)


def _transform(
    segment: NDArray[np.float32], octaves: list[Octave], first_frame: int, frames: int
) -> NDArray[np.float32]:
    """Return the power of `frames` frames of a segment, the lowest bin first."""
    parts, done = [], 0
    for octave in octaves:
        segment, done = _halve(segment, octave.halvings - done), octave.halvings
        response = np.concatenate(list(_responses(segment, octave)))
        parts.append(response[first_frame : first_frame + frames])
    return np.concatenate(parts[::-1], axis=1)


def _responses(samples: NDArray[np.float32], octave: Octave) -> Iterator[NDArray[np.float32]]:
    used = slice(octave.first, octave.first + len(octave.filters))
    for block in frame_blocks(samples, octave.size, octave.hop):
        response = scipy.fft.rfft(block, axis=1)[:, used] @ octave.filters
        yield response.real**2 + response.imag**2


def _halve(samples: NDArray[np.float32], times: int) -> NDArray[np.float32]:
    """Halve the sampling rate a number of times in one step; the samples' power stays the same."""
    if not times:
        return samples
    import soxr

    ratio = 1 << times
    length = -(-len(samples) // ratio)
    halved = soxr.resample(samples, ratio, 1, "HQ")[:length] * np.float32(np.sqrt(ratio))
    return np.pad(halved, (0, length - len(halved)))
