"""What `make clean` removes, and what it never does; where `make setup` works."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
STAGES: dict[str, Any] = YAML(typ="safe").load(ROOT / "dvc.yaml")["stages"]
# Outputs without settings, or with some other than `cache: false`, are DVC's to keep.
CACHED = {
    path
    for spec in STAGES.values()
    for kind in ("outs", "metrics", "plots")
    for out in spec.get(kind, [])
    for path, options in (out.items() if isinstance(out, dict) else [(out, {})])
    if options.get("cache", True)
}
SCRATCH = (".scratch/tiny/params.yaml", "site/index.html", ".mypy_cache/x", "pipeline/nn/__pycache__/x.pyc")
KEPT = ("data/raw/mine/ann.wav", "data/raw/mine.dvc", "models/best-mine.safetensors", "metrics/knn.json", "params.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the Makefile, something of every kind, and outputs of all stages."""
    (tmp_path / "Makefile").symlink_to(ROOT / "Makefile")
    for name in ("benchmarks", "docs", "singing_style", "tests"):
        (tmp_path / name).mkdir()
    for name in (*SCRATCH, *KEPT, ".dvc/cache/x", ".dvc/config", *(f"{path}/x" for path in CACHED)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def test_setup_writes_no_path_that_dvc_or_the_shell_could_not_take(tmp_path: Path) -> None:
    folder = tmp_path / "clö ne"
    folder.mkdir()
    (folder / "Makefile").symlink_to(ROOT / "Makefile")
    (folder / "requirements.lock").touch()
    typed = subprocess.run(["make", "-n", "setup"], cwd=folder, capture_output=True, text=True, check=True).stdout
    assert "dvc config" in typed
    assert typed.isascii()


def clean(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", "clean", *words], cwd=folder, capture_output=True, text=True, check=False)


def left(folder: Path, names: Any) -> set[str]:
    return {name for name in names if (folder / name).exists()}


def test_scratch_goes_and_results_stay(folder: Path) -> None:
    assert clean(folder).returncode == 0
    assert left(folder, SCRATCH) == set()
    others = {*KEPT, *CACHED, ".dvc/cache/x"}
    assert left(folder, others) == others


def test_with_all_everything_that_a_stage_makes_goes_too_and_nothing_else(folder: Path) -> None:
    assert clean(folder, "ALL=1").returncode == 0
    assert left(folder, {*SCRATCH, *CACHED, ".dvc/cache"}) == set()
    assert left(folder, {*KEPT, ".dvc/config"}) == {*KEPT, ".dvc/config"}


def test_recordings_that_lie_in_the_cache_alone_keep_it(folder: Path) -> None:
    (folder / "data/raw/mine/ben.wav").symlink_to(folder / ".dvc/cache/x")
    done = clean(folder, "ALL=1")
    assert done.returncode != 0
    assert "dvc unprotect data/raw/NAME" in done.stdout
    assert left(folder, [".dvc/cache/x", *CACHED]) == {".dvc/cache/x", *CACHED}
