"""A run of the size of DAMP-balanced, simulated: 24 874 recordings, 5429 singers, 14 songs, stage by stage.

Every recording is a short sound of its own, and goes through all stages up to the statistics. What recordings of three
and a half minutes would take is worked out: a few of that length, and as many short ones, run through the same stages,
and the difference is multiplied by the number of recordings. Stopped at any moment, the same command carries on; the
stage at which it was stopped is measured anew. Run from the top folder: ``python -m benchmarks.damp``, or with
``--recordings 500`` to try it. Needs about 10 GiB of disk in its folder.
"""

import argparse
import json
import math
import shutil
from dataclasses import asdict
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from benchmarks.alone import alone
from benchmarks.damp_corpus import RECORDINGS, TABLE, count_recordings, count_singers, write_damp
from benchmarks.damp_tables import EXACT_LOSS_CLIPS, draw_pairs, exact_loss_seconds
from benchmarks.results import add_apart
from benchmarks.row import Row
from benchmarks.singing import SONG_SECONDS, sing_songs
from benchmarks.stage_cost import TOP, Cost, run_stage
from benchmarks.suite import describe
from pipeline.runtime.files import written_whole
from tests.tiny_repository import set_params

FOLDER = Path(__file__).parent
STAGES = ("corpus", "resample", "voice", "features", "shards", "baseline", "train", "embed", "knn", "statistics")
# What takes longer where recordings are longer, and which recordings it reads; the others see performances alone.
BY_LENGTH = {
    "corpus": "all",
    "resample": "all",
    "voice": "all",
    "features": "all",
    "shards": "all",
    "baseline": "test",
    "embed": "test",
}
SECONDS, LONG_SECONDS = 2.0, 210.0
# Singers of each part of the two samples from which length is judged.
FEW_SINGERS = {"train": 2, "validation": 2, "test": 3}
# Clips of a quarter of the paper's length, from sounds of which four would not make one of that length; as much
# overlap, so that a second of sound has as many frames in clips as the paper's.
SHORTER = 4
CHANGES = {
    "corpus.name": "damp-balanced",
    "clips.frames": 256 // SHORTER,
    "clips.hop": 51 // SHORTER + 1,
    "clips.min_voiced": 128 // SHORTER // 2,
    "train.max_epochs": 20,
    "train.validate_every": 10,
}
MEASUREMENTS = "taken.json"


def main(arguments: list[str] | None = None) -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.damp", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recordings", type=int, default=RECORDINGS, help="how many, to try it with few")
    parser.add_argument("--folder", type=Path, default=TOP / ".scratch/damp", help="where it works, and carries on")
    parser.add_argument(
        "--out", type=Path, help="folder of the results (default: benchmarks, or the folder of a trial)"
    )
    chosen = parser.parse_args(arguments)
    whole = chosen.recordings == RECORDINGS
    folder = chosen.folder.absolute() / str(chosen.recordings)
    folder.mkdir(parents=True, exist_ok=True)
    rows = measure(count_singers(chosen.recordings), folder)
    for row in rows:
        print(row)
    add_apart(chosen.out or (FOLDER if whole else folder), "damp", alone(describe), rows, quick=not whole)


def measure(singers: dict[str, int], folder: Path, long_seconds: float = LONG_SECONDS) -> list[Row]:
    """Run the two samples and the whole, and tell what each stage took, and would take.

    Parameters
    ----------
    singers : dict of str to int
        By part.
    folder : Path
        Where to work; what was measured there before is kept.
    long_seconds : float
        The length of a recording to which times are extrapolated.
    """
    short = run_all(FEW_SINGERS, SECONDS, folder / "short", tuple(BY_LENGTH))
    long = run_all(FEW_SINGERS, long_seconds, folder / "long", tuple(BY_LENGTH))
    whole = run_all(singers, SECONDS, folder / "whole", STAGES)
    few, many = count_recordings(FEW_SINGERS), count_recordings(singers)
    shares = {"all": sum(many.values()) / sum(few.values()), "test": many["test"] / few["test"]}
    rows = []
    for stage in STAGES:
        rows += _taken(stage, whole[stage], sum(many.values()))
        if stage in BY_LENGTH:
            times = shares[BY_LENGTH[stage]]
            rows += worked_out(stage, whole[stage], short[stage], long[stage], times, long_seconds)
    return [*rows, *_tables(folder, many, few)]


