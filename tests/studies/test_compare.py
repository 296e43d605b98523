import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.analysis.collection import Collection
from pipeline.errors import BadInputError
from pipeline.studies import compare as module
from pipeline.studies import compare_errors
from pipeline.studies.compare import FILE, MANIFEST, compare, describe_errors

SINGERS = 8
WRONG = [1, 0, 1, 0]


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, set_params: Callable[[dict[str, Any]], None]) -> Path:
    """A folder under Git and DVC, with a cache."""
    set_params({"statistics.level": 0.95, "statistics.draws": 500})
    git("init -q -b main")
    git("config user.name Ann")
    git("config user.email ann@example.org")
    Path(".dvc").mkdir()
    Path(".dvc/config").touch()
    Path(".dvc/.gitignore").write_text("/cache\n/tmp\n")
    Path(".gitignore").write_text("/data/outcomes\n/data/corpus\n")
    return tmp_path


def git(command: str) -> str:
    return subprocess.run(["git", *command.split()], check=True, capture_output=True, text=True).stdout.strip()


def outcomes(right: list[int], task: str = "singer", singers: int = SINGERS, first: int = 0) -> pd.DataFrame:
    """Every singer has the same outcomes."""
    rows = [
        (f"s{singer}-{song}", f"s{singer}", f"song{song}", "embedding", task, 1, hit)
        for singer in range(first, first + singers)
        for song, hit in enumerate(right)
    ]
    return pd.DataFrame(rows, columns=["recording", "singer", "song", "vectors", "task", "k", "right"])


