"""What an experiment's result depends on: the sources, data and parameters of its stages, as one fingerprint.

Two commits with the same fingerprint give the same result, whatever else changed between them (other stages, the
README, figures). Only what is in Git counts; for data that DVC tracks, its `.dvc` file. How DVC keeps and shows an
output (as a metric or a plot, in its cache or in Git, with which title) decides no number, and does not count.
"""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any

from ruamel.yaml import YAML

from pipeline.errors import BadInputError
from pipeline.params import override

LENGTH = 8
KINDS = ("outs", "metrics", "plots")
# The one setting of an output on which a result depends: whether the stage finds what it wrote before.
KEPT = "persist"


def fingerprint(revision: str, targets: Iterable[str], settings: Mapping[str, object]) -> str:
    """Return the fingerprint of all that the targets and the stages before them depend on.

    Parameters
    ----------
    revision : str
        The commit that holds dvc.yaml, params.yaml, sources and data.
    targets : iterable of str
        Stages of dvc.yaml.
    settings : mapping of str to object
        Parameters that differ from the commit's, by path.

    Returns
    -------
    str
        Eight hexadecimal digits.

    Raises
    ------
    BadInputError
        The revision is unknown, or lacks a file that a stage reads.
    """
    stages = read_yaml(revision, "dvc.yaml")["stages"]
    params = override(read_yaml(revision, "params.yaml"), settings)
    needed = {name: _filled_in(stages[name], params) for name in sorted(_upstream(stages, params, targets))}
    made = {out for stage in needed.values() for out in _outputs(stage)}
    paths = sorted({dep for stage in needed.values() for dep in stage["deps"]} - made)
    values = {name: _value(params, name) for stage in needed.values() for name in stage["params"]}
    content = json.dumps([needed, _objects(revision, paths), values], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:LENGTH]


def git(*arguments: str) -> str:
    """Run Git and return its output without the last line break.

    Raises
    ------
    BadInputError
        Git fails; the message is Git's.
    """
    done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BadInputError(f"git {arguments[0]}: {' '.join(done.stderr.split())}")
    return done.stdout.rstrip("\n")


def read_yaml(revision: str, path: str) -> Any:
    """Read a YAML file from a commit."""
    return YAML(typ="safe").load(git("show", f"{revision}:{path}"))


def _filled_in(stage: Any, params: dict[str, Any]) -> Any:
    """Substitute parameters for ``${...}``, and drop what affects nothing: description, and how outputs are kept."""
    working = {key: value for key, value in stage.items() if key not in ("desc", *KINDS)} | {"outs": _kept(stage)}
    text = re.sub(r"\$\{([\w.]+)\}", lambda found: str(_value(params, found[1])), json.dumps(working))
    return json.loads(text)


def _upstream(stages: Any, params: dict[str, Any], targets: Iterable[str]) -> set[str]:
    maker = {out: name for name, stage in stages.items() for out in _outputs(_filled_in(stage, params))}
    reached: set[str] = set()
    waiting = set(targets)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= {maker[dep] for dep in stages[name]["deps"] if dep in maker} - reached
    return reached


def _outputs(filled_in: Any) -> list[str]:
    return [path for path, _ in filled_in["outs"]]


def _kept(stage: Any) -> list[tuple[str, bool]]:
    """List the outputs of every kind by path, each with whether it is kept when the stage runs again."""
    listed = (out for kind in KINDS for out in stage.get(kind, []))
    pairs = ((out, None) if isinstance(out, str) else next(iter(out.items())) for out in listed)
    return sorted((path, bool((options or {}).get(KEPT))) for path, options in pairs)


def _value(params: dict[str, Any], where: str) -> Any:
    value: Any = params
    for name in where.split("."):
        value = value[name]
    return value


def _objects(revision: str, paths: list[str]) -> list[str]:
    """List the Git objects at the paths, or at the `.dvc` files beside them.

    A path inside another is part of the other's object; given both, Git would not list the folder.
    """
    paths = [path for path in paths if not any(path.startswith(f"{folder}/") for folder in paths)]
    listed = git("ls-tree", revision, "--", *paths, *(f"{path}.dvc" for path in paths)).splitlines()
    found = {line.partition("\t")[2].removesuffix(".dvc") for line in listed}
    missing = [path for path in paths if path not in found]
    if missing:
        raise BadInputError(
            f"{missing[0]}: not in Git at {revision}, nor tracked by DVC; `git add` what the stage reads"
        )
    return listed
