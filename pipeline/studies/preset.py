"""Run the whole pipeline with a named set of parameters, as the DVC experiment of that name (`make best`).

A preset is a file in presets/, written as params.yaml is, that holds only what it changes. The results come into the
work tree, the model as release/singing-style.safetensors; `git restore . && dvc checkout` brings the default's back.
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

PRESETS = Path("presets")
RAW = Path("data/raw")


def main() -> None:
    """Run from the command line."""
    options = parser("pipeline.studies.preset", __doc__)
    options.add_argument("preset", help="its file in presets/, without .yaml; such as best")
    options.add_argument("--real", help="train on this corpus of data/raw too, beside the embedded choir")
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
        There is no such file, or it is no YAML mapping.
    """
    path = PRESETS / f"{name}.yaml"
    content = read_yaml_file(path)
    if not isinstance(content, dict):
        raise BadInputError(f"{path}: holds no parameters; write them as in params.yaml")
    return dict(_flatten(content))


def read_yaml_file(path: Path) -> Any:
    """Read a file of presets/.

    Raises
    ------
    BadInputError
        It is missing, or no YAML.
    """
    try:
        return YAML(typ="safe").load(path)
    except FileNotFoundError:
        there = ", ".join(sorted(file.stem for file in path.parent.glob("*.yaml")))
        raise BadInputError(f"{path}: no such file; there are {there or 'none'}") from None
    except YAMLError as fault:
        raise BadInputError(f"{path}: not YAML: {' '.join(str(fault).split())}") from None


def with_preset(settings: Mapping[str, object], source: str) -> Params:
    """Set parameters anew over those of params.yaml.

    Raises
    ------
    BadInputError
        Naming the parameter that is unknown or cannot be so.
    """
    return parse_params(override(read_raw(), settings), source)


def command(name: str, settings: Mapping[str, object]) -> list[str]:
    """Write the experiment as it would be typed."""
    words = [word for path, value in settings.items() for word in ("-S", f"{path}={_typed(value)}")]
    return [sys.executable, "-m", "dvc", "exp", "run", "--force", "--name", name, *words]


def _flatten(section: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in section.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _typed(value: object) -> str:
    if isinstance(value, list):
        return f"[{','.join(map(str, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_there(real: str | None) -> None:
    if real and not (RAW / real).is_dir():
        raise BadInputError(f"{RAW / real}: no such folder; bring it in: make corpus NAME={real} FROM=/path/to/folder")


if __name__ == "__main__":
    main()
