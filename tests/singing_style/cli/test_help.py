"""What the command says of itself, and how it ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from singing_style.cli import app

ROOT = Path(__file__).parents[3]
COMMANDS = (
    "validate",
    "index",
    "similar",
    "compare",
    "calibrate",
    "map",
    "look",
    "embed",
    "evaluate",
    "export",
)
HEAVY = ("torch", "pandas", "sklearn", "numba", "librosa", "matplotlib")


def typed(*arguments: str, folder: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "singing_style", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_teaches_by_example(name: str) -> None:
    said = CliRunner().invoke(app, [name, "--help"], terminal_width=200)
    assert said.exit_code == 0
    lines = said.stdout.splitlines()
    examples = lines[lines.index("  For example:") + 1 :]
    assert examples[0].startswith(f"    singing-style {name} ")
    assert "--json" in said.stdout


def test_the_overview_names_every_command_and_the_exit_codes() -> None:
    said = CliRunner().invoke(app, ["--help"], terminal_width=200).stdout
    for name in COMMANDS:
        assert f"    singing-style {name} " in said
    assert "\n    3    some files could not be used, the rest was done\n" in said


@pytest.mark.slow
def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from singing_style.cli import app; "
        "CliRunner().invoke(app, ['similar', '--help']); print(*sorted(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & set(HEAVY) == set()


@pytest.mark.slow
def test_a_real_process_works_from_any_folder_and_ends_with_its_code(tmp_path: Path) -> None:
    wrong = typed("similar", "none.wav", "--to", "none.npz", folder=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("singing-style: error: none.npz: no such index; ")
    assert wrong.stderr.count("\n") == 1
    assert typed("--version", folder=tmp_path).stdout.startswith("singing-style")
    usage = typed("similar", "--loudly", folder=tmp_path)
    assert usage.returncode == 2
    assert "Traceback" not in usage.stderr


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("index x", "x"),
        ("validate x", "x"),
        ("embed x", "x.npz"),
        ("look x", "x.png"),
        ("export", "x.onnx"),
        ("map x.npz", "x.html"),
        ("calibrate x", "x.safetensors"),
    ],
)
def test_a_folder_as_output_is_told_before_any_work(tmp_path: Path, command: str, name: str) -> None:
    (tmp_path / name).mkdir()
    told = CliRunner().invoke(app, [*command.split(), "-o", str(tmp_path / name)])
    assert told.exit_code == 1
    assert told.stderr == f"singing-style: error: {tmp_path / name}: a folder; name a file in it\n"


@pytest.mark.parametrize("command", ["index x", "validate x"])
def test_a_recording_s_name_is_refused_as_output_before_any_work(tmp_path: Path, command: str) -> None:
    told = CliRunner().invoke(app, [*command.split(), "-o", str(tmp_path / "ann.FLAC")])
    assert told.exit_code == 1
    assert told.stderr.startswith(f"singing-style: error: {tmp_path / 'ann.FLAC'}: the name of a recording; name ")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("fault", "variable"),
    [
        (RuntimeError("cannot cache function 'f': no locator available for file 'f.py'"), "NUMBA_CACHE_DIR"),
        (FileNotFoundError(2, "No usable temporary directory found in ['/tmp']"), "TMPDIR"),
    ],
)
def test_where_no_folder_can_be_written_the_variable_is_named(
    fault: Exception, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise fault

    monkeypatch.setattr("singing_style.model.StyleModel.load", refuse)
    told = CliRunner().invoke(app, ["compare", "a.wav", "b.wav"])
    assert told.exit_code == 1
    assert f"set {variable} to" in told.stderr
    assert told.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("options", [["--help"], ["similar", "--help"], ["--version"]])
def test_help_that_finds_no_room_says_so_in_one_line(options: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "singing_style", *options]
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("singing-style: error: No space left on device; ")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("stream", [1, 2])
def test_a_closed_stream_stops_no_work(stream: int, tmp_path: Path, sung_choir: Path) -> None:
    line = f'"{sys.executable}" -m singing_style index "{sung_choir}" -o "{tmp_path}/choir.npz" -q {stream}>&-'
    done = subprocess.run(line, cwd=ROOT, shell=True, capture_output=True, text=True)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert (tmp_path / "choir.npz").stat().st_size > 0


@pytest.mark.parametrize("width", [80, 200])
def test_the_overview_says_what_each_command_does_in_whole_sentences(width: int) -> None:
    said = CliRunner().invoke(app, ["--help"], terminal_width=width).stdout
    lines = said.partition("\nCommands:\n")[2].splitlines()
    assert [line.split()[0] for line in lines] == list(COMMANDS)  # a line each
    assert not any("..." in line for line in lines)
    assert all(len(line) <= 80 for line in lines)
