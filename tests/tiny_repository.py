"""A repository of its own: the whole pipeline on a tiny corpus, with commands typed as a user types them."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline.studies.preset import flatten

ROOT = Path(__file__).parents[1]
# What users run as `make repro TINY=1`, on one thread, with studies as tiny.
TINY: dict[str, Any] = dict(flatten(YAML(typ="safe").load(ROOT / "presets/tiny.yaml"))) | {
    "train.threads": 1,
    "embed.threads": 1,
    "paper.epochs": 5,
    "paper.attention": [True],
    "paper.seeds": [0],
    "paper.ours": False,
    "search.trials": 2,
    "search.epochs": 3,
}


class Repository:
    """A clone in which commands are typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        scripts = str(Path(sys.executable).parent)
        self.environment = os.environ | {"PATH": f"{scripts}:{os.environ['PATH']}", "DVC_NO_ANALYTICS": "1"}

    def type(self, command: str, expect: int = 0) -> str:
        done = subprocess.run(
            command, shell=True, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == expect, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def kill_at(self, command: str, *lines: str) -> str:
        """Type a command, and kill all of it once it has said these one after the other; give what it said."""
        said = ""
        awaited = list(lines)
        with subprocess.Popen(
            command.split(),
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout
            for heard in process.stdout:
                said += heard
                if awaited and awaited[0] in heard:
                    awaited.pop(0)
                    if not awaited:
                        os.killpg(process.pid, signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL, f"{command} never said {awaited}\n{said}"
        return said

    def json(self, command: str) -> Any:
        return json.loads(self.type(f"{command} 2>/dev/null"))

    def read(self, path: str) -> Any:
        return json.loads((self.folder / path).read_text())

    def read_of(self, experiment: str, path: str) -> Any:
        commit = self.type(f"git for-each-ref --format='%(objectname)' 'refs/exps/*/*/{experiment}'").strip()
        return self.json(f"git show {commit}:{path}")

    def contents(self, path: str) -> dict[str, bytes]:
        """Read the files of an output, without the commit that a page names: of equal results one may be committed."""
        top, named = self.folder / path, re.compile(rb"Commit [0-9a-f]{12} of [-0-9]{10}")
        files = [top] if top.is_file() else [file for file in sorted(top.rglob("*")) if file.is_file()]
        assert files, path
        return {str(file.relative_to(top)): named.sub(b"", file.read_bytes()) for file in files}

    def output_hashes(self) -> dict[str, str]:
        """Read from dvc.lock the hash of every output of every stage."""
        lock = YAML(typ="safe").load(self.folder / "dvc.lock")
        return {out["path"]: out["md5"] for stage in lock["stages"].values() for out in stage.get("outs", [])}


def listed_experiments(repository: Repository) -> list[str]:
    """List experiments as `make experiments` does on a screen of 120 columns; check that nothing is cut off."""
    command = (ROOT / "Makefile").read_text().split("experiments: setup\n\t@")[1].split("\n")[0]
    shown = repository.type(f"COLUMNS=120 {command} --no-pager")
    assert "…" not in shown, shown
    lines = [line.rstrip() for line in shown.splitlines() if not set(line) <= set(" ─")]
    assert max(map(len, lines)) <= 120
    return lines


def set_params(path: Path, values: dict[str, Any]) -> None:
    yaml = YAML()
    raw = yaml.load(path)
    for where, value in values.items():
        *parents, last = where.split(".")
        section = raw
        for name in parents:
            section = section[name]
        section[last] = value
    yaml.dump(raw, path)


def start_repository(folder: Path, changes: dict[str, Any] | None = None) -> Repository:
    """Copy the project's sources, set the parameters to the tiny ones, with some changed, and commit."""
    for name in ("pipeline", "singing_style", "data/raw/demo", ".dvc/plots"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "models").mkdir()
    for name in (
        "dvc.yaml",
        "params.yaml",
        ".gitignore",
        ".dvcignore",
        "models/.gitignore",
        ".dvc/config",
        ".dvc/.gitignore",
    ):
        shutil.copy(ROOT / name, folder / name)
    set_params(folder / "params.yaml", TINY | (changes or {}))
    repository = Repository(folder)
    repository.type("git init -q -b main && git config user.name Ann && git config user.email ann@example.org")
    # the page names its commit: the same content is to be the same commit
    dates = "GIT_AUTHOR_DATE='2020-01-01T00:00Z' GIT_COMMITTER_DATE='2020-01-01T00:00Z'"
    repository.type(f"git add -A && {dates} git commit -q -m 'Start'")
    return repository
