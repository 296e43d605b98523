"""Describe each clip of the test part by handcrafted features, to compare the embedding with (paper 4).

Reads data/resampled and data/voice; writes data/baseline/clips.npz (mean and standard deviation of chroma,
MFCC, spectral centroid, roll-off and flux, each z-scored over all clips), data/baseline/performances.npz (the
means of their clips) and data/baseline/left_out.csv (recordings that could not be used, and why).
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.collection import Collection
from pipeline.analysis.handcrafted import describe_clips, describe_frames, standardise
from pipeline.audio.decode import decode
from pipeline.corpora.schema import read_manifest
from pipeline.errors import BadInputError
from pipeline.params import load_params
from pipeline.recordings import for_each_recording
from pipeline.stage import BASELINE, RESAMPLED, VOICE, fresh_folder, run


def main() -> str:
    """Describe, standardise and average the clips of the test part."""
    params = load_params()
    manifest = read_manifest(VOICE / "manifest.csv")
    test = manifest[manifest["split"] == "test"].sort_values("recording").set_index("recording", drop=False)
    describe = partial(
        describe_frames,
        length=params.frames.length,
        hop=params.frames.hop,
        mfcc=params.baseline.mfcc,
        chroma=params.baseline.chroma,
        rolloff=params.baseline.rolloff,
    )
    recordings = test["recording"].tolist()
    resampled, voice = RESAMPLED.absolute(), VOICE.absolute()  # a worker may stand in another folder
    done = for_each_recording(
        _describe,
        recordings,
        [(resampled / f"{name}.flac", voice / f"{name}.npz", describe, params.clips.frames) for name in recordings],
        label="baseline",
        max_bad_share=params.max_bad_share,
    )
    clips = _collect(done.results, test)
    fresh_folder(BASELINE)
    clips.save(BASELINE / "clips.npz")
    clips.performances().save(BASELINE / "performances.npz")
    done.write_report(BASELINE / "left_out.csv")
    return f"{done.summary()}: {len(clips)} clips described by {clips.vectors.shape[1]} values each"


def _describe(
    audio: Path, voice: Path, describe: Callable[..., NDArray[np.float32]], clip_frames: int
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    samples, rate = decode(audio)
    with np.load(voice, allow_pickle=False) as content:
        starts: NDArray[np.int32] = content["clip_starts"]
    frames = describe(samples[:, 0], rate)
    if starts.max(initial=0) >= len(frames):
        fault = f"a clip starts at frame {starts.max()} of {len(frames)}; run `dvc repro`"
        raise BadInputError(f"{VOICE / voice.name}: {fault}")
    return describe_clips(frames, starts, clip_frames), starts


def _collect(described: dict[str, tuple[NDArray[np.float64], NDArray[np.int32]]], test: pd.DataFrame) -> Collection:
    values, starts = zip(*described.values(), strict=True)
    recording = np.repeat(list(described), [len(clips) for clips in starts])
    singer, song = (test.loc[recording, name].to_numpy() for name in ("singer", "song"))
    vectors = standardise(np.concatenate(values)).astype(np.float32)
    return Collection(vectors, recording, singer, song, np.concatenate(starts))


if __name__ == "__main__":
    run(main, __doc__)
