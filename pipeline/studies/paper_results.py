"""Collect the results of the paper's experiment: metrics/paper.json, figure 3, and table 1 beside the paper's.

Results are read from the experiments' commits, so the work tree has no influence.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.analysis.baselines import BASELINES
from pipeline.analysis.bootstrap import Estimate
from pipeline.analysis.over_seeds import over_seeds, paired_difference
from pipeline.corpora.names import enumerate_names
from pipeline.errors import BadInputError
from pipeline.figures.paper import draw_paper
from pipeline.params import Params
from pipeline.runtime.metrics import write_json
from pipeline.runtime.stage import METRICS, PLOTS
from pipeline.studies.compare import read_outcomes
from pipeline.studies.paper_claims import (
    BASELINE,
    TABLE_1,
    Claim,
    Verdict,
    judge,
    kind_of_network,
    paper_claims,
    sum_up,
    table_one,
)
from pipeline.studies.runs import Experiment, find, read_json

SINGERS_SEED = 10
TASKS = ("singer", "singer_cross_song", "song")
# Beside the paper's baseline in the table; figure 3 shows the paper's alone.
HARDER_BASELINES = {name: BASELINES[name] for name in ("baseline_without_chroma", "mfcc_means")}


@dataclass(frozen=True)
class PaperRun:
    """One variant under one seed."""

    feature: str
    attention: bool
    seed: int
    experiment: Experiment

    @property
    def variant(self) -> str:
        """Return the variant's name, as in the claims."""
        return f"{self.feature} {kind_of_network(self.attention)}"

    @property
    def kind(self) -> bool:
        """Return what decides how long it takes: the network without attention is forty times as large."""
        return self.attention

    def __str__(self) -> str:
        return f"{self.variant}, seed {self.seed}"


def collect(runs: Sequence[PaperRun], failed: Mapping[str, str], params: Params) -> str:
    """Write metrics/paper.json and metrics/plots/paper.png of the finished runs; return the table and a summary.

    Parameters
    ----------
    runs : sequence of PaperRun
        All runs, finished or not.
    failed : mapping of str to str
        Why a run has no result, by name of experiment.
    params : Params

    Raises
    ------
    BadInputError
        No run is finished.
    """
    found = [(one, revision) for one in runs if (revision := find(one.experiment))]
    done = {one.experiment.name for one, _ in found}
    missing = {str(one): failed.get(one.experiment.name, "not run") for one in runs if one.experiment.name not in done}
    if not found:
        raise BadInputError("no run is done: " + "; ".join(f"{name}: {why}" for name, why in missing.items()))
    figures = pd.DataFrame([row for one, revision in found for row in _figures(one, revision)])
    figures = figures.drop_duplicates(["variant", "seed", "measure"])
    summary = over_seeds(figures)
    nearest = min(params.knn.neighbours)
    verdicts = [judge(claim, figures) for claim in paper_claims(params.paper.features, params.paper.attention, nearest)]
    differences = _differences(verdicts, found, params)
    METRICS.mkdir(exist_ok=True)
    tree = _tree(params, found, missing, summary, verdicts, differences)
    write_json(METRICS / "paper.json", tree)
    PLOTS.mkdir(parents=True, exist_ok=True)
    draw_paper(_accuracies(summary), _subject(params, found), PLOTS / "paper.png")
    lines = [table_one(summary, nearest), "", *_describe_verdicts(verdicts, differences, params.statistics.level)]
    lines += [f"missing: {name}: {why}" for name, why in missing.items()]
    return "\n".join(["", *lines, f"written: {METRICS / 'paper.json'}, {PLOTS / 'paper.png'}"])


def _figures(one: PaperRun, revision: str) -> Iterator[dict[str, Any]]:
    """Yield the measures of a run: of its variant, and of baselines and chance under its seed.

    The untrained network is left out: there is another one for each variant.
    """
    training, knn, statistics = (
        read_json(revision, f"metrics/{name}.json") for name in ("training", "knn", "statistics")
    )
    names = {"embedding": one.variant, "baseline": BASELINE} | HARDER_BASELINES | {"chance": "chance"}
    measured = [("embedding", name, training[name]) for name in ("parameters", "validation_loss", "test_loss")]
    for vectors in names:
        measured += [
            (vectors, f"{task}_{k}", share) for task, by_k in knn[vectors].items() for k, share in by_k.items()
        ]
    for vectors, its in statistics["disentanglement"].items():
        measured.append((vectors, "disentanglement", its["value"]))
    for vectors, its in statistics["verification"].items():
        measured += [(vectors, "eer", its["all"]["eer"]["value"])] if "all" in its else []
    for vectors, measure, value in measured:
        if vectors not in names:
            continue
        yield {"variant": names[vectors], "seed": one.seed, "measure": measure, "value": float(value)}


