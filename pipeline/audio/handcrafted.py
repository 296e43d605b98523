"""The handcrafted baseline: statistics of timbre and pitch class of each clip (paper, section 4)."""

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from pipeline.audio.frames import Recording, power_blocks
from pipeline.audio.mel import mel_filters
from pipeline.audio.settings import HandcraftedSettings
from pipeline.errors import BadInputError

MEL_BANDS = 128
RANGE_DB = 80.0
# Of the MFCC; librosa's defaults.
WEAKEST_POWER = 1e-10
TINY = float(np.finfo(np.float32).tiny)
CONCERT_A = 440.0
# The octave heard best, counted from that of 27.5 Hz, and the standard deviation of the bell around it.
CENTRE_OCTAVE, OCTAVES_WIDE = 5.0, 2.0


def describe_frames(samples: Recording, rate: int, settings: HandcraftedSettings) -> NDArray[np.float32]:
    """Describe every frame of a recording by chroma, MFCC, spectral centroid, roll-off and flux.

    All come from one Fourier transform a frame (Hann window, centred frames). Chroma: of the power, A4 at 440 Hz,
    each frame's maximum scaled to 1. MFCC: of 128 mel bands in dB, down to 80 dB below the
    recording's maximum. Centroid and roll-off: of the magnitudes. Flux: see `spectral_flux`; 0 for the first frame,
    which follows none.

    Parameters
    ----------
    samples : Recording of float32
        One channel.
    rate : int
        Sampling rate in Hz.
    settings : HandcraftedSettings

    Returns
    -------
    ndarray of float32, shape (1 + samples // hop, chroma + mfcc + 3)
        Columns in the order named above; centroid and roll-off in Hz.

    Raises
    ------
    BadInputError
        More coefficients than mel bands are asked for.
    """
    if settings.mfcc > MEL_BANDS:
        raise BadInputError(
            f"baseline.mfcc: {settings.mfcc} coefficients of {MEL_BANDS} mel bands; ask for {MEL_BANDS} or fewer"
        )
    length = settings.length
    pitch_classes = pitch_class_filters(rate, length, settings.chroma)
    weights = np.ascontiguousarray(np.concatenate([pitch_classes, mel_filters(rate, length, MEL_BANDS)]).T)
    hertz = np.linspace(0, rate / 2, 1 + length // 2, dtype=np.float32)
    chroma, bands, shape = [], [], []
    before = None
    for power in power_blocks(samples, length, settings.hop):
        weighted, magnitude = power @ weights, np.sqrt(power)
        chroma.append(_scale_to_maximum(weighted[:, : settings.chroma]))
        bands.append(weighted[:, settings.chroma :])
        flux = spectral_flux(np.concatenate([magnitude[:1] if before is None else before, magnitude]))
        shape.append(np.stack([*_centroid_and_rolloff(magnitude, hertz, settings.rolloff), flux], axis=1))
        before = magnitude[-1:]
    columns = [np.concatenate(chroma), _mfcc(bands, settings.mfcc), np.concatenate(shape)]
    return np.concatenate(columns, axis=1).astype(np.float32)


def spectral_flux(magnitude: NDArray[np.floating]) -> NDArray[np.floating]:
    """Measure how much the shape of the spectrum changes from each frame to the next.

    Parameters
    ----------
    magnitude : ndarray of float, shape (frames, bins)
        Not negative.

    Returns
    -------
    ndarray of float, shape (frames - 1,)
        Sum of squared differences between successive spectra, each scaled to Euclidean length 1 (L2): 0 for
        the same shape, 2 for nothing in common. A silent spectrum stays 0 everywhere.
    """
    norm = np.sqrt(np.einsum("fb,fb->f", magnitude, magnitude))
    shape = magnitude / np.where(norm > 0, norm, 1)[:, None]
    change = np.diff(shape, axis=0)
    flux: NDArray[np.floating] = np.einsum("fb,fb->f", change, change)
    return flux


def _scale_to_maximum(values: NDArray[np.floating]) -> NDArray[np.floating]:
    greatest = values.max(axis=1, keepdims=True)
    return values / np.where(greatest > TINY, greatest, 1)


def _centroid_and_rolloff(
    magnitude: NDArray[np.float32], hertz: NDArray[np.float32], share: float
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    gathered = np.cumsum(magnitude, axis=1)
    total = gathered[:, -1]
    below = np.count_nonzero(gathered < np.float32(share) * total[:, None], axis=1)
    return magnitude @ hertz / np.where(total > TINY, total, 1), hertz[below]


def _mfcc(bands: list[NDArray[np.float32]], count: int) -> NDArray[np.float32]:
    """Compute the cosine transform of mel bands in dB, blocks of shape (frames, bands), as librosa does."""
    floor = _decibels(np.array([block.max() for block in bands])).max() - RANGE_DB
    coefficients = [
        scipy.fft.dct(np.maximum(_decibels(block), floor), axis=1, norm="ortho")[:, :count] for block in bands
    ]
    return np.concatenate(coefficients)


def _decibels(power: NDArray[np.float32]) -> NDArray[np.float32]:
    decibels: NDArray[np.float32] = 10 * np.log10(np.maximum(power, np.float32(WEAKEST_POWER)))
    return decibels


def without_chroma(clips: NDArray[np.float64], settings: HandcraftedSettings) -> NDArray[np.float64]:
    """Drop the chroma of described clips, means and deviations: they follow the song more than the singer.

    Parameters
    ----------
    clips : ndarray of float64, shape (clips, 2 d)
        From `summarise_clips`.
    settings : HandcraftedSettings

    Returns
    -------
    ndarray of float64, shape (clips, 2 (d - chroma))
    """
    of_frame = np.arange(clips.shape[1]) % (clips.shape[1] // 2)
    return clips[:, of_frame >= settings.chroma]


def mfcc_means(
    descriptors: NDArray[np.float32], voiced: NDArray[np.bool_], settings: HandcraftedSettings
) -> NDArray[np.float64]:
    """Average the mel-frequency cepstral coefficients over the voiced frames of a recording, without the zeroth.

    Nothing is learned, yet of recordings by one microphone it finds singers well: what an embedding must beat.

    Parameters
    ----------
    descriptors : ndarray of float32, shape (frames, d)
        From `describe_frames`.
    voiced : ndarray of bool, shape (frames,)
        At least one is.
    settings : HandcraftedSettings

    Returns
    -------
    ndarray of float64, shape (mfcc - 1,)
    """
    first = settings.chroma + 1
    means: NDArray[np.float64] = descriptors[voiced, first : settings.chroma + settings.mfcc].mean(0, np.float64)
    return means


def summarise_clips(descriptors: NDArray[np.float32], starts: NDArray[np.integer], length: int) -> NDArray[np.float64]:
    """Compute mean and standard deviation over the frames of each clip.

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


def pitch_class_filters(rate: int, length: int, count: int) -> NDArray[np.float32]:
    """Lay out a bell around each pitch class in every octave, under one wide bell over all octaves.

    Written out here because librosa's compiles for 20 s in a fresh environment.

    Parameters
    ----------
    rate : int
        Sampling rate in Hz.
    length : int
        Samples of a frame.
    count : int
        Pitch classes in an octave; the first is C, with A4 at 440 Hz.

    Returns
    -------
    ndarray of float32, shape (count, 1 + length // 2)
    """
    hertz = np.arange(1, length) * rate / length
    steps = count * np.log2(hertz / (CONCERT_A / 16))
    steps = np.concatenate([[steps[0] - 1.5 * count], steps])  # 0 Hz lies nowhere; librosa puts it below bin 1
    width = np.concatenate([np.maximum(np.diff(steps), 1), [1]])
    half = np.round(count / 2)
    away = np.mod(steps - np.arange(count)[:, None] + half, count) - half
    bells = np.exp(-2 * (away / width) ** 2)
    bells /= np.linalg.norm(bells, axis=0)
    bells *= np.exp(-0.5 * ((steps / count - CENTRE_OCTAVE) / OCTAVES_WIDE) ** 2)
    from_c: NDArray[np.float32] = np.roll(bells, -3 * (count // 12), axis=0)[:, : 1 + length // 2].astype(np.float32)
    return from_c
