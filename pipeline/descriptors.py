"""Describe each clip of the test part by what a person hears in it: pitch, vibrato, timbre, noise, onsets.

Reads data/resampled and data/voice; writes data/descriptors/clips.csv (a row a clip, empty where a clip shows no
vibrato or no pitch), ltas.npz and pauses.npz (average spectrum of each recording, and of its pauses where it has
half a second of them) and left_out.csv. It does not depend on the feature or the network.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.collection import Collection
from pipeline.audio.descriptors import DESCRIPTORS
from pipeline.audio.ltas import band_edges
from pipeline.audio.steps.descriptors import Audible, write_audible
from pipeline.corpora.schema import read_manifest
from pipeline.params import load_params
from pipeline.runtime.counting import counted
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import DESCRIBED, RESAMPLED, VOICE, fresh_folder, run


def main() -> str:
    """Describe the clips of the test part."""
    params = load_params()
    manifest = read_manifest(VOICE / "manifest.csv")
    test = manifest[manifest["split"] == "test"].sort_values("recording").set_index("recording", drop=False)
    settings = params.voice.descriptor_settings(params.frames, params.clips.frames)
    recordings = test["recording"].tolist()
    resampled, voice = RESAMPLED.absolute(), VOICE.absolute()
    with TemporaryDirectory(dir=fresh_folder(DESCRIBED).absolute()) as folder:
        done = for_each_recording(
            write_audible,
            recordings,
            [
                (
                    Input(resampled / f"{name}.flac"),
                    Input(voice / f"{name}.npz"),
                    Output(Path(folder, f"{name}.npz")),
                    settings,
                )
                for name in recordings
            ],
            label="descriptors",
            max_bad_share=params.max_bad_share,
            scratch=Scratch.of_stage("descriptors"),
        )
        described = {name: Audible.load(Path(folder, f"{name}.npz")) for name in done.results}
    done.write_report(DESCRIBED / "left_out.csv")
    clips = pd.concat([_clip_rows(name, test, found) for name, found in described.items()])
    clips.to_csv(DESCRIBED / "clips.csv", index=False, float_format="%.6g", lineterminator="\n")
    bands = len(band_edges(params.resample.rate, params.frames.length))
    pauses = {name: found.pauses for name, found in described.items() if len(found.pauses)}
    _gather({name: found.ltas for name, found in described.items()}, test, bands).save(DESCRIBED / "ltas.npz")
    _gather(pauses, test, bands).save(DESCRIBED / "pauses.npz")
    vibrato = clips["vibrato_rate_hz"].notna().mean()
    return (
        f"{done.summary()}: {counted(len(clips), 'clip')} described, {vibrato:.0%} of them with vibrato; "
        f"{counted(len(pauses), 'recording')} with pauses long enough for a spectrum"
    )


def _clip_rows(recording: str, test: pd.DataFrame, found: Audible) -> pd.DataFrame:
    table = pd.DataFrame(found.clips, columns=list(DESCRIPTORS))
    table.insert(0, "start", found.starts)
    for column in ("song", "singer", "recording"):
        table.insert(0, column, str(test.loc[recording, column]))
    return table


def _gather(spectra: dict[str, NDArray[np.float32]], test: pd.DataFrame, bands: int) -> Collection:
    names = list(spectra)
    vectors = np.reshape(list(spectra.values()), (len(names), bands)).astype(np.float32)
    singer, song = (test.loc[names, column].to_numpy() for column in ("singer", "song"))
    return Collection(vectors, np.array(names, np.str_), singer, song, np.zeros(len(names), np.int32))


if __name__ == "__main__":
    run(main, __doc__)
