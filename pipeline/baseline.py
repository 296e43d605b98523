"""Describe the test part by handcrafted features, to compare the embedding with (paper 4).

Reads data/resampled and data/voice; writes into data/baseline: clips.npz (the paper's mean and standard deviation of
chroma, MFCC, spectral centroid, roll-off and flux, each z-scored over all clips), performances.npz (the means of their
clips), performances_without_chroma.npz, performances_mfcc_means.npz (MFCC over the voiced frames, z-scored over all
performances) and left_out.csv (recordings that could not be used, and why).
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.collection import Collection
from pipeline.audio.handcrafted import standardise, without_chroma
from pipeline.audio.steps.baseline import Handcrafted, write_handcrafted
from pipeline.corpora.schema import read_manifest
from pipeline.params import load_params
from pipeline.runtime.counting import counted
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import BASELINE, RESAMPLED, VOICE, fresh_folder, run


def main() -> str:
    """Describe, standardise and average the clips of the test part."""
    params = load_params()
    manifest = read_manifest(VOICE / "manifest.csv")
    test = manifest[manifest["split"] == "test"].sort_values("recording").set_index("recording", drop=False)
    settings = params.baseline.settings(params.frames)
    resampled, voice = RESAMPLED.absolute(), VOICE.absolute()  # a worker may stand in another folder
    with TemporaryDirectory(dir=fresh_folder(BASELINE).absolute()) as folder:
        done = for_each_recording(
            write_handcrafted,
            test["recording"].tolist(),
            [
                (
                    Input(resampled / f"{name}.flac"),
                    Input(voice / f"{name}.npz"),
                    Output(Path(folder, f"{name}.npz")),
                    settings,
                    params.clips.frames,
                )
                for name in test["recording"]
            ],
            label="baseline",
            max_bad_share=params.max_bad_share,
            scratch=Scratch.of_stage("baseline"),
        )
        described = {name: Handcrafted.load(Path(folder, f"{name}.npz")) for name in done.results}
    clips = _clips(described, test)
    clips.save(BASELINE / "clips.npz")
    clips.performances().save(BASELINE / "performances.npz")
    bare = without_chroma(clips.vectors.astype(np.float64), settings).astype(np.float32)
    _like(clips, bare).performances().save(BASELINE / "performances_without_chroma.npz")
    means = standardise(np.stack([one.mfcc for one in described.values()])).astype(np.float32)
    _like(clips.performances(), means).save(BASELINE / "performances_mfcc_means.npz")
    done.write_report(BASELINE / "left_out.csv")
    return f"{done.summary()}: {counted(len(clips), 'clip')} described by {clips.vectors.shape[1]} values each"


def _clips(described: dict[str, Handcrafted], test: pd.DataFrame) -> Collection:
    recording = np.repeat(list(described), [len(its.starts) for its in described.values()])
    singer, song = (test.loc[recording, name].to_numpy() for name in ("singer", "song"))
    vectors = standardise(np.concatenate([its.values for its in described.values()])).astype(np.float32)
    return Collection(vectors, recording, singer, song, np.concatenate([its.starts for its in described.values()]))


def _like(rows: Collection, vectors: NDArray[np.float32]) -> Collection:
    """Replace the vectors, row by row."""
    return Collection(vectors, rows.recording, rows.singer, rows.song, rows.start)


if __name__ == "__main__":
    run(main, __doc__)
