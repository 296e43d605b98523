"""Repeat the paper's experiment: every feature, with attention and without, under several seeds (table 1, figure 3).

Section `paper` of params.yaml sets the variants and the number of epochs. Each run is a DVC experiment, listed by
`dvc exp show -A`. Finished runs are not repeated: stop this at any time, and run it again to carry on. Everything
depends on the seed (the demo choir and its recordings, initial weights, pairs). Then metrics/paper.json and
metrics/plots/paper.png are written, and table 1 is printed with the paper's values beside ours, with a summary of where
the rankings agree. While runs are missing, the table lists them.
"""

from pipeline.params import Params, load_params
from pipeline.runtime.program import CARRY_ON, FAULT, one_line_faults, parser
from pipeline.studies.paper_results import PaperRun, collect
from pipeline.studies.runs import Experiment, check_committed, find, plan
from pipeline.studies.series import carry_out

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
        failed = {} if arguments.collect else carry_out(runs, PREFIX, lambda one: bool(find(one.experiment)))
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


def _plan_one(feature: str, attention: bool, seed: int, epochs: int) -> Experiment:
    settings = {"feature": feature, "network.attention": attention, "seed": seed, "train.max_epochs": epochs}
    return plan(f"{PREFIX}{feature}-{'attention' if attention else 'flat'}-s{seed}", settings, TARGETS)


if __name__ == "__main__":
    main()
