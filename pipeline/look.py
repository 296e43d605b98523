"""Draw the paper's figure 2 for one recording: voice detection over its constant-Q and mel spectrograms.

Reads data/voice and data/resampled; writes metrics/plots/voicing.png. The recording is params.look.recording,
or the first of the test part.
"""

import difflib

import numpy as np
import pandas as pd

from pipeline.audio.decode import decode
from pipeline.audio.spectrogram import Settings, centre_frequencies, spectrogram
from pipeline.corpora.schema import read_manifest
from pipeline.errors import BadInputError
from pipeline.figures.voicing import Spectrum, draw_voicing
from pipeline.params import load_params
from pipeline.runtime.stage import PLOTS, RESAMPLED, VOICE, run

NAMES = {"cqt": "Constant-Q spectrogram", "mel": "Mel spectrogram"}


def main() -> str:
    """Draw the figure."""
    params = load_params()
    manifest = read_manifest(VOICE / "manifest.csv")
    recording = choose_recording(manifest, params.look.recording)
    settings = Settings(
        length=params.frames.length,
        hop=params.frames.hop,
        bins=params.features.bins,
        bins_per_octave=params.features.bins_per_octave,
        cqt_min_hz=params.features.cqt_min_hz,
        floor_db=params.features.floor_db,
    )
    samples, rate = decode(RESAMPLED / f"{recording}.flac")
    middle, lower = (
        Spectrum(
            NAMES[name],
            spectrogram(samples[:, 0], rate, name, settings),
            centre_frequencies(rate, name, settings),
        )
        for name in ("cqt", "mel")
    )
    with np.load(VOICE / f"{recording}.npz", allow_pickle=False) as voice:
        energy, periodicity, voiced = voice["rms"], voice["confidence"], voice["voiced"]
    PLOTS.mkdir(parents=True, exist_ok=True)
    draw_voicing(recording, settings.hop / rate, energy, periodicity, voiced, (middle, lower), PLOTS / "voicing.png")
    return f"{recording}, {voiced.mean():.0%} of {len(voiced)} frames voiced"


def choose_recording(manifest: pd.DataFrame, wanted: str) -> str:
    """Return the name asked for, or for ``first`` the first of the test part."""
    names = sorted(manifest["recording"])
    if wanted == "first":
        return str(manifest.loc[manifest["split"] == "test", "recording"].min())
    if wanted not in names:
        close = difflib.get_close_matches(wanted, names, n=1, cutoff=0.0)[0]
        raise BadInputError(
            f"params.yaml: look.recording: no clips of a recording {wanted!r}; did you mean {close}? "
            f"{VOICE}/manifest.csv has them all"
        )
    return wanted


if __name__ == "__main__":
    run(main, __doc__)
