from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from safetensors import SafetensorError

from pipeline.errors import BadInputError, Interrupted
from pipeline.runtime.stage import fresh_folder, run


@pytest.fixture(autouse=True)
def command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["pipeline/embed.py"])


def test_prints_one_line_of_summary(capsys: pytest.CaptureFixture[str]) -> None:
    run(lambda: "3 clips", "Embed.")
    assert capsys.readouterr().out.startswith("embed: 3 clips (0.")


def test_bad_input_is_one_line_and_status_one(capsys: pytest.CaptureFixture[str]) -> None:
    def stage() -> str:
        raise BadInputError("params.yaml: seed: missing")

    with pytest.raises(SystemExit) as ended:
        run(stage, "Embed.")
    assert ended.value.code == 1
    assert capsys.readouterr().err == "embed: error: params.yaml: seed: missing\n"


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"DVC_EXP_NAME": "cqt", "DVC_ROOT": "."}, True),
        ({"DVC_EXP_NAME": "cqt", "DVC_ROOT": ".."}, False),  # --temp, or the queue
        ({"DVC_ROOT": "."}, False),  # dvc repro
    ],
)
def test_an_experiment_that_fails_in_the_work_tree_says_what_it_leaves(
    environment: dict[str, str],
    told: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stage() -> str:
        raise BadInputError("data/raw: no such folder")

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_EXP_NAME", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, str((tmp_path / value).resolve()) if name == "DVC_ROOT" else value)
    with pytest.raises(SystemExit):
        run(stage, "Embed.")
    first, *others = capsys.readouterr().err.splitlines()
    assert first == "embed: error: data/raw: no such folder"
    line = "params.yaml keeps what this experiment set; the way back: git restore params.yaml && dvc repro"
    assert others == ([line] if told else [])


@pytest.mark.parametrize(
    ("stop", "line"),
    [
        (Interrupted("at epoch 3; run it again"), "embed: at epoch 3; run it again\n"),
        (KeyboardInterrupt(), "embed: interrupted\n"),
    ],
)
def test_being_stopped_is_one_line_and_a_status_of_its_own(
    stop: BaseException, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def stage() -> str:
        raise stop

    with pytest.raises(SystemExit) as ended:
        run(stage, "Embed.")
    assert ended.value.code == 130
    assert capsys.readouterr().err == line


def write_text(path: str) -> None:
    with Path(path).open("w") as file:
        file.write("x")


def write_shard(path: str) -> None:
    raise OSError(f"Can't write data (file write failed: time = ...\n, filename = '{path}', errno = 28, error message)")


def write_weights(path: str) -> None:
    raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")


def write_sound(path: str) -> None:
    soundfile.write(path, [0.5] * 100_000, 22050, format="RAW", subtype="PCM_16")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize(
    ("write", "line"),
    [
        (write_text, "no room on the disk ([Errno 28] No space left on device); free some and run it again"),
        (write_shard, "no room on the disk (Can't write data (file write failed: "),
        (write_weights, "no room on the disk (Error while serializing: "),
        (write_sound, "a sound file could not be written (System error.); is the disk full? Free some and"),
    ],
)
def test_a_full_disk_is_one_line(write: Callable[[str], None], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    def stage() -> str:
        write("/dev/full")
        return "written"

    with pytest.raises(SystemExit) as ended:
        run(stage, "Embed.")
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith(f"embed: error: {line}")
    assert said.endswith(" and run it again\n")
    assert said.count("\n") == 1


def test_our_own_mistakes_keep_their_traceback() -> None:
    for mistake in (KeyError("bug"), FileNotFoundError(2, "no such file"), soundfile.LibsndfileError(3)):

        def stage(mistake: Exception = mistake) -> str:
            raise mistake

        with pytest.raises(type(mistake)):
            run(stage, "Embed.")


def test_help_prints_the_docstring(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["pipeline/embed.py", "--help"])
    with pytest.raises(SystemExit):
        run(lambda: "", "Embed the clips.")
    said = capsys.readouterr().out
    assert "python -m pipeline.embed" in said
    assert "Embed the clips." in said


def test_a_fresh_folder_keeps_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "x"
    folder.mkdir(parents=True)
    (folder / "old").touch()
    assert list(fresh_folder(folder).iterdir()) == []
