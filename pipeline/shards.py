"""Gather frames and clips of each part of the corpus into a few HDF5 shards (paper 3.3).

Reads data/features and data/voice; writes data/shards/<part>-NNN.h5. A recording is taken when it has both a
spectrogram and at least one clip in which more than half of the frames are voiced.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from pipeline.audio.voicing import Voiced
from pipeline.corpora.schema import SPLITS, read_manifest
from pipeline.errors import BadInputError
from pipeline.params import load_params
from pipeline.runtime.counting import counted
from pipeline.runtime.stage import FEATURES, SHARDS, VOICE, fresh_folder, run
from pipeline.storage.shard import ShardRecording, write_shards


def main() -> str:
    """Write the shards of all three parts."""
    params = load_params()
    manifest = _usable(read_manifest(VOICE / "manifest.csv"), read_manifest(FEATURES / "manifest.csv"))
    fresh_folder(SHARDS)
    files = 0
    for split in SPLITS:
        part = manifest[manifest["split"] == split]
        if part.empty:
            raise BadInputError(
                f"{VOICE}/manifest.csv: no usable recording in the {split} part; see left_out.csv beside it"
            )
        paths = write_shards(
            SHARDS,
            split,
            _recordings(part, split),
            feature=params.feature,
            clip_frames=params.clips.frames,
            max_frames=params.shards.max_frames,
        )
        files += len(paths)
    clips = manifest.groupby("split")["clips"].sum()
    parts = ", ".join(f"{split} {counted(clips[split], 'clip')}" for split in SPLITS)
    return f"{counted(files, 'shard')} of {params.feature}: {parts}"


def _usable(voiced: pd.DataFrame, spectral: pd.DataFrame) -> pd.DataFrame:
    return voiced[voiced["recording"].isin(set(spectral["recording"]))]


def _recordings(part: pd.DataFrame, split: str) -> Iterator[ShardRecording]:
    rows = part.sort_values("recording")[["recording", "singer", "song"]].itertuples(index=False)
    for name, singer, song in tqdm(rows, total=len(part), desc=f"shards {split}", unit=" recordings", mininterval=1.0):
        yield ShardRecording(
            name, singer, song, _frames(FEATURES / f"{name}.npy"), Voiced.load(VOICE / f"{name}.npz").clip_starts
        )


def _frames(path: Path) -> np.ndarray:
    return np.load(path, allow_pickle=False)  # type: ignore[no-any-return]


if __name__ == "__main__":
    run(main, __doc__)
