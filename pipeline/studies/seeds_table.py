"""The table of `make seeds`: mean and range of every way to learn, the baselines beside them.

Handcrafted baselines depend on the seed alone, and stand once for each seed. The untrained network is the first way's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

from pipeline.analysis.baselines import BASELINES, EMBEDDING, UNTRAINED
from pipeline.runtime.counting import counted
from pipeline.studies.markdown_table import markdown, with_interval

HARDEST = "mfcc_means"
TASKS = {
    "singer": "singer",
    "singer_cross_song": "singer, same-song neighbours excluded",
    "song": "song",
}
EER = "EER across songs"
HELD = "parameters of style held"


def seeds_table(results: Mapping[str, Any]) -> str:
    """Tabulate, in Markdown, the figures of every way to learn and of every baseline.

    Parameters
    ----------
    results : mapping
        What metrics/seeds.json holds.

    Returns
    -------
    str
        Means, with the least and the greatest of the runs in brackets, how many there are of those planned, and the
        commits that they were run on.
    """
    runs, ways = results["runs"], results["ways"]
    tasks = [task for task in TASKS if task in runs[0]["chance"]]
    head = [
        "1-nearest neighbour",
        "runs",
        "commit",
        *(TASKS[task] for task in tasks),
        EER,
        f"{HELD}, of {_known(runs)}",
    ]
    rows = []
    for way in ways:
        its = [run for run in runs if run["way"] == way]
        rows.append(_row(way, its, EMBEDDING, tasks, f"{len(its)} of {results['planned'][way]}"))
    for name, label in BASELINES.items():
        known = [run for run in runs if name != UNTRAINED or run["way"] == ways[0]]
        each_seed = _one_of_each_seed(known)
        rows.append(
            _row(label, each_seed, name, tasks, f"{len(each_seed)} of {counted(len(results['seeds']), 'seed')}")
        )
    shares = [f"{mean(run['chance'][task] for run in runs):.2f}" for task in tasks]
    return markdown([head, *rows, ["chance", "", "", *shares, "50 %", "0"]])


def seeds_differences_table(results: Mapping[str, Any]) -> str:
    """Tabulate, run by run, the embedding less MFCC means: paired, with 95 % intervals over singers."""
    tasks = [task for task in TASKS if task in results["runs"][0]["chance"]]
    head = ["embedding less MFCC means", "seed", "precision", *(TASKS[task] for task in tasks), EER]
    rows = [
        [
            run["way"],
            str(run["seed"]),
            run["precision"],
            *(with_interval(run["embedding_less"][HARDEST][task], 1, "+.2f") for task in tasks),
            with_interval(run["embedding_less"][HARDEST]["eer"], 100, "+.1f") + " %",
        ]
        for way in results["ways"]
        for run in results["runs"]
        if run["way"] == way
    ]
    return markdown([head, *rows])


def held_table(results: Mapping[str, Any]) -> str:
    """Tabulate which parameters of style every way to learn and every baseline holds in how many of its runs."""
    runs, ways = results["runs"], results["ways"]
    kinds = [(way, [run for run in runs if run["way"] == way], EMBEDDING) for way in ways]
    kinds += [(label, _one_of_each_seed(runs), name) for name, label in BASELINES.items() if name != UNTRAINED]
    rows = [
        [label, str(len(its)), _often(its, vectors, always=True), _often(its, vectors, always=False)]
        for label, its, vectors in kinds
        if its
    ]
    return markdown([["vectors", "runs", "held in every run", "held in some"], *rows])


def rivals_table(results: Mapping[str, Any], ways: Sequence[str]) -> str:
    """Tabulate some ways to learn seed by seed, in the precisions in which all of them were run.

    Parameters
    ----------
    results : mapping
        What metrics/seeds.json holds.
    ways : sequence of str
        Names of rows of presets/seeds.yaml.
    """
    known = results["runs"]
    runs = [run for run in known if run["way"] in ways]
    ran = {(run["way"], run["precision"]) for run in runs}
    common = [name for name in results["precisions"] if all((way, name) in ran for way in ways)]
    tasks = [task for task in TASKS if task in known[0]["chance"]]
    head = ["", "seed", "precision", *(TASKS[task] for task in tasks), EER, f"{HELD}, of {_known(known)}"]
    rows = []
    for run in sorted(runs, key=lambda run: (run["seed"], run["precision"], ways.index(run["way"]))):
        if run["precision"] in common:
            its = run["vectors"][EMBEDDING]
            shares = [with_interval(its[task], 1, ".2f") for task in tasks]
            error = f"{with_interval(its['eer'], 100, '.1f')} %"
            held = str(len(run["style"][EMBEDDING]["held"]))
            rows.append([run["way"], str(run["seed"]), run["precision"], *shares, error, held])
    return markdown([head, *rows])


def _one_of_each_seed(runs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list({run["seed"]: run for run in reversed(runs)}.values())


def _often(runs: Sequence[Mapping[str, Any]], vectors: str, *, always: bool) -> str:
    counts = Counter(name for run in runs for name in run["style"][vectors]["held"])
    return ", ".join(name for name, count in counts.items() if (count == len(runs)) == always) or "none"


def _known(runs: Sequence[Mapping[str, Any]]) -> int:
    return int(runs[0]["style"][EMBEDDING]["of"])


def _row(label: str, runs: Sequence[Mapping[str, Any]], vectors: str, tasks: Sequence[str], count: str) -> list[str]:
    if not runs:
        return [label, count, *["-"] * (len(tasks) + 3)]
    of_each = [run["vectors"][vectors] for run in runs]
    shares = [_mean_and_range([its[task]["value"] for its in of_each], ".2f") for task in tasks]
    errors = _mean_and_range([100 * its["eer"]["value"] for its in of_each], ".1f")
    held = _mean_and_range([len(run["style"][vectors]["held"]) for run in runs], ".0f")
    commits = ", ".join(dict.fromkeys(run["commit"] for run in runs))
    return [label, count, commits, *shares, f"{errors} %", held]


def _mean_and_range(values: Sequence[float], form: str) -> str:
    average, low, high = (f"{value:{form}}" for value in (mean(values), min(values), max(values)))
    return average if low == high else f"{average} ({low} to {high})"
