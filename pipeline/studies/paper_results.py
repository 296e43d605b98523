"""Sum up the paper's experiment: metrics/paper.json, figure 3, and table 1 beside the paper's.

What each run gave stands in metrics/paper.json, for other clones too; the rest of the file follows from it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from pipeline.analysis.bootstrap import Estimate
from pipeline.analysis.over_seeds import over_seeds, paired_difference
from pipeline.corpora.names import enumerate_names
from pipeline.figures.paper import draw_paper
from pipeline.params import Params
from pipeline.runtime.counting import counted
from pipeline.runtime.metrics import write_json
from pipeline.runtime.stage import METRICS, PLOTS
from pipeline.studies.kept_runs import KeptRuns, Result
from pipeline.studies.markdown_table import markdown, with_interval
from pipeline.studies.paper_claims import (
    BASELINE,
    EXTRAPOLATED,
    STATED,
    TABLE_1,
    Claim,
    ClaimCount,
    count_seeds,
    paper_claims,
    sum_up,
    table_one,
)
from pipeline.studies.paper_run import CHANCE, PaperRun, figures_of, outcomes_of, read_run

SINGERS_SEED = 10
TASKS = ("singer", "singer_cross_song", "song")
KEPT = KeptRuns(METRICS / "paper.json", "make paper")


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
    found, missing = KEPT.gather(runs, failed, partial(read_run, params=params))
    results = [result for _, result in found]
    figures = pd.DataFrame([row for result in results for row in figures_of(result)])
    # every run of a seed holds the same baselines
    figures = figures.drop_duplicates(["variant", "seed", "measure"])
    summary = over_seeds(figures)
    nearest = min(params.knn.neighbours)
    verdicts = [
        count_seeds(claim, figures) for claim in paper_claims(params.paper.features, params.paper.attention, nearest)
    ]
    differences = _differences(verdicts, results, params)
    tree = _tree(params, results, missing, summary, verdicts, differences)
    write_json(KEPT.path, tree)
    draw_kept(tree)
    lines = [table_one(summary, nearest, len(params.paper.seeds)), "", runs_table(results), describe_stops(results)]
    lines += ["", *_describe_verdicts(verdicts, differences, params.statistics.level)]
    lines += [f"missing: {name}: {why}" for name, why in missing.items()]
    return "\n".join(["", *lines, f"written: {KEPT.path}, {PLOTS / 'paper.png'}"])


def draw_kept(tree: Mapping[str, Any]) -> None:
    """Draw figure 3 from what metrics/paper.json holds, into metrics/plots."""
    PLOTS.mkdir(parents=True, exist_ok=True)
    draw_paper(_accuracies(kept_summary(tree)), _subject(tree), PLOTS / "paper.png")


def kept_summary(tree: Mapping[str, Any]) -> pd.DataFrame:
    """Return the summary over seeds that metrics/paper.json holds, indexed by variant and measure."""
    rows = {
        (variant, measure): figures
        for variant, measures in tree["variants"].items()
        for measure, figures in measures.items()
    }
    summary = pd.DataFrame.from_dict(rows, orient="index")
    summary.index = pd.MultiIndex.from_tuples(summary.index, names=["variant", "measure"])
    return summary


def runs_table(results: Sequence[Result]) -> str:
    """Tabulate, run by run, on which commit and in which precision it was trained, and how many steps it took."""
    rows = [
        [run["variant"], str(run["seed"]), run["commit"], run["precision"], f"{run['steps']:,}", run["stopped"]]
        for run in results
    ]
    return markdown([["variant", "seed", "commit", "precision", "steps", "stopped by"], *rows])


def claims_table(claims: Sequence[Mapping[str, Any]]) -> str:
    """Tabulate the paper's rankings as metrics/paper.json has them: in how many seeds each held, and by how much."""
    rows = [
        [
            one["claim"],
            f"{one['source']}{', extrapolated' if one['extrapolated'] else ''}",
            f"{one['held']} of {one['seeds']}",
            with_interval(one["difference"], 100, "+.1f") if "difference" in one else "",
        ]
        for one in claims
    ]
    return markdown([["the paper's ranking", "stated in", "seeds in which it holds", "difference, points"], *rows])


def describe_outcome(tree: Mapping[str, Any]) -> str:
    """Say in a few sentences, of what metrics/paper.json holds, how the runs ended and how many rankings hold."""
    counts = [
        ClaimCount(Claim(one["claim"], one["source"], "", "", "", one["extrapolated"]), one["held"], one["seeds"])
        for one in tree["claims"]
    ]
    kinds = ((STATED, False), (EXTRAPOLATED, True))
    still = f"; {len(tree['missing'])} of those planned are still to be run" if tree["missing"] else ""
    said = [describe_stops(tree["runs"]) + still]
    said += [sum_up([one for one in counts if one.claim.extrapolated == asked], kind) for kind, asked in kinds]
    return " ".join(f"{sentence[0].upper()}{sentence[1:]}." for sentence in said)


