import numpy as np

from pipeline.figures.spectra import both_spectra
from pipeline.params import load_params
from tests.conftest import ROOT

RATE, PITCH = 22050, 440.0


def test_a_tone_is_loudest_at_its_frequency_in_both() -> None:
    params = load_params(ROOT / "params.yaml")
    tone = np.sin(2 * np.pi * PITCH * np.arange(RATE) / RATE).astype(np.float32)
    constant_q, mel = both_spectra(tone, RATE, params.features.settings(params.frames))
    assert (constant_q.name, mel.name) == ("Constant-Q spectrogram", "Mel spectrogram")
    for spectrum in (constant_q, mel):
        assert spectrum.decibels.shape == (1 + RATE // params.frames.hop, len(spectrum.hertz))
        loudest = spectrum.hertz[spectrum.decibels.mean(axis=0).argmax()]
        assert abs(np.log2(loudest / PITCH)) < 0.1
