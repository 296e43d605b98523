"""How cost grows with work: two, four and eight times the clips, recordings, performances and pairs.

Run from the top folder: ``python -m benchmarks --only growth``.
"""

import statistics
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from tqdm import tqdm

from benchmarks.evaluation import NEIGHBOURS, embedded
from benchmarks.growth_figure import FACTORS
from benchmarks.ratio import seconds
from benchmarks.row import Row
from benchmarks.singing import sing_songs, write_corpus
from benchmarks.training import EMBEDDING, STEP, Kind, prepare
from benchmarks.workplace import run_stages, workplace
from pipeline import baseline, features, resample, voice
from pipeline.analysis.neighbours import outcomes
from pipeline.nn.device import choose_precision, keep_memory

SECONDS = 10.0
STAGES = (resample, voice, features, baseline)
# Takes an amount of work, and returns the seconds that it took.
Measure = Callable[[int], float]


def measure(quick: bool) -> list[Row]:
    """Measure four kinds of work at four amounts each."""
    keep_memory()
    repetitions = 1 if quick else 3
    kinds: dict[str, tuple[int, Measure]] = {
        "clips embedded": (2 if quick else 16, _embedding),
        "recordings preprocessed": (6 if quick else 24, _preprocessing),
        "performances in kNN": (200 if quick else 2500, _neighbours),
        "pairs of a training step": (2 if quick else 4, _step),
    }
    return [_growth(what, base, work, repetitions) for what, (base, work) in kinds.items()]


def _growth(what: str, base: int, work: Measure, repetitions: int) -> Row:
    """Measure once to warm up, then all amounts in turns."""
    work(base)
    took: dict[int, list[float]] = {factor: [] for factor in FACTORS}
    with tqdm(total=repetitions * len(FACTORS), desc=what, unit=" amounts") as bar:
        for _ in range(repetitions):
            for factor, times in took.items():
                times.append(work(factor * base))
                bar.update()
    once = statistics.median(took[1])
    growth = {str(factor): statistics.median(times) / once for factor, times in took.items()}
    largest = [most / one for most, one in zip(took[FACTORS[-1]], took[1], strict=True)]
    row = Row.of(f"{what}, {base} to {FACTORS[-1] * base}", "the least of these", "x the time", largest)
    return replace(row, growth=growth)


def _embedding(clips: int) -> float:
    return _warm(EMBEDDING, clips)


def _step(pairs: int) -> float:
    return _warm(STEP, pairs)


def _warm(kind: Kind, amount: int) -> float:
    """Time network work that has run once at this amount."""
    device = torch.device("cpu")
    work = prepare(kind, True, device, amount, choose_precision(kind.precision, device))
    work()
    return seconds(work)


def _preprocessing(recordings: int) -> float:
    """Time the stages with nothing in the scratch store."""
    with workplace():
        manifest = write_corpus(sing_songs(1), recordings, SECONDS, Path("data/corpus"))
        return run_stages(manifest, *STAGES)


def _neighbours(performances: int) -> float:
    vectors, labels = embedded(performances)
    return seconds(partial(outcomes, vectors, labels, NEIGHBOURS))
