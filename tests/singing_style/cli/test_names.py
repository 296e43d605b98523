"""Any name that a file system allows, through every command, to any terminal."""

import csv
import os
import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import RATE, singing

pytestmark = pytest.mark.slow

Command = Callable[..., Result]
Answer = Callable[..., Any]

NAMES = [
    b"Ann/plain.wav",
    b"Ann/new\nline.wav",
    b"Ann/back\\slash.wav",
    b"A: alto/take.wav",
    b"bytes \xff\xfe/take.wav",
    "Zoë/take.wav".encode(),
    "Zoe\u0308/other.wav".encode(),
    b"Li\nne/take.wav",
    "王/take.wav".encode(),
]


@pytest.fixture
def choir(here: Path) -> Path:
    import soundfile

    for number, name in enumerate(NAMES):
        path = here / "choir" / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            soundfile.write(file, singing(200 + 20 * number, 4.0), RATE, format="WAV")
    return here / "choir"


def test_an_output_of_any_name_is_told_in_one_line(command: Command, choir: Path) -> None:
    for name, ending in (("index", ".npz"), ("embed", ".csv")):
        (line,) = command(name, choir, "-o", f"a\nb{ending}", "-q").stdout.splitlines()
        assert line.startswith(f"a\\nb{ending}: 9 performances")
        assert Path(f"a\nb{ending}").exists()


def test_any_names_on_disk_go_through_every_command(command: Command, answer: Answer, choir: Path) -> None:
    assert answer("index", choir, "-o", "i.npz", "-q")["failed"] == {}
    voices = VoiceIndex.load(Path("i.npz")).voices
    assert {os.fsencode(voice.path) for voice in voices} == set(NAMES)
    assert {voice.singer for voice in voices} == {"Ann", "A: alto", "bytes \\udcff\\udcfe", "Zoë", "Li\\nne", "王"}

    # a folder names no songs, so that there is no split
    checked = answer("validate", choir, "-o", "v.csv", "-q", "--training", expect=1)
    assert [one["subject"] for one in checked["findings"] if one["severity"] == "stop"] == ["splits"]
    command("embed", choir, "-o", "e.csv", "-q")
    command("similar", choir, "--to", "i.npz", "--each", "-o", "s.csv", "-q")
    command("compare", choir, "-o", "c.csv", "-q")
    for table, column in (("v.csv", "path"), ("e.csv", "name"), ("s.csv", "recording"), ("c.csv", "one")):
        with Path(table).open(newline="", encoding="utf-8") as file:
            written = {Path(row[column]).name for row in csv.DictReader(file)}
        assert {"new\\nline.wav", "back\\slash.wav"} <= written

    odd = choir / os.fsdecode(NAMES[4])
    assert answer("similar", odd, "--to", "i.npz")["in_index"][0]["singer"] == "bytes \\udcff\\udcfe"
    assert "bytes \\udcff\\udcfe" in command("compare", odd, choir / "Ann" / "new\nline.wav").stdout
    command("look", odd, "--to", "i.npz", "-o", "l.png")
    command("map", "i.npz", "-o", "m.html", "-q")
    command("evaluate", choir, "-q")


def test_a_name_may_be_typed_in_another_form_of_unicode(command: Command, choir: Path) -> None:
    take = (choir / "Ann" / "plain.wav").rename(choir / "Ann" / "été.wav")
    typed = choir / "Ann" / "e\u0301te\u0301.wav"
    assert not typed.exists()
    assert "share a file" in command("compare", typed, take).stderr
    command("embed", typed, "-o", "e.npz", "-q")


def test_a_terminal_of_another_encoding_gets_escapes(
    command: Command, choir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from singing_style.cli import app

    command("index", choir, "-o", "i.npz", "-q")
    printed = BytesIO()
    terminal = TextIOWrapper(printed, encoding="latin-1", write_through=True)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        app(["similar", str(choir / "Ann" / "plain.wav"), "--to", "i.npz", "--top", "9"], standalone_mode=False)
    assert b"\\u738b/take.wav" in printed.getvalue()
