"""The two spectrograms of figure 2, each with its title and the frequencies of its bins."""

from pipeline.audio.frames import Recording
from pipeline.audio.settings import Feature, SpectrogramSettings
from pipeline.audio.spectrogram import centre_frequencies, spectrogram
from pipeline.figures.voicing import Spectrum


def both_spectra(samples: Recording, rate: int, settings: SpectrogramSettings) -> tuple[Spectrum, Spectrum]:
    """Compute the constant-Q and the mel spectrogram of a recording, in the order of the paper's figure 2.

    Parameters
    ----------
    samples : ndarray or samples on disk, shape (n,)
    rate : int
        Hz.
    settings : SpectrogramSettings
    """

    def spectrum(name: str, feature: Feature) -> Spectrum:
        decibels = spectrogram(samples, rate, feature, settings)
        return Spectrum(name, decibels, centre_frequencies(rate, feature, settings))

    return spectrum("Constant-Q spectrogram", "cqt"), spectrum("Mel spectrogram", "mel")
