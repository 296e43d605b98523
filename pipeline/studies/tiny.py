"""Run the whole pipeline on a tiny choir, in a clone of its own: what there is to see, in a minute or two.

The clone of the last commit lies in .scratch/tiny, with the parameters of presets/tiny.yaml; work tree, params.yaml and
results stay as they are. Its run is committed there, so that experiments can be tried in it and compared. It is made
anew when there is a newer commit. Stop this at any time, and run it again to carry on.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from ruamel.yaml import YAML

from pipeline.errors import BadInputError
from pipeline.params import override
from pipeline.runtime.program import CARRY_ON, one_line_faults, parser
from pipeline.runtime.stage import PAGE
from pipeline.studies.fingerprint import git
from pipeline.studies.preset import PRESETS, read_preset, with_preset

PRESET = "tiny"
CLONE = Path(".scratch/tiny")
# The commit of this repository that the clone is of.
BASE = "base"
# `make setup` puts the page of `dvc plots` that needs no network into the virtual environment.
OFFLINE = "plots_offline.html"
ENDING = """
Four singers and four steps: it shows how everything looks, and has learned nothing.
look and listen:  open {page}
try things there: source .venv/bin/activate && cd {clone} && dvc exp run -n cqt -S feature=cqt
the real one:     make repro (make clean removes this one)"""


def main() -> None:
    """Run from the command line."""
    parser("pipeline.studies.tiny", __doc__).parse_args()
    with one_line_faults("tiny", CARRY_ON):
        settings = read_preset(PRESET)
        with_preset(settings, str(PRESETS / f"{PRESET}.yaml"))
        if git("status", "--porcelain"):
            print("note: what is not committed is not in the tiny run")
        make_clone(CLONE, settings)
        run(CLONE)
        print(ENDING.format(clone=CLONE, page=CLONE / PAGE))


def make_clone(clone: Path, settings: Mapping[str, object]) -> None:
    """Clone the last commit with other parameters, unless that is done already.

    Parameters
    ----------
    clone : Path
        Folder; one of an older commit, or a half made one, is removed.
    settings : mapping of str to object
        Parameters that differ from the commit's, by path.
    """
    head = git("rev-parse", "HEAD")
    if _base(clone) == head:
        return
    shutil.rmtree(clone, ignore_errors=True)
    git("clone", "--quiet", ".", str(clone))
    params = clone / "params.yaml"
    yaml = YAML()
    yaml.dump(override(yaml.load(params), settings), params)
    git("-C", str(clone), "tag", BASE, head)


def run(clone: Path) -> None:
    """Run the pipeline in the clone, and commit the result there.

    Raises
    ------
    BadInputError
        A stage fails; it has said why.
    """
    scripts = str(Path(sys.executable).parent)
    environment = os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    offline = Path(sys.prefix, OFFLINE)
    # seen from .dvc: DVC cannot write a path with letters beyond ASCII, which may stand above the clone
    template = os.path.relpath(offline, clone.resolve() / ".dvc")
    commands = [["config", "--quiet", "--local", "plots.html_template", template]] if offline.exists() else []
    for command in (*commands, ["repro"]):
        done = subprocess.run([sys.executable, "-m", "dvc", *command], cwd=clone, env=environment, check=False)
        if done.returncode:
            raise BadInputError(f"dvc {command[0]} failed in {clone}, as it says above")
    git("-C", str(clone), "add", "--all")
    if git("-C", str(clone), "status", "--porcelain"):
        who = ("-c", "user.name=make repro TINY=1", "-c", "user.email=tiny@localhost")
        git("-C", str(clone), *who, "commit", "--quiet", "--message", "Record the tiny run")


def _base(clone: Path) -> str | None:
    """Return the commit that a clone is of; none where it is not there, or only half made."""
    try:
        return git("-C", str(clone), "rev-parse", "--verify", f"refs/tags/{BASE}")
    except BadInputError:
        return None


if __name__ == "__main__":
    main()