def _differences(
    verdicts: Sequence[Verdict], found: Sequence[tuple[PaperRun, str]], params: Params
) -> dict[Claim, Estimate]:
    """Estimate, over singers, the difference that each claim about accuracies predicts."""
    outcomes = pd.concat([_outcomes(one, revision) for one, revision in found], ignore_index=True)
    # every run of a seed holds the same baseline
    outcomes = outcomes.drop_duplicates(["variant", "seed", "recording", "task", "k"])
    estimates = {}
    for verdict in verdicts:
        task, _, k = verdict.claim.measure.rpartition("_k")
        if task and verdict.seeds:
            asked = outcomes[(outcomes["task"] == task) & (outcomes["k"] == int(k))]
            less, more = (asked[asked["variant"] == name] for name in (verdict.claim.less, verdict.claim.more))
            estimates[verdict.claim] = paired_difference(
                less,
                more,
                redrawn=params.corpus.name == ("demo",),
                draws=params.statistics.draws,
                level=params.statistics.level,
                generator=np.random.default_rng([params.seed, SINGERS_SEED]),
            )
    return estimates


def _outcomes(one: PaperRun, revision: str) -> pd.DataFrame:
    table = read_outcomes(revision)
    table["variant"] = table["vectors"].map({"embedding": one.variant, "baseline": BASELINE})
    return table.assign(seed=one.seed)


def _tree(
    params: Params,
    found: Sequence[tuple[PaperRun, str]],
    missing: Mapping[str, str],
    summary: pd.DataFrame,
    verdicts: Sequence[Verdict],
    differences: Mapping[Claim, Estimate],
) -> dict[str, Any]:
    training = [read_json(revision, "metrics/training.json") for _, revision in found]
    return {
        "corpus": enumerate_names(params.corpus.name),
        "epochs": params.paper.epochs,
        "seeds": list(params.paper.seeds),
        "devices": sorted({its["device"] for its in training}),
        "precisions": sorted({its["precision"] for its in training}),
        "variants": {str(name): _by_measure(its) for name, its in summary.groupby("variant", sort=False)},
        "paper": {name: {"parameters": size, "test_loss": loss} for name, (size, loss) in TABLE_1.items()},
        "claims": [
            {"claim": one.claim.text, "source": one.claim.source, "held": one.held, "seeds": one.seeds}
            | ({"difference": differences[one.claim].rounded()} if one.claim in differences else {})
            for one in verdicts
        ],
        "experiments": {one.experiment.name: revision for one, revision in found},
        "missing": dict(missing),
    }


def _by_measure(summary: pd.DataFrame) -> dict[str, Any]:
    """Return the summary by measure, without unknown values such as the deviation of a single seed."""
    rows = summary.droplevel("variant").round(4).to_dict("index")
    return {str(measure): {name: x for name, x in row.items() if not np.isnan(x)} for measure, row in rows.items()}


def _accuracies(summary: pd.DataFrame) -> pd.DataFrame:
    """Return the accuracies in figure 3, the paper's baseline and chance last."""
    rows = summary.reset_index()
    rows[["task", "k"]] = rows["measure"].str.extract(r"(\w+)_k(\d+)")
    rows = rows[rows["task"].isin(TASKS) & ~rows["variant"].isin(HARDER_BASELINES.values())].astype({"k": int})
    return rows.sort_values("variant", key=lambda names: names.isin([BASELINE, "chance"]), kind="stable")


def _subject(params: Params, found: Sequence[tuple[PaperRun, str]]) -> str:
    seeds = len({one.seed for one, _ in found})
    spread = f"mean of {seeds} seeds, whiskers from the least to the greatest" if seeds > 1 else "one seed"
    corpora = enumerate_names(params.corpus.name)
    return f"leave-one-out nearest neighbours, corpus {corpora}, {params.paper.epochs} epochs: {spread}"


def _describe_verdicts(
    verdicts: Sequence[Verdict], differences: Mapping[Claim, Estimate], level: float
) -> Iterator[str]:
    """Describe how often each claim held, and the interval of its difference in accuracy over singers."""
    yield sum_up(verdicts)
    for one in verdicts:
        difference = differences.get(one.claim)
        sure = ""
        if difference and not np.isnan(difference.low):
            low, high = 100 * difference.low, 100 * difference.high
            sure = f"; {100 * difference.value:+.1f} points, {100 * level:g} % over singers {low:+.1f} to {high:+.1f}"
        yield f"- {one.describe()}{sure}"
