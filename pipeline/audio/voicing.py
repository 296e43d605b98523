"""Voice detection: which frames of a recording are sung, and the clips that hold enough of them (paper 3.3)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from pipeline.audio.clips import clip_starts
from pipeline.audio.frames import Recording, frame_blocks
from pipeline.audio.settings import VoiceSettings
from pipeline.errors import BadInputError

SILENCE_RMS = 1e-3
WEAKEST_SHARE = 1e-3
STARTS = 4
STEADY = 1e-3
ENERGY_RULE_RMS = 1e-2

Frames = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Voiced:
    """What the voice detection finds in a recording, and the file in which the stage voice keeps it.

    Attributes
    ----------
    energy, confidence : ndarray of float32, shape (frames,)
        Root mean square and voicing confidence of each frame; see `measure_voice`.
    frames : ndarray of bool, shape (frames,)
        Which are voiced.
    clip_starts : ndarray of int32, shape (clips,)
        First frame of each clip in which enough are, ascending.
    """

    energy: Frames
    confidence: Frames
    frames: NDArray[np.bool_]
    clip_starts: NDArray[np.int32]

    def save(self, path: Path) -> None:
        """Write an npz file; the same content gives the same bytes."""
        np.savez(path, rms=self.energy, confidence=self.confidence, voiced=self.frames, clip_starts=self.clip_starts)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises
        ------
        BadInputError
            The file is missing or damaged.
        """
        try:
            with np.load(path, allow_pickle=False) as kept:
                return cls(kept["rms"], kept["confidence"], kept["voiced"], kept["clip_starts"])
        except (OSError, ValueError, KeyError, BadZipFile) as fault:
            raise BadInputError(f"{path}: no voice detection that can be read ({fault}); run `dvc repro`") from None


def find_voice(samples: Recording, rate: int, settings: VoiceSettings) -> tuple[Voiced, bool]:
    """Find the voiced frames of a recording, and its clips.

    Parameters
    ----------
    samples : Recording of float32
    rate : int
        Sampling rate in Hz.
    settings : VoiceSettings

    Returns
    -------
    voiced : Voiced
    energy_rule : bool
        Whether energy alone decided; see `detect_voice`.
    """
    energy, confidence = measure_voice(
        samples,
        rate,
        length=settings.length,
        hop=settings.hop,
        min_hz=settings.min_hz,
        max_hz=settings.max_hz,
    )
    frames, energy_rule = detect_voice(energy, confidence, settings.seed)
    starts = clip_starts(
        frames, settings.clip_frames, settings.clip_hop, settings.min_voiced, pad_short=settings.pad_short
    )
    return Voiced(energy, confidence, frames, starts), energy_rule


def measure_voice(
    samples: Recording, rate: int, *, length: int, hop: int, min_hz: float, max_hz: float
) -> tuple[Frames, Frames]:
    """Compute the root mean square energy and the voicing confidence of each frame.

    The confidence is the maximum of the frame's normalised autocorrelation. Each frame is freed of its mean. At lag
    tau, its first ``length - tau`` samples are correlated with its last ``length - tau``, each normalised by its own
    energy. The maximum is taken over the periods from `max_hz` to `min_hz`, in whole samples, as far as they lie
    beyond the first lag at which the correlation is no longer positive: before it a frame resembles itself because it
    changes slowly, and the rumble of a silent room would score higher than singing.

    Parameters
    ----------
    samples : Recording of float32
    rate : int
        Sampling rate in Hz.
    length, hop : int
        Length and hop of the frames in samples; frame t is centred on sample ``t * hop``, with zeros
        beyond the recording's ends.
    min_hz, max_hz : float
        Range of pitch in Hz.

    Returns
    -------
    energy : ndarray of float32, shape (1 + samples // hop,)
        Root mean square.
    confidence : ndarray of float32, shape (1 + samples // hop,)
        Between 0 and 1; 0 in silence (60 dB below the loudest frame). Where one of the two stretches is almost
        silent, as before an attack, at least 1e-3 of the frame's energy stands in the denominator.
    """
    shortest, longest = int(rate / max_hz), int(rate / min_hz)
    powers, peaks = [], []
    for block in frame_blocks(samples, length, hop):
        powers.append(np.mean(block * block, axis=1))
        peaks.append(_peaks(block, shortest, longest))
    energy = np.sqrt(np.concatenate(powers))
    audible = energy > SILENCE_RMS * energy.max()
    return energy, np.where(audible, np.concatenate(peaks), 0).astype(np.float32)


