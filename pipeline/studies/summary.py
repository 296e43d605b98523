"""Print what a run gave, in ten figures, beside the range of the default, and what to do with it (`make summary`).

The figures are those of metrics/summary.json, which `dvc metrics` prints. The mean, and the range over seeds and
precisions, are those of metrics/seeds.json, which `make seeds` writes; until it has, the run stands alone. `make repro`
ends with this.
"""

from collections.abc import Iterator, Mapping, Sequence
from statistics import mean
from typing import Any

from pipeline.analysis.baselines import BASELINES
from pipeline.analysis.outline import TASKS as FIGURES
from pipeline.analysis.outline import VECTORS, WITH_CHANCE
from pipeline.params import load_params
from pipeline.runtime.counting import counted
from pipeline.runtime.metrics import read_json
from pipeline.runtime.program import one_line_faults, parser
from pipeline.runtime.stage import METRICS, PAGE
from pipeline.studies.seeds_table import EER, TASKS

HEAD = ("", "this run", "mean", "range")
# What of the work tree holds a result, into Git.
KEEP = "git add dvc.lock metrics params.yaml && git commit -m 'Record a run'"


def main() -> None:
    """Run from the command line."""
    parser("pipeline.studies.summary", __doc__).parse_args()
    with one_line_faults("summary"):
        print(summary())


def summary() -> str:
    """Return the table and the next steps.

    Raises
    ------
    BadInputError
        Metrics are missing or damaged; the message names the command that makes them.
    """
    params = load_params()
    found = read_json(METRICS / "summary.json", "dvc repro summary")
    default = _default_runs()
    rows = [HEAD, *(_row(*figure) for figure in _figures(found, default))]
    return "\n".join(
        [
            "",
            *_aligned(rows),
            "",
            f"this run: seed {params.seed}, {params.feature}; {_describe(default)}",
            *_next_steps(),
        ]
    )


def _next_steps() -> list[str]:
    """Return what to do with a run; where none was finished here, whose figures these are."""
    if not PAGE.exists():
        return [
            f"no run was finished here ({PAGE} is missing): the figures of `this run` came with the clone; make repro"
        ]
    return [f"look and listen:  open {PAGE}", f"keep it:          {KEEP}"]


def _default_runs() -> list[dict[str, Any]]:
    """Return what `make seeds` measured of the default; nothing before it has run."""
    path = METRICS / "seeds.json"
    if not path.exists():
        return []
    seeds = read_json(path, "make seeds")
    return [run for run in seeds["runs"] if run["way"] == seeds["ways"][0]]


def _describe(default: Sequence[Mapping[str, Any]]) -> str:
    if not default:
        return "there is no range yet: make seeds"
    seeds, machines = (sorted({run[name] for run in default}) for name in ("seed", "device"))
    return (
        f"mean and range: {counted(len(default), 'run')} of seeds {', '.join(map(str, seeds))} ({', '.join(machines)})"
    )


def _figures(
    found: Mapping[str, float], default: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, float, list[float], str]]:
    """Yield the name of each figure, its value in this run and in the runs of the default, and how to write it."""
    for suffix, vectors in VECTORS.items():
        label = BASELINES.get(vectors, vectors)
        of_each = [run["vectors"][vectors] for run in default]
        for name, task in FIGURES.items():
            if name in found:
                theirs = [its[task]["value"] for its in of_each if task in its]
                yield f"{label}, {TASKS[task]}", found[f"{name}{suffix}"], theirs, ".2f"
        if f"eer{suffix}" in found:
            theirs = [100 * its["eer"]["value"] for its in of_each]
            yield f"{label}, {EER}, %", 100 * found[f"eer{suffix}"], theirs, ".1f"
    for task in WITH_CHANCE:
        if f"{task}_chance" in found:
            theirs = [run["chance"][task] for run in default]
            yield f"chance, {TASKS[task]}", found[f"{task}_chance"], theirs, ".2f"


def _row(name: str, ours: float, theirs: Sequence[float], form: str) -> tuple[str, str, str, str]:
    if not theirs:
        return name, format(ours, form), "-", "-"
    low, high = format(min(theirs), form), format(max(theirs), form)
    return name, format(ours, form), format(mean(theirs), form), f"{low} to {high}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align the first column to the left and the figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]


if __name__ == "__main__":
    main()
