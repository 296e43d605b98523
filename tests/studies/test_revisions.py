import subprocess
from pathlib import Path

import pytest

from pipeline.errors import BadInputError
from pipeline.studies.revisions import check_revision, list_names


def git(command: str) -> str:
    return subprocess.run(["git", *command.split()], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder under Git and DVC with three commits and a tag."""
    monkeypatch.chdir(tmp_path)
    git("init -q -b main")
    git("config user.name Ann")
    git("config user.email ann@example.org")
    Path(".dvc").mkdir()
    Path(".dvc/config").touch()
    git("commit -q --allow-empty -m one")
    git("tag first")
    git("commit -q --allow-empty -m two")
    git("commit -q --allow-empty -m three")


def add_experiment(name: str, revision: str = "HEAD") -> None:
    commit = git(f"rev-parse {revision}")
    git(f"update-ref refs/exps/{commit[:2]}/{commit[2:]}/{name} HEAD")


def test_commits_branches_tags_experiments_and_the_workspace_are_known() -> None:
    add_experiment("cqt")
    for name in ("HEAD", "HEAD~1", "main", "first", "cqt", "workspace", git("rev-parse HEAD")[:7]):
        check_revision(name)
    git("update-ref refs/exps/exec/EXEC_HEAD HEAD")  # DVC's own
    assert sorted(list_names()) == ["cqt", "first", "main"]


def test_an_unknown_name_is_told_with_what_there_is_the_closest_first() -> None:
    for name in ("mel-flat", "cqt-flat", "cqt-deep"):
        add_experiment(name)
    with pytest.raises(BadInputError) as told:
        check_revision("cqt-flaw")
    said = str(told.value)
    # in one piece with cqt-flaw: seven letters, four (cqt-), four (-fla), and of the others one
    closest = "cqt-flat, cqt-deep, mel-flat, "
    assert said.startswith(f"cqt-flaw: no commit, branch, tag or experiment is called so; there are {closest}")
    assert said.endswith(" and 1 more (`make experiments` lists experiments)")  # of seven, six are named
    assert "\n" not in said


def test_a_name_that_two_experiments_have_is_told_unless_one_is_of_this_commit() -> None:
    add_experiment("cqt", "first")
    add_experiment("cqt", "HEAD~1")
    with pytest.raises(BadInputError, match=r"^cqt: several experiments are called so; say which commit you mean"):
        check_revision("cqt")
    add_experiment("cqt", "HEAD")
    check_revision("cqt")
