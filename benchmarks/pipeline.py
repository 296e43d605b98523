"""The pipeline through DVC: what a run costs in which nothing is to be done, and one with a recording more.

Run from the top folder: ``python -m benchmarks --only pipeline``.
"""

import math
import tempfile
from functools import partial
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from benchmarks.ratio import seconds
from benchmarks.row import Row
from benchmarks.singing import SONG_SECONDS, Samples, sing_songs, write_corpus
from tests.tiny_repository import Repository, start_repository

MANIFEST = {"corpus.name": "manifest"}
PREPROCESSING = "dvc repro shards baseline"
# Of the full run, for one recording more.
AT_MOST = 0.05
# Recordings of the smallest corpus: two singers a part.
FEWEST = 6


def measure(quick: bool) -> list[Row]:
    """Run the tiny corpus whole and again; then let corpora of 6 and of 500 recordings grow by one."""
    rounds = 1 if quick else 3
    return [*_nothing_to_do(quick, rounds), *_one_recording_more(*((8, 10.0) if quick else (500, 60.0)), rounds)]


def _nothing_to_do(quick: bool, rounds: int) -> list[Row]:
    command = PREPROCESSING if quick else "dvc repro"
    with tempfile.TemporaryDirectory() as folder:
        repository = start_repository(Path(folder))
        full = _run(repository, command)
        again = [_run(repository, command) for _ in tqdm(range(rounds), desc="no-op", unit=" runs")]
    what, against = f"`{command}` with nothing to do", "the first run on the tiny corpus"
    return [Row.of(what, against, "of the first run", [took / full for took in again])]


def _one_recording_more(recordings: int, length: float, rounds: int) -> list[Row]:
    """Add recordings one by one; in the smallest corpus that is the start of DVC and of the stages."""
    singing = sing_songs(math.ceil(2 * length / SONG_SECONDS))
    _, small = _grow(singing, FEWEST, length, rounds)
    full, large = _grow(singing, recordings, length, rounds)
    against = f"the same of all {recordings} recordings of {length:g} s"
    added, least = (
        Row.of(
            f"`{PREPROCESSING}` with one recording added to {count}",
            against,
            "of the full run",
            [took / full for took in seconds_taken],
        )
        for count, seconds_taken in ((recordings, large), (FEWEST, small))
    )
    return [added.should(be_at_most=AT_MOST), least]


def _grow(singing: Samples, recordings: int, length: float, rounds: int) -> tuple[float, list[float]]:
    """Preprocess a corpus, then add one recording after the other; return the seconds of both."""
    with tempfile.TemporaryDirectory() as folder:
        repository = start_repository(Path(folder), MANIFEST)
        raw = repository.folder / "data/raw/manifest"
        raw.mkdir()
        manifest = write_corpus(singing, recordings + rounds, length, raw)
        full, *added = (
            _preprocess(repository, manifest[: recordings + more])
            for more in tqdm(range(1 + rounds), desc=f"{recordings} recordings", unit=" runs")
        )
    return full, added


def _preprocess(repository: Repository, manifest: pd.DataFrame) -> float:
    manifest.to_csv(repository.folder / "data/raw/manifest/manifest.csv", index=False)
    repository.type("dvc add data/raw/manifest")
    return _run(repository, PREPROCESSING)


def _run(repository: Repository, command: str) -> float:
    return seconds(partial(repository.type, command))
