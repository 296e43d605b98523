"""One run of the paper's experiment: a variant under a seed, and what it gave, read from its commit."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.analysis.baselines import BASELINES, EMBEDDING
from pipeline.analysis.conditions import ACROSS_SONGS
from pipeline.params import Params
from pipeline.studies.compare import read_outcomes
from pipeline.studies.fingerprint import read_yaml
from pipeline.studies.paper_claims import BASELINE
from pipeline.studies.runs import Experiment, commit_of, read_committed

# Beside the paper's baseline in the table; figure 3 shows the paper's alone.
HARDER_BASELINES = {name: BASELINES[name] for name in ("baseline_without_chroma", "mfcc_means")}
CHANCE = "chance"
# What the paper claims something about, for each performance: whether these vectors find it, at the fewest neighbours.
ASKED = tuple((vectors, task) for vectors in (EMBEDDING, "baseline") for task in ("singer", "song"))
UNKNOWN = "-"
# Equal error rates by the pairs that are counted: of all songs, and of different songs alone.
ERRORS = {"eer": "all", f"eer_{ACROSS_SONGS}": ACROSS_SONGS}


@dataclass(frozen=True)
class PaperRun:
    """One variant under one seed.

    Attributes
    ----------
    variant : str
        As in the claims, or one of ours.
    seed : int
    kind : hashable
        What it shares with the runs that take about as long.
    experiment : Experiment
    """

    variant: str
    seed: int
    kind: Hashable
    experiment: Experiment

    def __str__(self) -> str:
        return f"{self.variant}, seed {self.seed}"


def read_run(run: PaperRun, revision: str, params: Params) -> dict[str, Any]:
    """Read what a run gave.

    Returns
    -------
    dict
        ``variant``, ``seed``, ``experiment``, the ``commit`` it was run on, ``device``, ``precision``; ``steps`` and
        whether it ``stopped`` by ``patience`` or at the ``bound``; ``figures`` by variant, baselines and chance among
        them, and measure; and ``outcomes``, a line for each performance; see `outcomes_of`.
    """
    training, knn, statistics = (
        read_committed(revision, f"metrics/{name}.json") for name in ("training", "knn", "statistics")
    )
    # The run's own: today's epochs may be longer.
    steps = training["epochs"] * read_yaml(revision, "params.yaml")["train"]["steps_per_epoch"]
    figures: dict[str, dict[str, float]] = {}
    for name, measure, value in _figures(run.variant, training | {"steps": steps}, knn, statistics):
        figures.setdefault(name, {})[measure] = float(value)
    return {
        "variant": run.variant,
        "seed": run.seed,
        "experiment": run.experiment.name,
        "commit": commit_of(revision),
        "device": training["device"],
        "precision": training["precision"],
        "steps": steps,
        "stopped": "patience" if training["epochs"] < params.paper.epochs else "bound",
        "figures": figures,
        "outcomes": _outcomes(read_outcomes(revision), min(params.knn.neighbours)),
    }


def figures_of(result: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the measures of a run, as `pipeline.analysis.over_seeds` takes them."""
    for variant, measures in result["figures"].items():
        for measure, value in measures.items():
            yield {"variant": variant, "seed": result["seed"], "measure": measure, "value": value}


def outcomes_of(result: Mapping[str, Any]) -> pd.DataFrame:
    """Return whether each performance was classified rightly.

    Parameters
    ----------
    result : mapping
        From `read_run`. A line of its ``outcomes`` is a recording, a digit for each of `ASKED` (1 for right, 0 for
        wrong, - where that was not asked), and the singer, such as ``test000-sakura 1010 test000``.

    Returns
    -------
    DataFrame
        Columns `variant`, `seed`, `recording`, `singer`, `task`, `right`.
    """
    names = {EMBEDDING: result["variant"], "baseline": BASELINE}
    rows = [
        (names[vectors], result["seed"], recording, singer, task, int(digit))
        for recording, digits, singer in (line.split(" ", 2) for line in result["outcomes"])
        for (vectors, task), digit in zip(ASKED, digits, strict=True)
        if digit != UNKNOWN
    ]
    return pd.DataFrame(rows, columns=["variant", "seed", "recording", "singer", "task", "right"])


def _outcomes(table: pd.DataFrame, nearest: int) -> list[str]:
    table = table[table["k"] == nearest]
    singers = dict(zip(table["recording"], table["singer"], strict=True))
    keys = zip(table["recording"], table["vectors"], table["task"], strict=True)
    right = dict(zip(keys, table["right"].astype(int), strict=True))
    digits = {
        recording: "".join(str(right.get((recording, *asked), UNKNOWN)) for asked in ASKED) for recording in singers
    }
    return [f"{recording} {digits[recording]} {singers[recording]}" for recording in sorted(singers)]


def _figures(
    variant: str, training: Mapping[str, Any], knn: Mapping[str, Any], statistics: Mapping[str, Any]
) -> Iterator[tuple[str, str, float]]:
    """Yield variant, measure and value of a run: of its variant, and of baselines and chance under its seed.

    The untrained network is left out: there is another one for each variant.
    """
    names = {EMBEDDING: variant, "baseline": BASELINE} | HARDER_BASELINES | {CHANCE: CHANCE}
    for measure in ("parameters", "steps", "validation_loss", "test_loss"):
        yield variant, measure, training[measure]
    for vectors, name in names.items():
        for task, by_k in knn[vectors].items():
            for k, share in by_k.items():
                yield name, f"{task}_{k}", share
        if vectors in statistics["disentanglement"]:
            yield name, "disentanglement", statistics["disentanglement"][vectors]["value"]
        verified = statistics["verification"].get(vectors, {})
        for measure, condition in ERRORS.items():
            if condition in verified:
                yield name, measure, verified[condition]["eer"]["value"]
