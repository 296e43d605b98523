"""Run the whole pipeline with a named set of parameters, as the DVC experiment of that name (`make best`).

A preset is a file in presets/, in the form of params.yaml, with only the parameters that it changes. The results are
written to the work tree, the model as release/singing-style.safetensors; `git restore . && dvc checkout` restores those
of the default.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline.errors import BadInputError
from pipeline.params import Params, override, parse_params, read_raw
from pipeline.runtime.program import one_line_faults, parser
from pipeline.studies.runs import setting_options

PRESETS = Path("presets")
RAW = Path("data/raw")


def main() -> None:
    """Run from the command line."""
    options = parser("pipeline.studies.preset", __doc__)
    options.add_argument("preset", help="its file in presets/, without .yaml; such as best")
    options.add_argument("--real", help="also train on this corpus of data/raw, beside the embedded choir")
    arguments = options.parse_args()
    with one_line_faults("preset"):
        settings = read_preset(arguments.preset)
        if arguments.real:
            settings["corpus.name"] = ["demo", arguments.real]
        with_preset(settings, str(PRESETS / f"{arguments.preset}.yaml"))
        _check_there(arguments.real)
    raise SystemExit(subprocess.run(command(arguments.preset, settings), check=False).returncode)


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


def with_preset(settings: Mapping[str, object], source: str) -> Params:
    """Return the parameters of params.yaml with those of a preset in their place.

    Raises
    ------
    BadInputError
        A parameter is unknown or has an impossible value; the message names it.
    """
    return parse_params(override(read_raw(), settings), source)


def command(name: str, settings: Mapping[str, object]) -> list[str]:
    """Return the command that runs the experiment."""
    options = setting_options(settings)
    return [sys.executable, "-m", "dvc", "exp", "run", "--force", "--name", name, *options]


def flatten(section: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the values of a nested mapping by path, such as ``train.loss``."""
    for name, value in section.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _check_there(real: str | None) -> None:
    if real and not (RAW / real).is_dir():
        raise BadInputError(f"{RAW / real}: no such folder; bring it in: make corpus NAME={real} FROM=/path/to/folder")


if __name__ == "__main__":
    main()
