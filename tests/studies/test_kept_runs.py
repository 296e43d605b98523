from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import BadInputError
from pipeline.runtime.metrics import write_json
from pipeline.studies import kept_runs
from pipeline.studies.kept_runs import KeptRuns
from pipeline.studies.runs import Experiment


@dataclass(frozen=True)
class Job:
    label: str

    @property
    def experiment(self) -> Experiment:
        return Experiment(f"{self.label}-0", {}, ())

    @property
    def kind(self) -> str:
        return self.label

    def __str__(self) -> str:
        return f"job {self.label}"


JOBS = [Job("a"), Job("b"), Job("c")]


def read(job: Job, revision: str) -> dict[str, Any]:
    return {"experiment": job.experiment.name, "from": revision}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptRuns:
    """A file that holds a, beside an experiment of a and of b in this clone."""
    commits = {"a-0": "first", "b-0": "second"}
    monkeypatch.setattr(kept_runs, "find_experiment", lambda experiment: commits.get(experiment.name))
    file = KeptRuns(tmp_path / "study.json", "make study")
    write_json(file.path, {"runs": [{"experiment": "a-0", "from": "the file"}]})
    return file


def test_the_file_counts_before_the_experiments(kept: KeptRuns) -> None:
    found, missing = kept.gather(JOBS, {}, read)
    assert found == [
        (JOBS[0], {"experiment": "a-0", "from": "the file"}),
        (JOBS[1], {"experiment": "b-0", "from": "second"}),
    ]
    assert missing == {"job c": "not run"}
    assert [kept.hold(job) for job in JOBS] == [True, True, False]


def test_a_run_that_failed_says_why(kept: KeptRuns) -> None:
    assert kept.gather(JOBS, {"c-0": "it diverged"}, read)[1] == {"job c": "it diverged"}


def test_without_any_result_it_is_one_line(kept: KeptRuns) -> None:
    with pytest.raises(BadInputError, match="^no run is done: job c: no memory$"):
        kept.gather(JOBS[2:], {"c-0": "no memory"}, read)


def test_a_file_that_is_not_there_holds_nothing(kept: KeptRuns) -> None:
    kept.path.unlink()
    assert kept.read() == {}
    assert kept.gather(JOBS, {}, read)[0][0] == (JOBS[0], {"experiment": "a-0", "from": "first"})


def test_a_damaged_file_names_itself_and_the_command(kept: KeptRuns) -> None:
    kept.path.write_text("{")
    with pytest.raises(BadInputError, match=r"study\.json: not JSON .*; `git restore .*study\.json`, .* `make study`$"):
        kept.read()


def test_a_kept_run_that_is_not_whole_is_named(kept: KeptRuns) -> None:
    """The command alone would read it again and again."""
    write_json(kept.path, {"runs": [{"experiment": "a-0"}, {"from": "the file"}]})
    with pytest.raises(BadInputError) as told:
        kept.gather(JOBS, {}, read)
    restore = f"`git restore {kept.path}`, or take that run out of it, and run `make study`"
    assert str(told.value) == f"{kept.path}: runs.1.experiment: missing; {restore}"


def test_a_result_of_an_earlier_commit_stands_in_where_its_name_is_that_of_the_settings_on_it(
    kept: KeptRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of c on the commit `then`: the settings had the fingerprint 7 there, and one result has another."""
    monkeypatch.setattr(kept_runs, "fingerprint", lambda commit, targets, settings: {"then": "7"}[commit])
    wrong, right = ({"experiment": f"c-{mark}", "commit": "then"} for mark in (8, 7))
    write_json(kept.path, {"runs": [{"experiment": "c-6"}, right, wrong]})
    found, missing = kept.gather(JOBS[2:], {}, read)
    assert found == [(JOBS[2], right)]
    assert missing == {}
    assert not kept.hold(JOBS[2])


def test_a_result_without_its_commit_ends_with_the_sources(kept: KeptRuns) -> None:
    write_json(kept.path, {"runs": [{"experiment": "c-6"}, {"experiment": "b-0"}]})
    assert kept.gather(JOBS, {}, read)[1] == {"job c": "not run"}


def test_a_result_of_a_commit_that_is_not_here_blocks_no_other(kept: KeptRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a shallow clone."""

    def unknown(commit: str, targets: object, settings: object) -> str:
        raise BadInputError(f"git show: fatal: invalid object name '{commit}'")

    monkeypatch.setattr(kept_runs, "fingerprint", unknown)
    write_json(kept.path, {"runs": [{"experiment": "b-0"}, {"experiment": "c-7", "commit": "gone"}]})
    found, missing = kept.gather(JOBS[1:], {}, read)
    assert [job for job, _ in found] == [JOBS[1]]
    why = "its result of commit gone cannot be checked (git show: fatal: invalid object name 'gone')"
    assert missing == {"job c": f"{why}; `git fetch --unshallow`"}