def run_all(singers: dict[str, int], seconds: float, folder: Path, stages: tuple[str, ...]) -> dict[str, Cost]:
    """Run stages over a corpus, each once, however often this is called.

    Parameters
    ----------
    singers : dict of str to int
        By part.
    seconds : float
        Length of a recording.
    folder : Path
        Holds the corpus, all that the stages write, and what they took.
    stages : tuple of str
        Those wanted; the ones that they build on run as well.
    """
    if not (folder / "params.yaml").exists():
        shutil.rmtree(folder, ignore_errors=True)
        raw = folder / "data/raw/damp-balanced"
        raw.mkdir(parents=True)
        write_damp(sing_songs(math.ceil(2 + seconds / SONG_SECONDS)), singers, seconds, raw)
        shutil.copy(TOP / "params.yaml", folder / "unfinished.yaml")
        set_params(folder / "unfinished.yaml", CHANGES | {"corpus.damp_balanced.table": TABLE})
        (folder / "unfinished.yaml").rename(folder / "params.yaml")
    record = folder / MEASUREMENTS
    taken = {stage: Cost(**cost) for stage, cost in json.loads(record.read_text()).items()} if record.exists() else {}
    for stage in tqdm(needed(stages), desc=folder.name, unit=" stages"):
        if stage in taken:
            continue
        # What a stopped run finished would be found again, and the stage would look faster than it is.
        shutil.rmtree(folder / ".scratch" / stage, ignore_errors=True)
        taken[stage] = run_stage(stage, folder)
        with written_whole(record) as path:
            path.write_text(json.dumps({name: asdict(cost) for name, cost in taken.items()}, indent=2) + "\n")
    return taken


def needed(stages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the stages with those that they build on, in order."""
    last = max(map(STAGES.index, stages))
    return STAGES[: last + 1]


def _taken(stage: str, cost: Cost, recordings: int) -> list[Row]:
    against = f"{recordings} recordings of {SECONDS:g} s"
    return [
        Row.of(stage, against, "min", [cost.seconds / 60]),
        Row.of(f"{stage}: the processor's time", against, "core min", [cost.core_seconds / 60]),
        Row.of(f"{stage}: peak memory of all processes", against, "MiB", [cost.mebibytes]),
    ]


def worked_out(stage: str, whole: Cost, short: Cost, long: Cost, times: float, seconds: float) -> list[Row]:
    """Add what longer recordings take more: time for each, memory once, as each process holds one at a time.

    Parameters
    ----------
    stage : str
    whole, short, long : Cost
        Of all recordings, of a few, and of as many longer ones.
    times : float
        How many times as many all are as the few.
    seconds : float
        Length of the longer ones.
    """
    hours = (whole.core_seconds + times * (long.core_seconds - short.core_seconds)) / 3600
    against = f"worked out for recordings of {seconds:g} s"
    rows = [Row.of(f"{stage}: the processor's time", against, "core h", [hours])]
    if BY_LENGTH[stage] == "all":
        more = whole.mebibytes + max(0.0, long.mebibytes - short.mebibytes)
        rows.append(Row.of(f"{stage}: peak memory of all processes", against, "MiB", [more]))
    return rows


def _tables(folder: Path, many: dict[str, int], few: dict[str, int]) -> list[Row]:
    """Measure what has a row for each clip, at the number of clips that longer recordings would have."""
    found = pd.read_csv(folder / "long/data/voice/manifest.csv")
    each = found["clips"].mean() / SHORTER
    train, test = round(each * many["train"]), round(each * many["test"])
    pairs = alone(draw_pairs, train, many["train"])
    loss = alone(exact_loss_seconds, min(EXACT_LOSS_CLIPS, test))
    hours = loss * (test / min(EXACT_LOSS_CLIPS, test)) ** 2 / 3600
    return [
        Row.of(
            "train: preparing to draw pairs", f"{train} clips of {many['train']} performances", "s", [pairs.seconds]
        ),
        Row.of(
            "train: preparing to draw pairs, peak memory", f"{train} clips, inputs alone", "MiB more", [pairs.mebibytes]
        ),
        Row.of("embed: exact test loss", f"{test} clips, worked out by their square", "h", [hours]),
    ]


if __name__ == "__main__":
    main()
