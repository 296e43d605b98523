"""Describe each clip of the test part by handcrafted features, to compare the embedding with (paper 4).

Reads data/resampled and data/voice; writes data/baseline/clips.npz (mean and standard deviation of chroma,
MFCC, spectral centroid, roll-off and flux, each z-scored over all clips), data/baseline/performances.npz (the
means of their clips) and data/baseline/left_out.csv (recordings that could not be used, and why).
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from pipeline.analysis.collection import Collection
from pipeline.audio.handcrafted import describe_clips, describe_frames, standardise
from pipeline.audio.settings import HandcraftedSettings
from pipeline.audio.stored import StoredRecording
from pipeline.audio.voicing import Voiced
from pipeline.corpora.schema import read_manifest
from pipeline.errors import BadInputError
from pipeline.params import load_params
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
            describe_recording,
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
        clips = _collect(Path(folder), list(done.results), test)
    clips.save(BASELINE / "clips.npz")
    clips.performances().save(BASELINE / "performances.npz")
    done.write_report(BASELINE / "left_out.csv")
    return f"{done.summary()}: {len(clips)} clips described by {clips.vectors.shape[1]} values each"


def describe_recording(audio: Path, voice: Path, target: Path, settings: HandcraftedSettings, clip_frames: int) -> None:
    """Describe the clips of one recording; write their values and first frames."""
    starts = Voiced.load(voice).clip_starts
    with StoredRecording(audio) as samples:
        frames = describe_frames(samples, samples.rate, settings)
    if starts.max(initial=0) >= len(frames):
        fault = f"a clip starts at frame {starts.max()} of {len(frames)}; run `dvc repro`"
        raise BadInputError(f"{VOICE / voice.name}: {fault}")
    np.savez(target, values=describe_clips(frames, starts, clip_frames), starts=starts)


def _collect(folder: Path, recordings: list[str], test: pd.DataFrame) -> Collection:
    values, starts = [], []
    for name in recordings:
        with np.load(folder / f"{name}.npz", allow_pickle=False) as described:
            values.append(described["values"])
            starts.append(described["starts"])
    recording = np.repeat(recordings, [len(clips) for clips in starts])
    singer, song = (test.loc[recording, name].to_numpy() for name in ("singer", "song"))
    vectors = standardise(np.concatenate(values)).astype(np.float32)
    return Collection(vectors, recording, singer, song, np.concatenate(starts))


if __name__ == "__main__":
    run(main, __doc__)
