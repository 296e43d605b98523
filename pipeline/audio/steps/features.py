"""One recording, turned into what the network sees (paper 3.2)."""

from pathlib import Path

import numpy as np

from pipeline.audio.settings import Feature, SpectrogramSettings
from pipeline.audio.spectrogram import spectrogram
from pipeline.audio.stored import StoredRecording


def write_features(source: Path, target: Path, feature: Feature, settings: SpectrogramSettings) -> int:
    """Compute and write one recording's spectrogram.

    Parameters
    ----------
    source, target : Path
        The resampled recording, and the npy file to write: float16, shape (frames, bins), in decibels.
    feature : {"mel", "cqt"}
    settings : SpectrogramSettings

    Returns
    -------
    int
        Number of frames.
    """
    with StoredRecording(source) as samples:
        decibels = spectrogram(samples, samples.rate, feature, settings)
    np.save(target, decibels.astype(np.float16))
    return len(decibels)
