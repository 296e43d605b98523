"""The handcrafted baseline: statistics of timbre and pitch class of each clip (paper, section 4)."""

import librosa
import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadInputError

MEL_BANDS = 128
"""Of the MFCC; librosa's default."""


def describe_frames(
    samples: NDArray[np.float32], rate: int, length: int, hop: int, mfcc: int, chroma: int, rolloff: float
) -> NDArray[np.float32]:
    """Describe every frame of a recording by chroma, MFCC, spectral centroid, roll-off and flux.

    All come from one magnitude STFT (Hann window, centred frames). Chroma: of the power, A4 at 440 Hz,
    each frame's maximum scaled to 1. MFCC: of 128 mel bands in dB, down to 80 dB below the
    recording's maximum. Centroid and roll-off: of the magnitudes. Flux: see `spectral_flux`.

    Parameters
    ----------
    samples : ndarray of float32, shape (samples,)
        One channel.
    rate : int
        Sampling rate in Hz.
    length, hop : int
        Frame length and hop in samples.
    mfcc, chroma : int
        Numbers of coefficients (at most 128) and of pitch classes.
    rolloff : float
        Share of a frame's magnitude that lies below its roll-off frequency, 0 to 1.

    Returns
    -------
    ndarray of float32, shape (1 + samples // hop, chroma + mfcc + 3)
        Columns in the order named above; centroid and roll-off in Hz.

    Raises
    ------
    BadInputError
        More coefficients than mel bands are asked for.
    """
    if mfcc > MEL_BANDS:
        raise BadInputError(
            f"baseline.mfcc: {mfcc} coefficients of {MEL_BANDS} mel bands; ask for {MEL_BANDS} or fewer"
        )
    magnitude = np.abs(librosa.stft(samples, n_fft=length, hop_length=hop))
    power = magnitude**2
    # No tuning is estimated: librosa compiles that on first use, and processes that do so at once crash one another.
    feature = librosa.feature
    mel = librosa.power_to_db(feature.melspectrogram(S=power, sr=rate, n_fft=length, n_mels=MEL_BANDS))
    descriptors = np.vstack(
        [
            feature.chroma_stft(S=power, sr=rate, n_fft=length, n_chroma=chroma, tuning=0.0),
            feature.mfcc(S=mel, n_mfcc=mfcc),
            feature.spectral_centroid(S=magnitude, sr=rate, n_fft=length),
            feature.spectral_rolloff(S=magnitude, sr=rate, n_fft=length, roll_percent=rolloff),
            spectral_flux(magnitude)[None],
        ]
    )
    return descriptors.T.astype(np.float32)


def spectral_flux(magnitude: NDArray[np.float32]) -> NDArray[np.float64]:
    """Measure how much the shape of the spectrum changes from frame to frame.

    Parameters
    ----------
    magnitude : ndarray of float32, shape (bins, frames)
        Not negative.

    Returns
    -------
    ndarray of float64, shape (frames,)
        Sum of squared differences between successive spectra, each scaled to Euclidean length 1 (L2): 0 for
        the same shape, 2 for nothing in common. A silent spectrum stays 0 everywhere. The first frame, which
        follows none, has flux 0.
    """
    norm = np.linalg.norm(magnitude.astype(np.float64), axis=0)
    shape = magnitude / np.where(norm > 0, norm, 1)
    flux: NDArray[np.float64] = np.sum(np.diff(shape, axis=1, prepend=shape[:, :1]) ** 2, axis=0)
    return flux


def describe_clips(descriptors: NDArray[np.float32], starts: NDArray[np.integer], length: int) -> NDArray[np.float64]:
    """Take mean and standard deviation of the frames of each clip.

    Parameters
    ----------
    descriptors : ndarray of float32, shape (frames, d)
        Of a recording.
    starts : ndarray of int, shape (clips,)
        First frame of each clip.
    length : int
        Frames in a clip; of a recording that ends earlier, the frames there are count.

    Returns
    -------
    ndarray of float64, shape (clips, 2 d)
        All means, then all standard deviations.
    """
    clips = np.empty((len(starts), 2 * descriptors.shape[1]))
    for row, start in zip(clips, starts, strict=True):
        frames = descriptors[start : start + length].astype(np.float64)
        row[:] = np.concatenate([frames.mean(axis=0), frames.std(axis=0)])
    return clips


def standardise(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shift and scale each column to mean 0 and standard deviation 1; a constant column becomes 0.

    Parameters
    ----------
    values : ndarray of float64, shape (n, d)

    Returns
    -------
    ndarray of float64, shape (n, d)
    """
    shifted = values - values[:1]
    deviation = np.std(shifted, axis=0)
    scores: NDArray[np.float64] = (shifted - np.mean(shifted, axis=0)) / np.where(deviation > 0, deviation, 1)
    return scores
