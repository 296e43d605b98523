"""The paper's experiment: every feature, with attention and without, under several seeds (table 1 and figure 3).

Section `paper` of params.yaml says which, and for how many epochs. Each is a DVC experiment, run once and found again
by `dvc exp show -A`. What is done is not done again: stop this at any time, and call it again to carry on. A seed draws
everything afresh (the demo choir and its recordings, initial weights, pairs). Then metrics/paper.json and
metrics/plots/paper.png are written, and table 1 is printed with the paper's figures beside ours, and a reading of where
the rankings agree. With only a part done, the table says what is missing.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from statistics import mean

from pipeline.params import Params, load_params
from pipeline.runtime.program import CARRY_ON, FAULT, one_line_faults, parser
from pipeline.studies.paper_results import Run, collect
from pipeline.studies.runs import Experiment, FailedExperimentError, alone, check_committed, find, plan, run

PREFIX = "paper-"
TARGETS = ("knn", "statistics")


def main() -> None:
    """Run from the command line."""
    options = parser("pipeline.studies.paper", __doc__)
    options.add_argument("--collect", action="store_true", help="run nothing; make table and figure of what is done")
    arguments = options.parse_args()
    with one_line_faults("paper", CARRY_ON):
        params = load_params()
        check_committed()
        runs = plan_runs(params)
        failed = {} if arguments.collect else carry_out(runs)
        print(collect(runs, failed, params))
    if failed:
        raise SystemExit(FAULT)


def plan_runs(params: Params) -> list[Run]:
    """List the runs seed by seed, so that every seed done is a whole comparison."""
    paper = params.paper
    return [
        Run(feature, attention, seed, _plan_one(feature, attention, seed, paper.epochs))
        for seed in paper.seeds
        for feature in paper.features
        for attention in paper.attention
    ]


def carry_out(runs: Sequence[Run]) -> dict[str, str]:
    """Run what is not done yet, one after the other; give by name of experiment why one failed."""
    failed = {}
    with alone(PREFIX) as lock:
        waiting = [one for one in runs if not find(one.experiment)]
        print(f"{len(runs) - len(waiting)} of {len(runs)} runs are done already", flush=True)
        seconds: dict[bool, list[float]] = defaultdict(list)
        for number, one in enumerate(waiting):
            place = len(runs) - len(waiting) + number + 1
            print(f"\nrun {place} of {len(runs)}: {one}{_say_left(seconds, waiting[number:])}", flush=True)
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


def _say_left(seconds: dict[bool, list[float]], waiting: Sequence[Run]) -> str:
    """Estimate the time left from runs of the same kind of network, or, before there is one, from all."""
    known = [second for of_kind in seconds.values() for second in of_kind]
    if not known:
        return ""
    left = sum(mean(seconds[one.attention] or known) for one in waiting)
    return f"; about {max(1, round(left / 60))} min left"


if __name__ == "__main__":
    main()
