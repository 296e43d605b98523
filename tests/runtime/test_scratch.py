"""The scratch store: what was done is found again, what depends on anything else is not, and damage is not believed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.errors import BadInputError, BadRecordingError
from pipeline.runtime.recordings import Done, Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Counted:
    """What the work returns."""

    letters: int
    share: float


def shout(source: Path, target: Path, mark: str, log: str) -> Counted:
    """Write a file in capitals; note in a log that this was done."""
    text = source.read_text()
    with Path(log).open("a") as file:
        file.write(f"{text}\n")
    target.write_text(text.upper() + mark)
    if text == "mumble":
        raise BadRecordingError("cannot be understood")
    return Counted(len(text), 1 / (1 + len(text)))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scratch:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    return Scratch(tmp_path / ".scratch/shout", "code 1")


def run(store: Scratch, texts: list[str], mark: str = "!") -> tuple[Done[Counted], list[str]]:
    """Shout all texts; return the outcome and the texts that were worked on, in any order."""
    log = Path("log")
    log.write_text("")
    names = [f"r{number}" for number in range(len(texts))]
    for name, text in zip(names, texts, strict=True):
        Path(f"{name}.txt").write_text(text)
        Path(f"out/{name}.txt").unlink(missing_ok=True)
    done = for_each_recording(
        shout,
        names,
        [(Input(Path(f"{n}.txt").absolute()), Output(Path(f"out/{n}.txt").absolute()), mark, "log") for n in names],
        label="shout",
        max_bad_share=0.9,
        scratch=store,
    )
    for name, text in zip(names, texts, strict=True):
        if name in done.results:
            assert Path(f"out/{name}.txt").read_text() == text.upper() + mark
            assert done.results[name] == Counted(len(text), 1 / (1 + len(text)))
    return done, sorted(log.read_text().split())


def test_nothing_is_done_twice(store: Scratch) -> None:
    first, worked_on = run(store, ["do", "re", "mi"])
    assert worked_on == ["do", "mi", "re"]
    again, worked_on = run(store, ["do", "re", "mi"])
    assert worked_on == []
    assert again == first


def test_one_recording_added_or_changed_costs_one(store: Scratch) -> None:
    run(store, ["do", "re", "mi"])
    assert run(store, ["do", "re", "mi", "fa"])[1] == ["fa"]
    assert run(store, ["do", "ray", "mi", "fa"])[1] == ["ray"]
    assert run(store, ["mi", "do"])[1] == []  # under another name too


def test_other_settings_and_other_code_are_other_work(store: Scratch) -> None:
    run(store, ["do", "re"])
    assert run(store, ["do", "re"], mark="?")[1] == ["do", "re"]
    assert run(Scratch(store.folder, "code 2"), ["do", "re"])[1] == ["do", "re"]
    assert run(store, ["do", "re"])[1] == []


def test_bad_recordings_are_looked_at_anew(store: Scratch) -> None:
    for _ in range(2):
        done, worked_on = run(store, ["do", "mumble"])
        assert [fault.reason for fault in done.left_out] == ["cannot be understood"]
        assert "mumble" in worked_on
        assert not Path("out/r1.txt").exists()
    assert len(list(store.folder.iterdir())) == 1


def test_a_missing_file_is_left_to_the_work(store: Scratch) -> None:
    with pytest.raises(FileNotFoundError):
        for_each_recording(
            shout,
            ["gone"],
            [(Input(Path("gone.txt")), Output(Path("out/gone.txt")), "!", "log")],
            label="shout",
            max_bad_share=0,
            scratch=store,
        )


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


DAMAGES: dict[str, Callable[[Path], None]] = {"flip": flip, "cut": cut, "gone": Path.unlink}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("file", ["0.txt", "entry.json"])
def test_a_damaged_entry_is_redone_and_mended(store: Scratch, file: str, damage: str) -> None:
    run(store, ["do"])
    (entry,) = store.folder.iterdir()
    DAMAGES[damage](entry / file)
    assert run(store, ["do"])[1] == ["do"]
    assert run(store, ["do"])[1] == []


def test_dvcs_links_and_the_stores_do_not_hurt_one_another(store: Scratch) -> None:
    run(store, ["do", "re"])
    for name in ("r0", "r1"):
        output = Path(f"out/{name}.txt")
        Path(f"{name}.cached").hardlink_to(output)  # as DVC does with what a stage wrote
        output.chmod(0o444)
        output.unlink()
    assert run(store, ["do", "re"])[1] == []
    for entry in store.folder.iterdir():
        (entry / "0.txt").unlink()
    assert run(store, ["do", "re"])[1] == ["do", "re"]
    assert [Path(f"{name}.cached").read_text() for name in ("r0", "r1")] == ["DO!", "RE!"]


def test_an_output_that_is_written_into_is_not_believed(store: Scratch) -> None:
    run(store, ["do"])
    Path("out/r0.txt").write_text("DA!")
    assert run(store, ["do"])[1] == ["do"]


def test_files_are_copied_where_links_fail(store: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError("other file system")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    run(store, ["do"])
    assert run(store, ["do"])[1] == []
    assert Path("out/r0.txt").stat().st_nlink == 1


SLOW = """
import sys, time
from pathlib import Path
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch

def work(source: Path, target: Path) -> int:
    target.write_text("half")
    time.sleep(0.2)
    with Path("log").open("a") as log:
        log.write(source.name + " ")
    target.write_text("whole")
    return 1

names = [f"r{number}" for number in range(12)]
calls = [(Input(Path(f"{n}.txt").absolute()), Output(Path(f"out/{n}").absolute())) for n in names]
scratch = Scratch(Path(".scratch/slow").absolute(), "1")
for_each_recording(work, names, calls, label="slow", max_bad_share=0, scratch=scratch)
"""


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"r{number}.txt").write_text(f"text {number}")
    (tmp_path / "out").mkdir()
    (tmp_path / "slow.py").write_text(SLOW)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "slow.py"]
    killed = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    finished: set[str] = set()
    until = time.monotonic() + 60
    while len(finished) < 3 and time.monotonic() < until:
        time.sleep(0.05)
        finished = {
            path.parent.name
            for path in (tmp_path / ".scratch/slow").glob("*/entry.json")
            if path.parent.suffix != ".part"
        }
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    finished = {path.name for path in (tmp_path / ".scratch/slow").iterdir() if path.suffix != ".part"}
    assert 3 <= len(finished) < 12
    (tmp_path / "log").unlink()
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert len((tmp_path / "log").read_text().split()) == 12 - len(finished)
    assert {path.read_text() for path in (tmp_path / "out").iterdir()} == {"whole"}
    assert len(list((tmp_path / "out").iterdir())) == 12


PROGRAM = """
from dataclasses import dataclass
from pathlib import Path
from pipeline.runtime.recordings import Output, for_each_recording
from pipeline.runtime.scratch import Scratch

@dataclass(frozen=True)
class Found:
    half: float
    name: str = "none"

def work(number: int, target: Path) -> Found:
    with Path("log").open("a") as log:
        log.write("x")
    target.write_text(str(number))
    return Found(number / 2)

if __name__ == "__main__":
    calls = [(number, Output(Path(f"out{number}").absolute())) for number in range(3)]
    store = Scratch(Path(".scratch/program").absolute(), "1")
    print(for_each_recording(work, list("abc"), calls, label="work", max_bad_share=0, scratch=store).results)
"""


@pytest.mark.slow
def test_a_module_run_as_a_program_may_return_its_own_types(tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    said = [
        subprocess.run(
            [sys.executable, "-m", "program"], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
        ).stdout
        for _ in range(2)
    ]
    found = ", ".join(f"'{name}': Found(half={number / 2}, name='none')" for number, name in enumerate("abc"))
    assert said == [f"{{{found}}}\n"] * 2
    assert (tmp_path / "log").read_text() == "xxx"


def test_what_was_not_used_for_longest_goes_first(store: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["a" * 1000, "b" * 1000, "c" * 1000]
    run(store, texts)
    for age, text in enumerate(texts):  # a was used last
        entry = next(
            path for path in store.folder.iterdir() if (path / "0.txt").read_text().startswith(text[0].upper())
        )
        os.utime(entry / "entry.json", (1e9 - age, 1e9 - age))
    other = store.folder.parent / "train-checkpoints"
    other.mkdir()
    (other / "weights").write_bytes(bytes(5000))
    monkeypatch.setenv("SINGING_STYLE_SCRATCH_GIB", str(2500 / 2**30))
    store.trim()
    assert {(path / "0.txt").read_text()[0] for path in store.folder.iterdir()} == {"A", "B"}
    assert (other / "weights").exists()
    monkeypatch.delenv("SINGING_STYLE_SCRATCH_GIB")
    assert run(store, texts)[1] == [texts[2]]


def test_what_a_killed_process_left_is_cleared_away_after_a_day(store: Scratch) -> None:
    old, new = (store.folder / f"{name}.part" for name in ("old", "new"))
    for folder in (old, new):
        folder.mkdir(parents=True)
    os.utime(old, (1e9, 1e9))
    store.trim()
    assert not old.exists()
    assert new.exists()


def test_a_size_that_is_no_number_is_named(store: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SINGING_STYLE_SCRATCH_GIB", "plenty")
    with pytest.raises(
        BadInputError, match="SINGING_STYLE_SCRATCH_GIB: 'plenty' is not a number; write GiB, such as 20"
    ):
        store.trim()
