"""The vocal tract: the time-varying filter that shapes the glottal source into vowels.

Formants are two-pole resonators in cascade (as in Klatt's synthesiser), evaluated on short overlapping frames.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

HOP = 256
WINDOW = 1024
FFT = 2048
# Samples between the start of the first frame and the start of the sound.
LEAD = WINDOW // 2 + HOP
SOUND_CM_PER_S = 35_000.0
UPPER_BANDWIDTH_HZ = 400.0
SINGERS_FORMANT_HZ = 3000.0
SINGERS_FORMANT_OCTAVES = 0.25
# Frames over which loudness is evened out: 0.3 s.
LOUDNESS_FRAMES = 27


def frame_times(samples: int, rate: int) -> NDArray[np.float64]:
    """Middles of the frames that cover so many samples, (frames,), seconds; the first lies before the sound."""
    return np.arange(-1, samples // HOP + 3) * HOP / rate


def resonators(frequencies: NDArray[np.float64], bandwidths: NDArray[np.float64], rate: int) -> NDArray[np.complex64]:
    """Response of resonators in cascade, each with gain 1 at 0 Hz.

    Parameters
    ----------
    frequencies : (frames, formants) array
        Hz.
    bandwidths : (formants,) array
        Hz.
    rate : int

    Returns
    -------
    (frames, FFT // 2 + 1) complex64 array
    """
    radius = np.exp(-np.pi * bandwidths / rate)
    linear = -2 * radius * np.cos(2 * np.pi * frequencies / rate)
    polynomial = np.ones((len(frequencies), 1))
    for k in range(frequencies.shape[1]):
        longer = np.pad(polynomial, ((0, 0), (0, 2)))
        longer[:, 1:-1] += polynomial * linear[:, k : k + 1]
        longer[:, 2:] += polynomial * radius[k] ** 2
        polynomial = longer
    gain = polynomial.sum(axis=1, keepdims=True)
    return np.asarray(gain / fft.rfft(polynomial, FFT, axis=1), dtype=np.complex64)


def upper_tract(length_cm: float, singers_formant_db: float, rate: int) -> NDArray[np.complex64]:
    """Response that does not change with the vowel: formants from F6 up, those of a tube, and the singer's formant.

    Returns
    -------
    (FFT // 2 + 1,) complex64 array
    """
    tube = np.arange(5.5, 20.0) * SOUND_CM_PER_S / (2 * length_cm)
    tube = tube[tube < 0.97 * rate / 2]
    upper = resonators(tube[None, :], np.full(len(tube), UPPER_BANDWIDTH_HZ), rate)[0]
    octaves = np.log2(np.maximum(fft.rfftfreq(FFT, 1 / rate), 1.0) / SINGERS_FORMANT_HZ)
    cluster = singers_formant_db * np.exp(-0.5 * (octaves / SINGERS_FORMANT_OCTAVES) ** 2)
    return np.asarray(upper * 10 ** (cluster / 20), dtype=np.complex64)


def source_slope(f0: NDArray[np.float64], tilt_db_per_octave: NDArray[np.float64], rate: int) -> NDArray[np.float32]:
    """Gain that gives every harmonic its strength: 1 at F0 and below, then a straight line in dB over octaves.

    Parameters
    ----------
    f0, tilt_db_per_octave : (frames,) array

    Returns
    -------
    (frames, FFT // 2 + 1) float32 array
    """
    octaves = np.log2(np.maximum(fft.rfftfreq(FFT, 1 / rate), 1.0)).astype(np.float32)
    above = np.maximum(octaves[None, :] - np.log2(f0).astype(np.float32)[:, None], 0)
    nepers = (tilt_db_per_octave * np.log(10) / 20).astype(np.float32)
    return np.asarray(np.exp(above * nepers[:, None]), dtype=np.float32)


def even_loudness(
    slope: NDArray[np.float32], response: NDArray[np.complex64], f0: NDArray[np.float64], rate: int
) -> NDArray[np.float32]:
    """Gain that makes all notes and vowels of a singer equally loud, as trained singers do.

    Without it a vowel is some 10 dB louder where a harmonic meets a formant, and loudness tells notes apart rather than
    song from silence. It follows slowly, so that vibrato may still sway the loudness.

    Parameters
    ----------
    slope, response : (frames, FFT // 2 + 1) array
        Of source and tract.
    f0 : (frames,) array
        Hz.
    rate : int

    Returns
    -------
    (frames, 1) float32 array
    """
    harmonic = fft.rfftfreq(FFT, 1 / rate) / f0[:, None]
    nearest = np.abs(harmonic - np.round(harmonic)) * f0[:, None] <= rate / FFT / 2
    power = (np.abs(response) * slope) ** 2
    level = np.log(np.sum(power * nearest, axis=1) / np.sum(nearest, axis=1))
    return np.asarray(np.exp(-0.5 * ndimage.uniform_filter1d(level, LOUDNESS_FRAMES))[:, None], dtype=np.float32)


def through(
    voice: NDArray[np.float32],
    noise: NDArray[np.float32],
    slope: NDArray[np.float32],
    response: NDArray[np.complex64],
) -> NDArray[np.float32]:
    """Send the voice, sloped, and the noise, as it is, through the tract.

    Parameters
    ----------
    voice, noise : (samples,) float32 array
        The frames are those of `frame_times`.
    slope : (frames, FFT // 2 + 1) float32 array
    response : (frames, FFT // 2 + 1) complex64 array

    Returns
    -------
    (samples,) float32 array
    """
    spectrum = (_frames(voice) * slope + _frames(noise)) * response
    blocks = fft.irfft(spectrum, FFT, axis=1).reshape(len(spectrum), FFT // HOP, HOP)
    out = np.zeros((len(spectrum) + FFT // HOP, HOP), dtype=np.float32)
    for k in range(FFT // HOP):
        out[k : k + len(spectrum)] += blocks[:, k]
    return out.ravel()[LEAD : LEAD + len(voice)]


def _frames(samples: NDArray[np.float32]) -> NDArray[np.complex64]:
    padded = np.zeros((len(samples) // HOP + 3) * HOP + WINDOW, dtype=np.float32)
    padded[LEAD : LEAD + len(samples)] = samples
    cut = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    window = np.hanning(WINDOW + 1)[:-1] * 2 * HOP / WINDOW
    return np.asarray(fft.rfft(cut * window.astype(np.float32), FFT, axis=1), dtype=np.complex64)
