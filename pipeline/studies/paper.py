"""Repeat the paper's experiment: every feature, with attention and without, under several seeds (table 1, figure 3).

Section `paper` of params.yaml sets the variants and the number of epochs. Each run is a DVC experiment, listed by
`dvc exp show -A`. Finished runs are not repeated: stop this at any time, and run it again to carry on. Everything
depends on the seed (the demo choir and its recordings, initial weights, pairs). Then metrics/paper.json and
metrics/plots/paper.png are written, and table 1 is printed with the paper's values beside ours, with a summary of where
the rankings agree. While runs are missing, the table lists them.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from statistics import mean

from pipeline.params import Params, load_params
from pipeline.runtime.program import CARRY_ON, FAULT, one_line_faults, parser
from pipeline.studies.paper_results import PaperRun, collect
from pipeline.studies.runs import Experiment, FailedExperimentError, alone, check_committed, find, plan, run

PREFIX = "paper-"
TARGETS = ("knn", "statistics")


def main() -> None:
    """Run from the command line."""
    options = parser("pipeline.studies.paper", __doc__)
    options.add_argument(
        "--collect", action="store_true", help="run nothing; make table and figure of the finished runs"
    )
    arguments = options.parse_args()
    with one_line_faults("paper", CARRY_ON):
        params = load_params()
        check_committed()
        runs = plan_runs(params)
        failed = {} if arguments.collect else carry_out(runs)
        print(collect(runs, failed, params))
    if failed:
        raise SystemExit(FAULT)


def plan_runs(params: Params) -> list[PaperRun]:
    """List the runs seed by seed, so that every finished seed is a complete comparison."""
    paper = params.paper
    return [
        PaperRun(feature, attention, seed, _plan_one(feature, attention, seed, paper.epochs))
        for seed in paper.seeds
        for feature in paper.features
        for attention in paper.attention
    ]


def carry_out(runs: Sequence[PaperRun]) -> dict[str, str]:
    """Carry out the unfinished runs one after the other; return, by name of experiment, why a run failed."""
    failed = {}
    with alone(PREFIX) as lock:
        waiting = [one for one in runs if not find(one.experiment)]
        print(f"{len(runs) - len(waiting)} of {len(runs)} runs are done already", flush=True)
        seconds: dict[bool, list[float]] = defaultdict(list)
        for number, one in enumerate(waiting):
            place = len(runs) - len(waiting) + number + 1
            print(f"\nrun {place} of {len(runs)}: {one}{_describe_time_left(seconds, waiting[number:])}", flush=True)
            started = time.monotonic()
            try:
                run(one.experiment, lock)
            except FailedExperimentError as fault:
                failed[one.experiment.name] = str(fault)
                print(f"{one} failed: {fault}; the others go on", file=sys.stderr)
            else:
                seconds[one.attention].append(time.monotonic() - started)
    return failed


def _plan_one(feature: str, attention: bool, seed: int, epochs: int) -> Experiment:
    settings = {"feature": feature, "network.attention": attention, "seed": seed, "train.max_epochs": epochs}
    return plan(f"{PREFIX}{feature}-{'attention' if attention else 'flat'}-s{seed}", settings, TARGETS)


def _describe_time_left(seconds: dict[bool, list[float]], waiting: Sequence[PaperRun]) -> str:
    """Describe the time left, estimated from runs of the same kind of network or, if there are none, from all runs."""
    known = [second for of_kind in seconds.values() for second in of_kind]
    if not known:
        return ""
    left = sum(mean(seconds[one.attention] or known) for one in waiting)
    return f"; about {max(1, round(left / 60))} min left"


if __name__ == "__main__":
    main()