def detect_voice(energy: Frames, periodicity: Frames, seed: int) -> tuple[NDArray[np.bool_], bool]:
    """Separate voiced frames from the rest by K-means with two clusters on energy and voicing confidence.

    Both are standardised over the recording; the voiced cluster's centre has the larger sum of the two.

    Parameters
    ----------
    energy : ndarray of float32, shape (frames,)
        From `measure_voice`.
    periodicity : ndarray of float32, shape (frames,)
        From `measure_voice`.
    seed : int
        Seeds the starts of K-means; the result does not depend on the number of threads.

    Returns
    -------
    voiced : ndarray of bool, shape (frames,)
    energy_rule : bool
        True when both measures are constant and there is nothing to cluster: then every frame within 40 dB of
        the loudest counts as voiced.

    Raises
    ------
    BadInputError
        scikit-learn is not installed; `pip install .` leaves it out, since the model that it brings does not cluster.
    """
    points = np.stack([_standardise(energy, scale=float(energy.max())), _standardise(periodicity, scale=1.0)], 1)
    if not points.any():
        return energy > ENERGY_RULE_RMS * energy.max(), True
    try:
        from sklearn.cluster import KMeans
    except ModuleNotFoundError:
        raise BadInputError("K-means, which finds the voice here, needs scikit-learn; pip install it") from None
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):  # several threads add up the centres in whatever order they come
        clusters = KMeans(n_clusters=2, n_init=STARTS, random_state=seed).fit(points)
    voiced: NDArray[np.bool_] = clusters.labels_ == clusters.cluster_centers_.sum(axis=1).argmax()
    return voiced, False


def _peaks(block: Frames, shortest: int, longest: int) -> NDArray[np.float64]:
    """Return each frame's confidence, whatever its loudness."""
    correlation = normalised_autocorrelation(block - block.mean(axis=1, keepdims=True), longest)
    lags = np.arange(1, longest + 1)
    falls = correlation <= 0
    beyond = np.where(falls.any(axis=1), falls.argmax(axis=1) + 1, longest + 1)
    allowed = (lags >= shortest) & (lags > beyond[:, None])
    best: NDArray[np.float64] = np.where(allowed, correlation, 0).max(axis=1).clip(0, 1)
    return best


def normalised_autocorrelation(block: Frames, longest: int) -> NDArray[np.float64]:
    """Compute the normalised autocorrelation of frames.

    Parameters
    ----------
    block : ndarray of float32, shape (frames, length)
        Each of mean 0.
    longest : int
        Greatest lag in samples.

    Returns
    -------
    ndarray of float64, shape (frames, longest)
        At lags 1 to `longest`; see `measure_voice`.
    """
    length = block.shape[1]
    size = scipy.fft.next_fast_len(length + longest, real=True)  # no lag of interest wraps round
    spectrum = scipy.fft.rfft(block, size, axis=1)
    raw = scipy.fft.irfft(spectrum.real**2 + spectrum.imag**2, size, axis=1)[:, 1 : longest + 1]
    energy = np.sum(block**2, axis=1, keepdims=True, dtype=np.float64)
    without_head = energy - np.cumsum(block[:, :longest] ** 2, axis=1, dtype=np.float64)
    without_tail = energy - np.cumsum(block[:, : -longest - 1 : -1] ** 2, axis=1, dtype=np.float64)
    scale = np.sqrt(np.maximum(without_head, 0) * np.maximum(without_tail, 0))
    normalised: NDArray[np.float64] = raw / np.maximum(scale, WEAKEST_SHARE * energy + np.finfo(np.float64).tiny)
    return normalised


def _standardise(values: Frames, scale: float) -> NDArray[np.float64]:
    """Scale to mean 0 and standard deviation 1; what hardly varies, measured by `scale`, becomes 0."""
    wide = values.astype(np.float64)
    if np.ptp(wide) <= STEADY * scale:
        return np.zeros_like(wide)
    standardised: NDArray[np.float64] = (wide - wide.mean()) / wide.std()
    return standardised
