"""Draw the paper's figure 2 for one recording: voice detection over its constant-Q and mel spectrograms.

Reads data/voice and data/resampled; writes metrics/plots/voicing.png. The recording is params.look.recording,
or the first of the test part.
"""

import difflib

import pandas as pd

from pipeline.audio.stored import read_stored
from pipeline.audio.voicing import Voiced
from pipeline.corpora.schema import read_manifest
from pipeline.errors import BadInputError
from pipeline.figures.spectra import both_spectra
from pipeline.figures.voicing import draw_voicing
from pipeline.params import load_params
from pipeline.runtime.stage import PLOTS, RESAMPLED, VOICE, run


def main() -> str:
    """Draw the figure."""
    params = load_params()
    manifest = read_manifest(VOICE / "manifest.csv")
    recording = choose_recording(manifest, params.look.recording)
    settings = params.features.settings(params.frames)
    samples, rate = read_stored(RESAMPLED / f"{recording}.flac")
    voiced = Voiced.load(VOICE / f"{recording}.npz")
    PLOTS.mkdir(parents=True, exist_ok=True)
    draw_voicing(
        recording,
        settings.hop / rate,
        voiced.energy,
        voiced.confidence,
        voiced.frames,
        both_spectra(samples, rate, settings),
        PLOTS / "voicing.png",
    )
    return f"{recording}, {voiced.frames.mean():.0%} of {len(voiced.frames)} frames voiced"


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