def describe_stops(results: Sequence[Result]) -> str:
    """Say in a line how many runs stopped because patience ran out, and how many at the bound."""
    stopped = Counter(run["stopped"] for run in results)
    ended = f"{stopped['patience']} stopped by patience and {stopped['bound']} at the bound"
    return f"of {counted(len(results), 'run')}, {ended}"


def _differences(verdicts: Sequence[ClaimCount], results: Sequence[Result], params: Params) -> dict[Claim, Estimate]:
    """Estimate, over singers, the difference that each claim about accuracies predicts."""
    outcomes = pd.concat(map(outcomes_of, results), ignore_index=True)
    # every run of a seed holds the same baseline
    outcomes = outcomes.drop_duplicates(["variant", "seed", "recording", "task"])
    estimates = {}
    for verdict in verdicts:
        task, _, _ = verdict.claim.measure.rpartition("_k")
        if task and verdict.seeds:
            asked = outcomes[outcomes["task"] == task]
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


def _tree(
    params: Params,
    results: Sequence[Result],
    missing: Mapping[str, str],
    summary: pd.DataFrame,
    verdicts: Sequence[ClaimCount],
    differences: Mapping[Claim, Estimate],
) -> dict[str, Any]:
    return {
        "corpus": enumerate_names(params.corpus.name),
        "epochs": params.paper.epochs,
        "seeds": list(params.paper.seeds),
        "devices": sorted({its["device"] for its in results}),
        "precisions": sorted({its["precision"] for its in results}),
        "variants": {str(name): _by_measure(its) for name, its in summary.groupby("variant", sort=False)},
        "paper": {name: {"parameters": size, "test_loss": loss} for name, (size, loss) in TABLE_1.items()},
        "claims": [
            {"claim": one.claim.text, "source": one.claim.source, "extrapolated": one.claim.extrapolated}
            | {"held": one.held, "seeds": one.seeds}
            | ({"difference": differences[one.claim].rounded()} if one.claim in differences else {})
            for one in verdicts
        ],
        "missing": dict(missing),
        "runs": list(results),
    }


def _by_measure(summary: pd.DataFrame) -> dict[str, Any]:
    """Return the summary by measure, without unknown values such as the deviation of a single seed."""
    rows = summary.droplevel("variant").round(4).to_dict("index")
    return {str(measure): {name: x for name, x in row.items() if not np.isnan(x)} for measure, row in rows.items()}


def _accuracies(summary: pd.DataFrame) -> pd.DataFrame:
    """Return the accuracies of figure 3's variants, the paper's baseline and chance last."""
    rows = summary.reset_index()
    rows[["task", "k"]] = rows["measure"].str.extract(r"(\w+)_k(\d+)")
    shown = rows["task"].isin(TASKS) & rows["variant"].isin([*TABLE_1, BASELINE, CHANCE])
    rows = rows[shown].astype({"k": int})
    return rows.sort_values("variant", key=lambda names: names.isin([BASELINE, CHANCE]), kind="stable")


def _subject(tree: Mapping[str, Any]) -> str:
    seeds = int(max(its["seeds"] for measures in tree["variants"].values() for its in measures.values()))
    spread = f"mean of {seeds} seeds, whiskers from the least to the greatest" if seeds > 1 else "one seed"
    least, most = (end(run["steps"] for run in tree["runs"]) for end in (min, max))
    steps = counted(most, "step") if least == most else f"{least} to {most} steps"
    return f"leave-one-out nearest neighbours, corpus {tree['corpus']}, {steps}: {spread}"


def _describe_verdicts(
    verdicts: Sequence[ClaimCount], differences: Mapping[Claim, Estimate], level: float
) -> Iterator[str]:
    """Describe how often each claim held, and the interval of its difference in accuracy over singers."""
    for kind, extrapolated in ((STATED, False), (EXTRAPOLATED, True)):
        its = [one for one in verdicts if one.claim.extrapolated == extrapolated]
        if its:
            yield sum_up(its, kind)
        for one in its:
            yield f"- {one.describe()}{_describe_difference(differences.get(one.claim), level)}"


def _describe_difference(difference: Estimate | None, level: float) -> str:
    if not difference or np.isnan(difference.low):
        return ""
    low, high = 100 * difference.low, 100 * difference.high
    return f"; {100 * difference.value:+.1f} points, {100 * level:g} % over singers {low:+.1f} to {high:+.1f}"
