"""Shards against clips cut out and copied: room on the disk, and reading.

Run from the top folder: ``python -m benchmarks --only shards``.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.lib.format import open_memmap

from benchmarks.ratio import compare
from benchmarks.row import SMALLER, Row
from benchmarks.singing import sing_songs, write_corpus
from benchmarks.workplace import run_stages, workplace
from pipeline import features, resample, shards, voice
from pipeline.nn.clip_bank import ClipBank
from pipeline.runtime.stage import SHARDS
from pipeline.storage.shard import read_shards

BATCH = 64
# Bytes of memory for frames: all are read, or all are mapped.
EVERYTHING, NOTHING = 2**62, 0


def measure(quick: bool) -> list[Row]:
    """Measure shards of twelve recordings of three minutes, as long as pop songs are."""
    songs, recordings, seconds, repetitions = (2, 6, 30.0, 10) if quick else (9, 12, 180.0, 200)
    with workplace():
        manifest = write_corpus(sing_songs(songs), recordings, seconds, Path("data/corpus"))
        run_stages(manifest, resample, voice, features, shards)
        return [_room(recordings, seconds), *_reading(repetitions)]


def _room(recordings: int, seconds: float) -> Row:
    """Compare the shards' bytes an hour of audio with those of every clip in float32."""
    hours = recordings * seconds / 3600
    on_disk = sum(path.stat().st_size for path in SHARDS.iterdir()) / hours
    copied = sum(_copy_clips(split) for split in ("train", "validation", "test")) / hours
    what = f"disk for shards of {seconds:g} s recordings, {on_disk / 2**20:.3g} MiB an hour of audio"
    return Row.of(what, "clips copied in float32", SMALLER, [copied / on_disk]).should(be_at_least=8)


def _copy_clips(split: str) -> int:
    """Cut every clip of a part out into one file of float32, and return its size in bytes."""
    clips = read_shards(SHARDS, split)
    bank = ClipBank(clips, torch.device("cpu"))
    path = Path(f"{split}.npy")
    copies = open_memmap(path, "w+", np.float32, (len(clips), clips.clip_frames, clips.bins))
    for number in range(len(clips)):
        copies[number] = bank.gather(np.array([number]))[0, 0].numpy()
    copies.flush()
    return path.stat().st_size


def _reading(repetitions: int) -> list[Row]:
    """Compare gathering a batch of clips, drawn anew each time, with gathering it from the copied clips."""
    cpu = torch.device("cpu")
    in_memory, mapped = (ClipBank(read_shards(SHARDS, "train", room), cpu) for room in (EVERYTHING, NOTHING))
    copies = np.load("train.npy", mmap_mode="r")
    draws = np.random.default_rng(0)

    def from_copies() -> torch.Tensor:
        return torch.from_numpy(copies[draws.integers(len(copies), size=BATCH)])

    def from_bank(bank: ClipBank) -> torch.Tensor:
        return bank.gather(draws.integers(len(bank), size=BATCH))

    pairs = {
        f"gathering {BATCH} clips from shards in memory": (from_copies, lambda: from_bank(in_memory)),
        f"gathering {BATCH} clips from mapped shards": (from_copies, lambda: from_bank(mapped)),
    }
    return compare(pairs, "copied float32 clips, mapped", repetitions)[: len(pairs)]
