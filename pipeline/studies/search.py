"""Search for better hyper-parameters: Optuna over DVC experiments, for the lowest validation loss (paper 3.4).

Section `search` of params.yaml sets ranges and the number of trials. Every trial is a DVC experiment that trains for
at most `search.epochs`; the test part plays no role. Stop this at any time, and run it again to carry on, or to
continue after raising `search.trials`. The history is drawn in metrics/plots/search.png and listed in
metrics/search.json. `--apply` copies the best trial into the work tree.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    import optuna
except ModuleNotFoundError as missing:
    raise SystemExit("search: error: Optuna is not installed; run pip install '.[search]'") from missing

from pipeline.errors import BadInputError
from pipeline.figures.search import draw_search
from pipeline.params import Params, load_params, override, parse_params, read_raw
from pipeline.runtime.counting import counted
from pipeline.runtime.metrics import write_json
from pipeline.runtime.program import CARRY_ON, one_line_faults, parser
from pipeline.runtime.stage import METRICS, PLOTS
from pipeline.studies.fingerprint import fingerprint
from pipeline.studies.optuna_study import EXPERIMENT, FAULT, ask, best, ended, give_up_interrupted, open_study, tabulate
from pipeline.studies.runs import (
    FailedExperimentError,
    check_committed,
    experiment_of,
    find_experiment,
    locked,
    read_committed,
    run_experiment,
)

PREFIX = "search-"
TARGETS = ("embed",)
SCRATCH = Path(".scratch/search")


def main() -> None:
    """Run from the command line."""
    options = parser("pipeline.studies.search", __doc__)
    options.add_argument("--apply", action="store_true", help="run nothing; `dvc exp apply` the best trial so far")
    arguments = options.parse_args()
    with one_line_faults("search", CARRY_ON):
        params = load_params()
        check_space(params, read_raw())
        check_committed()
        print(apply_best(params) if arguments.apply else search(params))


def check_space(params: Params, raw: dict[str, Any]) -> None:
    """Check that `search.epochs`, and with it both ends of every range, are valid in params.yaml.

    Parameters
    ----------
    params : Params
    raw : dict
        The same, as `read_raw` returns it.

    Raises
    ------
    BadInputError
        An end is invalid; the message names the parameter and its valid values.
    """
    epochs = {"train.max_epochs": params.search.epochs}
    parse_params(override(raw, epochs), source="params.yaml: search.epochs")
    for number, one in enumerate(params.search.space):
        for end in (one.low, one.high):
            parse_params(override(raw, epochs | {one.parameter: end}), source=f"params.yaml: search.space.{number}")


def search(params: Params) -> str:
    """Run the remaining trials, and report the best."""
    space, trials = params.search.space, params.search.trials
    with locked(PREFIX) as lock:
        study = open_study(_file(params))
        give_up_interrupted(study)
        print(f"{len(ended(study))} of {counted(trials, 'trial is', 'trials are')} done already", flush=True)
        while (done := len(ended(study))) < trials:
            trial = ask(study, space, params.search.seed)
            drawn = ", ".join(f"{name} {value:.4g}" for name, value in trial.params.items())
            print(f"\ntrial {done + 1} of {trials}: {drawn}", flush=True)
            experiment = experiment_of(
                PREFIX.rstrip("-"), trial.params | {"train.max_epochs": params.search.epochs}, TARGETS
            )
            trial.set_user_attr(EXPERIMENT, experiment.name)
            try:
                revision = find_experiment(experiment) or run_experiment(experiment, lock)
            except FailedExperimentError as fault:
                trial.set_user_attr(FAULT, str(fault))
                study.tell(trial, state=optuna.trial.TrialState.FAIL)
                print(f"trial {done + 1} failed: {fault}; the search goes on", file=sys.stderr)
            else:
                study.tell(trial, read_committed(revision, "metrics/training.json")["validation_loss"])
            _write(study, params)
    return _summarise(study)


def apply_best(params: Params) -> str:
    """Copy the parameters and results of the best trial into the work tree.

    Raises
    ------
    BadInputError
        No trial has a loss yet, or DVC cannot apply it.
    """
    file = _file(params)
    found = best(open_study(file)) if file.exists() else None
    if found is None:
        raise BadInputError("no trial has a loss yet; run `make search` first")
    name = found.user_attrs[EXPERIMENT]
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "exp", "apply", name], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BadInputError(f"dvc exp apply {name}: {' '.join(done.stderr.split())}")
    return (
        f"{name} applied: {_describe(found)}; train.max_epochs is the search's {params.search.epochs}, "
        f"before it was {params.train.max_epochs}: set it in params.yaml, then `dvc repro`"
    )


def _file(params: Params) -> Path:
    """Return the study's file, named after all that its trials share, so that none of other code or data gets in."""
    settings = {one.parameter: None for one in params.search.space} | {"train.max_epochs": params.search.epochs}
    shared = [fingerprint("HEAD", TARGETS, settings), params.search.model_dump_json(exclude={"trials"})]
    return SCRATCH / f"{hashlib.sha256(json.dumps(shared).encode()).hexdigest()[:8]}.log"


def _write(study: optuna.Study, params: Params) -> None:
    found = best(study)
    tree = {
        "epochs": params.search.epochs,
        "best": {"experiment": found.user_attrs[EXPERIMENT], "validation_loss": found.value} if found else None,
        "trials": [
            {"experiment": trial.user_attrs[EXPERIMENT], **trial.params}
            | ({"fault": trial.user_attrs[FAULT]} if FAULT in trial.user_attrs else {"validation_loss": trial.value})
            for trial in ended(study)
        ],
    }
    write_json(METRICS / "search.json", tree)
    PLOTS.mkdir(parents=True, exist_ok=True)
    spans = {one.parameter: (one.low, one.high, one.log) for one in params.search.space}
    draw_search(tabulate(study), spans, PLOTS / "search.png")


def _summarise(study: optuna.Study) -> str:
    found = best(study)
    if found is None:
        raise BadInputError(f"all trials failed, the last with: {ended(study)[-1].user_attrs[FAULT]}")
    line = f"best of {counted(len(ended(study)), 'trial')}: {found.user_attrs[EXPERIMENT]}, {_describe(found)}"
    return f"\n{line}\n`make search-apply` copies it into the work tree"


def _describe(trial: optuna.trial.FrozenTrial) -> str:
    drawn = ", ".join(f"{name} {value:.4g}" for name, value in trial.params.items())
    return f"validation loss {trial.value:.4f} with {drawn}"


if __name__ == "__main__":
    main()
