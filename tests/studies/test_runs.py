import doctest
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import BadInputError
from pipeline.studies import runs as experiments
from pipeline.studies.fingerprint import git
from pipeline.studies.runs import (
    Experiment,
    FailedExperimentError,
    check_committed,
    experiment_of,
    find_experiment,
    locked,
    read_committed,
    read_output,
    run_experiment,
    setting_options,
)

pytestmark = pytest.mark.slow

DVC = """
stages:
  add:
    cmd: python add.py
    params: [x]
    deps: [add.py]
    outs: [double.txt]
    metrics:
    - sum.json:
        cache: false
  summary:
    cmd: cp sum.json summary.json
    deps: [sum.json]
    metrics:
    - summary.json:
        cache: false
"""
ADD = """import json, sys
x = next(int(line[3:]) for line in open("params.yaml") if line.startswith("x: "))
if x == -2:
    raise ValueError("minus two")
if x < 0:
    sys.exit("add: error: params.yaml: x: must not be negative")
json.dump({"sum": x + 1}, open("sum.json", "w"))
open("double.txt", "w").write(str(2 * x))
"""
TARGETS = ("add",)
TOP = str(Path(__file__).parents[2])


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    git("config", "user.name", "Ann")
    git("config", "user.email", "ann@example.org")
    Path(".dvc").mkdir()
    Path(".dvc/config").touch()
    Path(".dvc/.gitignore").write_text("/cache\n/tmp\n")
    for name, text in {
        "dvc.yaml": DVC,
        "params.yaml": "x: 1\nnote: a\n",
        "add.py": ADD,
        ".gitignore": "/.scratch\n",
    }.items():
        Path(name).write_text(text)
    git("add", "-A")
    git("commit", "-q", "-m", "start")


def test_below_a_path_that_dvc_fails_in_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = tmp_path / "Zoë"
    top.mkdir()
    monkeypatch.chdir(top)
    with pytest.raises(BadInputError, match="Zoë: DVC runs no experiments .* clone the repository to"), locked("paper"):
        pytest.fail("an experiment would begin")
    assert not any(top.iterdir())


def test_an_experiment_is_run_once_and_found_until_its_code_changes() -> None:
    before = Path("params.yaml").read_text()
    experiment = experiment_of("try-four", {"x": 4}, TARGETS)
    assert experiment.name.startswith("try-four-")
    assert find_experiment(experiment) is None
    with locked("try-") as lock:
        revision = run_experiment(experiment, lock)
    assert read_committed(revision, "sum.json") == {"sum": 5}
    assert read_committed(revision, "summary.json") == {"sum": 5}  # whose stage is no target, but what DVC shows
    assert Path("params.yaml").read_text() == before
    assert (
        experiment.name
        in subprocess.run(
            [sys.executable, "-m", "dvc", "exp", "list"], capture_output=True, text=True, check=True
        ).stdout
    )
    Path("README.md").write_text("another commit")
    git("add", "README.md")
    git("commit", "-q", "-m", "unrelated")
    assert find_experiment(experiment_of("try-four", {"x": 4}, TARGETS)) == revision
    assert find_experiment(experiment_of("try-four", {"x": 5}, TARGETS)) is None
    Path("add.py").write_text(ADD.replace("x + 1", "x + 2"))
    git("commit", "-q", "-a", "-m", "other code")
    assert find_experiment(experiment_of("try-four", {"x": 4}, TARGETS)) is None


@pytest.mark.parametrize(
    ("x", "said"), [(-1, "add: error: params.yaml: x: must not be negative"), (-2, "ValueError: minus two")]
)
def test_a_failure_is_named_in_the_stages_words(x: int, said: str) -> None:
    experiment = experiment_of("try", {"x": x}, TARGETS)
    with locked("try") as lock, pytest.raises(FailedExperimentError) as fault:
        run_experiment(experiment, lock)
    log = f".scratch/experiments/{experiment.name}.log"
    assert str(fault.value) == f"{said} (all of it: {log})"
    assert "failed to reproduce" in Path(log).read_text()


def test_an_output_in_the_cache_is_read_off_the_experiment() -> None:
    experiment = experiment_of("add", {"x": 21}, TARGETS)
    with locked("add-") as lock:
        revision = run_experiment(experiment, lock)
    assert read_output(revision, "double.txt") == b"42"
    with pytest.raises(BadInputError, match=rf"{revision[:10]}: no half.txt there, nor in the cache"):
        read_output(revision, "half.txt")


def test_a_name_of_another_content_does_not_count() -> None:
    experiment = experiment_of("try", {"x": 4}, TARGETS)
    head = git("rev-parse", "HEAD")
    git("update-ref", f"refs/exps/{head[:2]}/{head[2:]}/{experiment.name}", head)
    assert find_experiment(experiment) is None
    assert find_experiment(Experiment(experiment_of("try", {}, TARGETS).name, {}, TARGETS)) is None
    git("update-ref", f"refs/exps/{head[:2]}/{head[2:]}/{experiment_of('try', {}, TARGETS).name}", head)
    assert find_experiment(experiment_of("try", {}, TARGETS)) == head


@pytest.mark.parametrize(("name", "said"), [("params.yaml", "params.yaml"), ("pipeline/new.py", "pipeline/")])
def test_uncommitted_sources_are_refused(name: str, said: str) -> None:
    check_committed()
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text("x: 9\n")
    with pytest.raises(BadInputError, match=f"commit {said} first"):
        check_committed()


def test_a_number_written_otherwise_is_no_change() -> None:
    Path("params.yaml").write_text("x: 1\nnote: 0.000001\n")
    git("commit", "-q", "-a", "-m", "small")
    Path("params.yaml").write_text("note: 1.0e-06\nx: 1\n")
    check_committed()


def test_a_second_one_waits_for_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    hold = "with locked('try'): print('held', flush=True); time.sleep(1.5)"
    program = f"import sys, time; sys.path.insert(0, {TOP!r})\nfrom pipeline.studies.runs import locked\n{hold}"
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        assert first.stdout.readline() == "held\n"
        started = time.monotonic()
        with locked("try"):
            assert time.monotonic() - started > 1
    assert "waiting for it to end" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("said", "status", "fault"),
    [
        ("train: error: it diverged\nERROR: failed to reproduce 'train'\n", 255, "train: error: it diverged"),
        ("10%\r20%\nTraceback\nValueError: no\nERROR: failed\n", 255, "ValueError: no"),
        ("ERROR: first\nERROR: lock\n", 255, "ERROR: lock"),
        ("train 10%\n", -9, "killed by signal 9"),
        ("", 3, "dvc ended with status 3"),
        ("Ran experiment(s): a\n", 0, "sources, data or parameters were changed while it ran"),
    ],
)
def test_the_last_fault_is_picked_out(said: str, status: int, fault: str) -> None:
    assert experiments._last_fault(said, status) == fault


def test_settings_are_written_as_yaml() -> None:
    settings = {"a.b": False, "c": 0.5, "d": ("x", True), "e": "name"}
    assert setting_options(settings) == ["-S", "a.b=false", "-S", "c=0.5", "-S", "d=[x,true]", "-S", "e=name"]
    assert doctest.testmod(experiments) == (0, 1)
