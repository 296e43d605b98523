"""Repeat the paper's experiment: every feature, with attention and without, under several seeds (table 1, figure 3).

Section `paper` of params.yaml sets the variants, and the epochs at which a training ends where patience has not ended
it. Everything depends on the seed (the demo choir and its recordings, initial weights, pairs). Beside the paper's
variants stand our own ways to learn on the same recordings, within the same bound: the rows of presets/seeds.yaml,
unless `paper.ours` is false.

Each run is a DVC experiment, and what it gave stands in metrics/paper.json, which is written after every run, with
metrics/plots/paper.png. A run that stands there for the present code, data and parameters is not repeated: stop this at
any time, and run it again to carry on, in another clone too. Until a run is made anew, what it gave on an earlier
commit stands, with that commit. Table 1 is printed with the paper's values beside ours, the steps that each run took,
and where the rankings agree. A run without a result is listed as missing.
"""

from pipeline.params import Params, load_params, override, parse_params, read_raw
from pipeline.runtime.program import CARRY_ON, FAULT, one_line_faults, parser
from pipeline.studies.paper_claims import variant_of
from pipeline.studies.paper_results import KEPT, collect
from pipeline.studies.paper_run import PaperRun
from pipeline.studies.runs import check_committed, experiment_of
from pipeline.studies.seeds import Way, read_ways
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
        failed = {} if arguments.collect else carry_out(runs, PREFIX, KEPT.hold, lambda: collect(runs, {}, params))
        print(collect(runs, failed, params))
    if failed:
        raise SystemExit(FAULT)


def plan_runs(params: Params) -> list[PaperRun]:
    """List the runs seed by seed, so that every finished seed is a complete comparison; of each, the paper's first."""
    paper = params.paper
    parse_params(override(read_raw(), {"train.max_epochs": paper.epochs}), "params.yaml: paper.epochs")
    ours = [way for way in read_ways(params) if way.settings] if paper.ours else []
    variants = [(feature, attention) for feature in paper.features for attention in paper.attention]
    return [
        run
        for seed in paper.seeds
        for run in (
            *(_plan_paper(feature, attention, seed, paper.epochs) for feature, attention in variants),
            *(_plan_ours(number, way, seed, paper.epochs) for number, way in enumerate(ours, 1)),
        )
    ]


def _plan_paper(feature: str, attention: bool, seed: int, epochs: int) -> PaperRun:
    settings = {"feature": feature, "network.attention": attention, "seed": seed, "train.max_epochs": epochs}
    name = f"{PREFIX}{feature}-{'attention' if attention else 'flat'}-s{seed}"
    # The network without attention is forty times as large.
    return PaperRun(variant_of(feature, attention), seed, attention, experiment_of(name, settings, TARGETS))


def _plan_ours(number: int, way: Way, seed: int, epochs: int) -> PaperRun:
    settings = {**way.settings, "seed": seed, "train.max_epochs": epochs}
    name = f"{PREFIX}ours-{number}-s{seed}"
    return PaperRun(f"ours: {way.name}", seed, way.name, experiment_of(name, settings, TARGETS))


if __name__ == "__main__":
    main()
