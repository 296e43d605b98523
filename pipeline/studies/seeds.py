"""Repeat the default run under several seeds and in several precisions: how far its figures can be trusted.

Every seed is another choir with another repertoire, and other initial weights; another precision stands for another
machine, on which sums come out differently in the last digits. Each row of presets/seeds.yaml is a way to learn: the
default, and others to compare, on the same performances. Section `seeds` of params.yaml sets seeds and precisions.

Each run is a DVC experiment, and what it gave stands in metrics/seeds.json, which is written after every run. A run
that stands there for the present code, data and parameters is not repeated: stop this at any time, and run it again to
carry on, in another clone too. Until a run is made anew, what it gave on an earlier commit stands, with that commit. A
run without any result is listed as missing and enters no mean.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pandas as pd

from pipeline.analysis.baselines import BASELINES, EMBEDDING
from pipeline.analysis.conditions import ACROSS_SONGS
from pipeline.analysis.held_style import held_style
from pipeline.corpora.names import enumerate_names
from pipeline.errors import BadInputError
from pipeline.params import Params, load_params, override, parse_params, read_raw
from pipeline.runtime.metrics import rounded, write_json
from pipeline.runtime.program import CARRY_ON, FAULT, one_line_faults, parser
from pipeline.runtime.stage import METRICS, MODELS
from pipeline.studies.kept_runs import KeptRuns
from pipeline.studies.preset import PRESETS, flatten, read_rows
from pipeline.studies.runs import Experiment, check_committed, commit_of, experiment_of, read_committed, read_output
from pipeline.studies.seeds_table import TASKS, seeds_table
from pipeline.studies.series import carry_out

ROWS = PRESETS / "seeds.yaml"
KEPT = KeptRuns(METRICS / "seeds.json", "make seeds")
PREFIX = "seeds-"
TARGETS = ("knn", "statistics", "probe")


@dataclass(frozen=True)
class Way:
    """One row: a way to learn, by the parameters that it changes."""

    name: str
    settings: Mapping[str, object]
    precisions: tuple[str, ...]


@dataclass(frozen=True)
class SeedRun:
    """A way to learn under one seed in one precision."""

    way: str
    seed: int
    precision: str
    experiment: Experiment

    @property
    def kind(self) -> tuple[str, str]:
        """Return what decides how long it takes."""
        return self.way, self.precision

    def __str__(self) -> str:
        return f"{self.way}, seed {self.seed}, {self.precision}"


def main() -> None:
    """Run from the command line."""
    options = parser("pipeline.studies.seeds", __doc__)
    options.add_argument("--collect", action="store_true", help="run nothing; sum up the finished runs")
    options.add_argument("--row", metavar="NAME", help="run this row alone; the table still has all of them")
    options.add_argument("--precision", metavar="NAME", help="run it in this precision alone")
    arguments = options.parse_args()
    with one_line_faults("seeds", CARRY_ON):
        params = load_params()
        check_committed()
        runs = plan_runs(params)
        asked = [] if arguments.collect else choose_runs(runs, arguments.row, arguments.precision)
        failed = carry_out(asked, PREFIX, KEPT.hold, lambda: collect(runs, {}, params)) if asked else {}
        results = collect(runs, failed, params)
        print(seeds_table(results), *(f"missing: {name}: {why}" for name, why in results["missing"].items()), sep="\n")
    if failed:
        raise SystemExit(FAULT)


def plan_runs(params: Params) -> list[SeedRun]:
    """List the runs seed by seed, so that every finished seed is a complete comparison."""
    ways = read_ways(params)
    return [
        SeedRun(way.name, seed, precision, _plan_one(number, way, seed, precision))
        for seed in params.seeds.values
        for precision in params.seeds.precisions
        for number, way in enumerate(ways)
        if precision in way.precisions
    ]


def choose_runs(runs: Sequence[SeedRun], row: str | None, precision: str | None) -> list[SeedRun]:
    """Choose the runs of a row, or in a precision, or all.

    Raises
    ------
    BadInputError
        There are none.
    """
    chosen = [run for run in runs if row in (None, run.way) and precision in (None, run.precision)]
    if not chosen:
        ways, precisions = (", ".join(dict.fromkeys(names)) for names in zip(*(run.kind for run in runs), strict=True))
        raise BadInputError(f"no run of {row!r} in {precision!r}; rows are {ways}; precisions are {precisions}")
    return chosen


def read_ways(params: Params) -> list[Way]:
    """Read and check the rows.

    Raises
    ------
    BadInputError
        A row is faulty; the message names it and the fault.
    """
    ways = []
    for name, row in read_rows(ROWS, ("settings", "precisions")).items():
        precisions = tuple(row.get("precisions", params.seeds.precisions))
        if not precisions or set(precisions) - set(params.seeds.precisions):
            raise BadInputError(
                f"{ROWS}: row {name!r}: precisions must be of {', '.join(params.seeds.precisions)}, "
                "which seeds.precisions in params.yaml names"
            )
        settings = dict(flatten(row.get("settings") or {}))
        parse_params(override(read_raw(), settings), f"{ROWS}: {name}")
        ways.append(Way(name, settings, precisions))
    return ways


def collect(runs: Sequence[SeedRun], failed: Mapping[str, str], params: Params) -> dict[str, Any]:
    """Write metrics/seeds.json of the finished runs, and return it.

    Parameters
    ----------
    runs : sequence of SeedRun
        All runs, finished or not.
    failed : mapping of str to str
        Why a run has no result, by name of experiment.
    params : Params

    Raises
    ------
    BadInputError
        No run is finished.
    """
    found, missing = KEPT.gather(runs, failed, _result)
    tree = {
        "corpus": enumerate_names(params.corpus.name),
        "seeds": list(params.seeds.values),
        "precisions": list(params.seeds.precisions),
        "ways": list(dict.fromkeys(one.way for one in runs)),
        "planned": dict(Counter(one.way for one in runs)),
        # A row may have been renamed since.
        "runs": [result | {"way": one.way} for one, result in found],
        "missing": missing,
    }
    write_json(KEPT.path, tree)
    return tree


def _plan_one(number: int, way: Way, seed: int, precision: str) -> Experiment:
    settings = {**way.settings, "seed": seed, "train.precision": precision}
    return experiment_of(f"{PREFIX}{number}-s{seed}-{precision}", settings, TARGETS)


def _result(run: SeedRun, revision: str) -> dict[str, Any]:
    """Return what one run gave: every kind of vectors, chance, and the embedding less each baseline, paired."""
    training, statistics, probe = (
        read_committed(revision, f"metrics/{name}.json") for name in ("training", "statistics", "probe")
    )
    curve = pd.read_csv(BytesIO(read_output(revision, str(MODELS / "validation.csv"))))
    tasks = [task for task in TASKS if task in statistics["chance"]]
    return {
        "way": run.way,
        "seed": run.seed,
        "precision": run.precision,
        "experiment": run.experiment.name,
        "commit": commit_of(revision),
        "device": training["device"],
        "epochs": training["epochs"],
        "validation": rounded(curve[["step", "loss", "equal_error_rate"]].to_dict("list")),
        "chance": {task: statistics["chance"][task]["k01"] for task in tasks},
        "vectors": {
            vectors: {task: statistics["accuracy"][vectors][task]["k01"] for task in tasks}
            | {"eer": statistics["verification"][vectors][ACROSS_SONGS]["eer"]}
            for vectors in (EMBEDDING, *BASELINES)
        },
        "embedding_less": {
            vectors: {task: statistics["gain_over"][vectors][task]["k01"] for task in tasks}
            | {"eer": statistics["eer_less"][vectors][ACROSS_SONGS]}
            for vectors in BASELINES
        },
        "style": {vectors: _style(probe[vectors]) for vectors in (EMBEDDING, *BASELINES)},
    }


def _style(scores: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Return which parameters of style are held, and of how many."""
    held, not_held = held_style(scores)
    return {"held": held, "of": len(held) + len(not_held)}


if __name__ == "__main__":
    main()