def write(table: pd.DataFrame, style: float = 17.3) -> None:
    """Write outcomes, and the manifest of a corpus whose singers all have the same style."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(FILE, index=False)
    MANIFEST.parent.mkdir(parents=True, exist_ok=True)
    manifest = table[["recording", "singer", "song"]].assign(split="test", style_tract=style)
    manifest.to_csv(MANIFEST, index=False)


def store(content: bytes, suffix: str = "") -> str:
    digest = hashlib.md5(content).hexdigest()
    path = Path(".dvc/cache/files/md5", digest[:2], digest[2:] + suffix)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return digest


def commit(table: pd.DataFrame, name: str, style: float = 17.3) -> None:
    """Commit outcomes and manifest as DVC keeps folders: their content in the cache, their hashes in Git."""
    write(table, style)
    for path in (FILE, MANIFEST):
        file = store(path.read_bytes())
        folder = store(json.dumps([{"md5": file, "relpath": path.name}]).encode(), ".dir")
        path.parent.with_suffix(".dvc").write_text(
            f"outs:\n- md5: {folder}.dir\n  hash: md5\n  path: {path.parent.name}\n"
        )
    git("add .")
    git(f"commit -q -m {name}")
    git(f"tag {name}")


@pytest.mark.slow
def test_a_clear_gain_between_two_commits() -> None:
    commit(outcomes([1, 0, 0, 0]), "a")
    commit(outcomes([1, 0, 1, 0]), "b")
    said = compare("a", "b")
    # all eight singers gain 25 points: 2 of 256 exchanges are as extreme, and every draw gains the same
    assert said == (
        "b finds the singer 25.0 points more often than a (95 % interval 25.0 to 25.0, p = 0.008, 8 singers): "
        "50.0% against 25.0% of 32 performances, embedding, k = 1"
    )
    assert compare("b", "a").startswith(
        "a finds the singer 25.0 points less often than b (95 % interval 25.0 to 25.0, p = 0.008, 8 singers)"
    )


@pytest.mark.slow
def test_an_experiment_is_found_by_name() -> None:
    commit(outcomes([1, 0, 0, 0]), "a")
    baseline = git("rev-parse HEAD")
    commit(outcomes([1, 1, 0, 0]), "b")
    git(f"update-ref refs/exps/{baseline[:2]}/{baseline[2:]}/with-cqt HEAD")
    git("tag -d b")
    git(f"reset -q --hard {baseline}")
    assert compare("HEAD", "with-cqt").startswith("with-cqt finds the singer 25.0 points more often than HEAD (")


def test_the_workspace_is_taken_as_it_lies() -> None:
    commit(outcomes([1, 0, 0, 0]), "a")
    write(outcomes([1, 1, 1, 0]))
    assert compare("a", "workspace").startswith("workspace finds the singer 50.0 points more often than a (")


def test_no_difference() -> None:
    write(outcomes([1, 0]))
    assert compare("workspace", "workspace").startswith(
        "workspace finds the singer exactly as often as workspace (95 % interval 0.0 to 0.0, p = 1.000, 8 singers): "
    )


def test_recordings_are_paired_by_name_and_the_rest_is_told() -> None:
    commit(outcomes([1, 0], singers=6), "a")
    shuffled = outcomes([0, 1], singers=6, first=2).sample(frac=1, random_state=0)
    commit(shuffled, "b")
    said = compare("a", "b")  # four singers in common: each wins one song and loses the other
    assert "exactly as often as a (95 % interval 0.0 to 0.0, p = 1.000, 4 singers): 50.0% against 50.0% of 8" in said
    assert said.endswith("; 8 performances that only one of them holds are left out")


def test_one_singer_gives_no_interval() -> None:
    write(outcomes([1, 0], singers=1))
    assert "(one singer only: whether that is chance cannot be known)" in compare("workspace", "workspace")


@pytest.mark.parametrize(
    ("task", "k", "vectors"), [("song", 1, "embedding"), ("singer", 5, "embedding"), ("singer", 1, "baseline")]
)
def test_outcomes_that_are_not_there(task: str, k: int, vectors: str) -> None:
    write(outcomes([1, 0]))
    with pytest.raises(
        BadInputError, match=rf"workspace: no outcomes of {vectors} for {task} with k={k}; there are sing"
    ):
        compare("workspace", "workspace", task, k, vectors)


def test_other_corpora_are_not_compared() -> None:
    commit(outcomes([1, 0]), "a")
    commit(outcomes([1, 0], first=50), "b")
    with pytest.raises(BadInputError, match="a and b share no recording"):
        compare("a", "b")
    commit(outcomes([1, 0]).assign(singer="somebody"), "c")
    with pytest.raises(BadInputError, match=r"manifest.csv gives s0-0 the singer s0 and somebody; compare results on"):
        compare("a", "c")


def test_choirs_of_two_seeds_are_not_compared_though_their_singers_are_called_the_same() -> None:
    commit(outcomes([1, 0]), "a")
    commit(outcomes([1, 1]), "b", style=16.1)
    with pytest.raises(
        BadInputError, match=r"a and b are of different corpora: .* s0-0 the style_tract 17.3 and 16.1;"
    ):
        compare("a", "b")


def test_a_column_that_one_manifest_lacks_does_not_matter() -> None:
    commit(outcomes([1, 0]), "a")
    commit(outcomes([1, 1]), "b")
    pd.read_csv(MANIFEST).drop(columns="style_tract").to_csv(MANIFEST, index=False)
    assert compare("a", "workspace").startswith("workspace finds the singer 50.0 points more often than a (")


@pytest.mark.parametrize(
    ("a", "fault"),
    [
        ("nothing-like-it", "nothing-like-it: no commit, branch, tag or experiment is called so"),
        ("bare", r"bare: no data/outcomes/outcomes\.csv there"),
        ("lost", r"lost: no data/outcomes/outcomes\.csv there, nor in the cache; .* git commit -m 'Record a run'\)"),
        ("workspace", r"workspace: data/outcomes/outcomes\.csv lacks right, vectors"),
    ],
)
def test_faults_are_one_line(a: str, fault: str, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    git("commit -q --allow-empty -m bare")
    git("tag bare")
    commit(outcomes([1, 0]), "lost")
    for path in list(Path(".dvc/cache").rglob("*.*")):
        path.unlink()
    write(outcomes([1, 0]).drop(columns=["right", "vectors"]))
    monkeypatch.setattr(sys, "argv", ["compare", a, "HEAD"])
    with pytest.raises(SystemExit) as end:
        module.main()
    assert end.value.code == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    with pytest.raises(BadInputError, match=fault):
        compare(a, "HEAD")


def embeddings(shift: int) -> Collection:
    """Place four singers on a circle, a quarter apart; in their second song they stand `shift` places further on."""
    place = [(singer, song) for singer in range(4) for song in range(2)]
    angle = [np.pi / 2 * (singer + shift * song) for singer, song in place]
    vectors = np.stack([np.cos(angle), np.sin(angle)], 1).astype(np.float32)
    recordings, singers, songs = (
        np.array([form.format(*pair) for pair in place]) for form in ("s{0}-{1}", "s{0}", "song{1}")
    )
    return Collection(vectors, recordings, singers, songs, np.zeros(8, np.int32))


def test_error_rates_are_compared_on_the_same_pairs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where singers stay in place no other is as near; half the circle on, every other is nearer."""

    def read(revision: str, path: str) -> bytes:
        assert path == "data/embeddings/performances.npz"
        embeddings({"stay": 0, "swap": 2}[revision]).save(tmp_path / "read.npz")
        return (tmp_path / "read.npz").read_bytes()

    monkeypatch.setattr(compare_errors, "read_output", read)
    monkeypatch.setattr(module, "_check_same_corpus", lambda a, b, recordings: None)
    monkeypatch.setattr(module, "check_revision", lambda revision: None)
    assert describe_errors("swap", "stay") == (
        "stay has an equal error rate across songs of 0.00 %, swap of 100.00 %: -100.00 points "
        "(95 % interval -100.00 to -100.00, 4 singers)"
    )
