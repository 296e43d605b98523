"""Measure what each ingredient of the preset best is worth on unseen singers (`make ablation`).

Singers and songs of a real corpus are held out together, fold by fold: networks train on the embedded choir and on the
other singers' other songs, and are tested on the rest. Each row of presets/ablation.yaml removes or replaces one
ingredient, under several seeds, each with its own folds; section `ablation` of params.yaml sets the corpus, the number
of folds and the seeds. Handcrafted baselines and an untrained network are measured too.

Finished runs are kept in .scratch and not repeated: stop this at any time, and run it again to carry on. Writes
metrics/ablation.json and metrics/plots/ablation.png.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pipeline.analysis.baselines import BASELINES
from pipeline.analysis.collection import Collection
from pipeline.audio.handcrafted import standardise
from pipeline.errors import BadInputError
from pipeline.figures.ablation import draw_ablation
from pipeline.nn.augmentation.strengths import AugmentationStrengths
from pipeline.nn.objectives.choice import Options
from pipeline.nn.training.plan import Plan, pick
from pipeline.nn.training.trainer import TrainingSettings
from pipeline.params import Params, override, parse_params, read_raw
from pipeline.runtime.files import hash_files
from pipeline.runtime.metrics import rounded, write_json
from pipeline.runtime.program import CARRY_ON, one_line_faults, parser
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import METRICS, PLOTS
from pipeline.sections.learning import Network
from pipeline.studies.ablation_data import CORPORA, Gathered, describe_real, gather_clips
from pipeline.studies.ablation_fold import leave_out, train_fold
from pipeline.studies.ablation_measures import (
    MEASURES,
    FoldComparison,
    compare_performances,
    errors_by_seed,
    measure_folds,
)
from pipeline.studies.markdown_table import markdown, with_interval
from pipeline.studies.preset import PRESETS, read_preset, read_rows

ROWS = PRESETS / "ablation.yaml"
SINGERS_SEED = 40
HEADINGS = ("EER", "EER, one threshold", "right singer", "song leakage")
FOLD = Path(__file__).parent / "ablation_fold.py"
SCIENCE = [FOLD.parents[1] / "analysis/collection.py"]


@dataclass(frozen=True)
class Variant:
    """One line of the table.

    Attributes
    ----------
    name : str
        What is removed or replaced.
    corpora : tuple of str
        Training corpora, some of `CORPORA`.
    settings : dict
        Parameters by path, set after the preset's.
    """

    name: str
    corpora: tuple[str, ...]
    settings: Mapping[str, Any]


UNTRAINED = Variant("not trained", (), {})


@dataclass(frozen=True)
class AblationRun:
    """A row under one seed, in one fold, counted from 0."""

    row: Variant
    seed: int
    fold: int
    plan: Plan
    network: Network

    def __str__(self) -> str:
        return f"{self.row.name}, seed {self.seed}, fold {self.fold + 1}"


def main() -> None:
    """Run from the command line."""
    parser("pipeline.studies.ablation", __doc__).parse_args()
    with one_line_faults("ablation", CARRY_ON):
        print(f"\n{ablate()}")


def ablate() -> str:
    """Train all rows, folds and seeds, write the results, and return the table."""
    raw, preset, rows = read_raw(), read_preset("best"), read_variants(ROWS)
    params = parse_params(override(raw, preset), str(PRESETS / "best.yaml"))
    each = [parse_params(override(raw, {**preset, **row.settings}), f"{ROWS}: {row.name}") for row in rows]
    gathered = gather_clips(params)
    runs = [
        AblationRun(row, seed, fold, _plan(its, seed), its.network)
        for row, its in zip([UNTRAINED, *rows], [params, *each], strict=True)
        for seed in params.ablation.seeds
        for fold in range(params.ablation.folds)
    ]
    compared = _compare_baselines(gathered, params) | _compare_runs(runs, _train_all(runs, gathered, params))
    return _write({name: _measure(seeds, params) for name, seeds in compared.items()}, params)


def read_variants(path: Path) -> list[Variant]:
    """Read and check the rows of the ablation.

    Raises
    ------
    BadInputError
        A row is faulty; the message names it and the fault.
    """
    variants = []
    for name, row in read_rows(path, ("corpora", "settings")).items():
        corpora = tuple(row.get("corpora", ("choir", "real")))
        if not corpora or set(corpora) - set(CORPORA):
            raise BadInputError(f"{path}: row {name!r}: corpora must be of {', '.join(CORPORA)}")
        variants.append(Variant(name, corpora, row.get("settings") or {}))
    return variants


def _plan(params: Params, seed: int) -> Plan:
    """Return the plan of a run, which trains to the end, whatever its patience: no singers are left for validation."""
    end = params.train.max_epochs
    to_the_end = {"keep": "last", "validate_every": end, "patience": max(end, params.train.patience)}
    train = params.train.model_copy(update=to_the_end)
    return Plan(
        feature=params.feature,
        seed=seed,
        objective=pick(Options, train),
        training=pick(TrainingSettings, train),
        augmentation=pick(AugmentationStrengths, params.augmentation),
        validation_pairs=train.validation_pairs,
        whiten=train.whiten,
        rate=params.resample.rate,
        spectrogram=params.features.settings(params.frames),
    )


def _train_all(runs: Sequence[AblationRun], gathered: Gathered, params: Params) -> list[Path]:
    """Train every run, on all cores with one thread each, and return the files of their test performances."""
    outputs = [gathered.folder / f"run-{number:04d}.npz" for number in range(len(runs))]
    shards = [Input(gathered.folder / f"{name}-000.h5") for name in CORPORA]
    train_stage = Scratch.of_stage("train")
    for_each_recording(
        train_fold,
        [str(run) for run in runs],
        [
            (
                *shards,
                Output(path),
                run.plan,
                run.network,
                run.row.corpora,
                run.fold,
                params.ablation.folds,
                gathered.kinds,
                (torch.__version__, hash_files([FOLD, *SCIENCE])),
            )
            for run, path in zip(runs, outputs, strict=True)
        ],
        label="ablation",
        unit="trainings",
        max_bad_share=0.0,
        scratch=replace(train_stage, folder=train_stage.folder.with_name("ablation-runs")),
    )
    return outputs


def _compare_runs(runs: Sequence[AblationRun], files: Sequence[Path]) -> dict[str, list[list[FoldComparison]]]:
    """Compare the test performances of every run; return, by row, a list of folds for each seed."""
    found: dict[str, dict[int, list[FoldComparison]]] = {}
    for run, file in zip(runs, files, strict=True):
        seeds = found.setdefault(run.row.name, {})
        seeds.setdefault(run.seed, []).append(compare_performances(Collection.load(file)))
    return {name: list(seeds.values()) for name, seeds in found.items()}


def _compare_baselines(gathered: Gathered, params: Params) -> dict[str, list[list[FoldComparison]]]:
    """Compare the same performances by handcrafted vectors, standardised over the test part of each fold."""
    folds, seeds = params.ablation.folds, params.ablation.seeds
    return {
        BASELINES[name]: [
            [_compare_handcrafted(rows[fold.test]) for fold in leave_out(rows, folds, gathered.kinds, seed)]
            for seed in seeds
        ]
        for name, rows in describe_real(gathered, params).items()
    }


def _compare_handcrafted(rows: Collection) -> FoldComparison:
    values = standardise(rows.vectors.astype(np.float64)).astype(np.float32)
    return compare_performances(replace(rows, vectors=values).performances())


def _measure(seeds: Sequence[Sequence[FoldComparison]], params: Params) -> dict[str, Any]:
    statistics = params.statistics
    generator = np.random.default_rng([params.seed, SINGERS_SEED])
    figures = measure_folds(seeds, statistics.draws, statistics.level, generator)
    return {name: one.rounded() for name, one in figures.items()} | {"eer_by_seed": rounded(errors_by_seed(seeds))}


def _write(figures: dict[str, dict[str, Any]], params: Params) -> str:
    write_json(METRICS / "ablation.json", params.ablation.model_dump(mode="json") | {"rows": figures})
    PLOTS.mkdir(parents=True, exist_ok=True)
    draw_ablation(figures, PLOTS / "ablation.png")
    return tabulate(figures)


def tabulate(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the table in Markdown: percentages, with intervals over singers where they exist."""
    rows = [[name, *(with_interval(row[measure], 100, ".1f") for measure in MEASURES)] for name, row in figures.items()]
    return markdown([["", *HEADINGS], *rows])


if __name__ == "__main__":
    main()
