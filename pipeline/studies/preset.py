"""Make a model with a named set of parameters, as a DVC experiment beside the work tree (`make best`).

A preset is a file in presets/, in the form of params.yaml, with only the parameters that it changes. Work tree and its
results stay as they are. The model of preset best, trained on the choir alone, becomes the one in the package,
singing_style/models/choir.safetensors; any other goes into models/. A run that is finished for the present sources,
data and parameters is not repeated.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline.errors import BadInputError
from pipeline.params import Params, override, parse_params, read_raw
from pipeline.runtime.files import written_whole
from pipeline.runtime.program import CARRY_ON, one_line_faults, parser
from pipeline.runtime.stage import RELEASED_CARD, RELEASED_MODEL, raw_folder
from pipeline.studies.runs import (
    Experiment,
    check_committed,
    experiment_of,
    find_experiment,
    locked,
    read_output,
    run_experiment,
)

PRESETS = Path("presets")
TARGETS = ("statistics", "release")
# Where the model that people get and those of other presets or corpora are kept.
PACKAGED = Path("singing_style/models/choir.safetensors")
SHIPPED = ("best", PACKAGED)
OTHERS = Path("models")


def main() -> None:
    """Run from the command line."""
    options = parser("pipeline.studies.preset", __doc__)
    options.add_argument("preset", help="its file in presets/, without .yaml; such as best")
    options.add_argument("--real", help="also train on this corpus of data/raw, beside the embedded choir")
    arguments = options.parse_args()
    with one_line_faults("preset", CARRY_ON):
        settings = read_preset(arguments.preset)
        if arguments.real:
            settings["corpus.name"] = ["demo", arguments.real]
        with_preset(settings, str(PRESETS / f"{arguments.preset}.yaml"))
        if arguments.real:
            raw_folder(arguments.real)
        check_committed()
        name = f"{arguments.preset}-{arguments.real}" if arguments.real else arguments.preset
        print(make(experiment_of(name, settings, TARGETS), target_of(name)))


def make(experiment: Experiment, target: Path) -> str:
    """Run an experiment unless it is finished, and copy its model and card out of it.

    Parameters
    ----------
    experiment : Experiment
    target : Path
        Where to put the model; the card goes beside it, as ``.md``.

    Returns
    -------
    str
        What was written, and the line that uses it.

    Raises
    ------
    FailedExperimentError
        The run fails.
    """
    with locked(f"{experiment.name.rpartition('-')[0]}-") as lock:
        revision = find_experiment(experiment) or run_experiment(experiment, lock)
    target.parent.mkdir(parents=True, exist_ok=True)
    card = target.with_suffix(".md")
    for source, place in ((RELEASED_MODEL, target), (RELEASED_CARD, card)):
        with written_whole(place) as temporary:
            temporary.write_bytes(read_output(revision, str(source)))
    return f"written: {target}, {card} (experiment {experiment.name})\nuse it: singing-style embed take.wav -m {target}"


def target_of(name: str) -> Path:
    """Return where the model of a preset, with its real corpus, is kept."""
    shipped, place = SHIPPED
    return place if name == shipped else OTHERS / f"{name}.safetensors"


def read_preset(name: str) -> dict[str, Any]:
    """Read a preset as values by path, such as ``train.loss``.

    Raises
    ------
    BadInputError
        There is no such file, or it is not a YAML mapping.
    """
    path = PRESETS / f"{name}.yaml"
    content = read_yaml_file(path)
    if not isinstance(content, dict):
        raise BadInputError(f"{path}: holds no parameters; write them as in params.yaml")
    return dict(flatten(content))


def read_yaml_file(path: Path) -> Any:
    """Read a file of presets/.

    Raises
    ------
    BadInputError
        It is missing, or not YAML.
    """
    try:
        return YAML(typ="safe").load(path)
    except FileNotFoundError:
        there = ", ".join(sorted(file.stem for file in path.parent.glob("*.yaml")))
        raise BadInputError(f"{path}: no such file; there are {there or 'none'}") from None
    except YAMLError as fault:
        raise BadInputError(f"{path}: not YAML: {' '.join(str(fault).split())}") from None


def read_rows(path: Path, known: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Read a file of presets/ that lists the rows of a comparison, by their names.

    Parameters
    ----------
    path : Path
    known : sequence of str
        What a row may hold beside its name.

    Raises
    ------
    BadInputError
        A row is faulty; the message names it and the fault.
    """
    content = read_yaml_file(path)
    if not isinstance(content, list) or not all(isinstance(row, dict) and row.get("name") for row in content):
        raise BadInputError(f"{path}: must be a list of rows, each with a name")
    rows: dict[str, dict[str, Any]] = {}
    for row in content:
        name = str(row["name"])
        if unknown := set(row) - {"name", *known}:
            raise BadInputError(f"{path}: row {name!r}: unknown {min(unknown)}; known are {' and '.join(known)}")
        if name in rows:
            raise BadInputError(f"{path}: row {name!r} appears twice; give each row its own name")
        rows[name] = row
    return rows


def with_preset(settings: Mapping[str, object], source: str) -> Params:
    """Return the parameters of params.yaml with those of a preset in their place.

    Raises
    ------
    BadInputError
        A parameter is unknown or has an impossible value; the message names it.
    """
    return parse_params(override(read_raw(), settings), source)


def flatten(section: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of a nested mapping by path, such as ``train.loss``."""
    for name, value in section.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


if __name__ == "__main__":
    main()
