from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.image
import pytest
import soundfile
from typer.testing import Result

from pipeline.figures.canvas import FORMATS
from singing_style.cli.look import PICTURES
from tests.singing_style.made_up import RATE, singing

pytestmark = pytest.mark.slow


def test_the_figure_grows_by_the_known_voices(
    answer: Callable[..., Any], command: Callable[..., Result], sung_choir: Path
) -> None:
    take = sung_choir / "Ann/ode.flac"
    command("index", sung_choir, "-o", "choir.npz", "-q")
    assert command("look", take, "-o", "alone.png").stdout.startswith("alone.png: 3.")
    told = answer("look", take, "-o", "known.png", "--to", "choir.npz", "--top", 2)
    assert told["in_index"] == [{"path": "Ann/ode.flac", "singer": "Ann"}]
    assert len(told["similar"]) == 2
    alone, known = (matplotlib.image.imread(name).shape for name in ("alone.png", "known.png"))
    assert known[0] > alone[0]
    assert known[1] == alone[1]


def test_a_refused_recording_is_drawn_and_the_reason_told(
    answer: Callable[..., Any], command: Callable[..., Result], here: Path, sung_choir: Path
) -> None:
    command("index", sung_choir, "-o", "choir.npz", "-q")
    soundfile.write(here / "short.wav", singing(220, 1.2), RATE)
    said = command("look", "short.wav", "-o", "short.png", "--to", "choir.npz", expect=3)
    assert said.stdout.startswith("short.png: 0.")
    assert said.stdout.count("\n") == 1  # no voices
    assert said.stderr.startswith("singing-style: short.wav: too little singing to judge: 0.")
    assert said.stderr.endswith("; if there are more takes of it, pass a folder that holds them all\n")
    assert matplotlib.image.imread("short.png").shape[0] > 100
    told = answer("look", "short.wav", "-o", "again.png", expect=3)
    assert told["refusal"].startswith("too little singing to judge: 0.")
    assert answer("look", sung_choir / "Ann/ode.flac", "-o", "ode.png")["refusal"] == ""


def test_where_the_index_holds_nothing_else_the_recording_is_drawn_and_that_is_told(
    command: Callable[..., Result], here: Path, sung_choir: Path
) -> None:
    Path("one/Ann").mkdir(parents=True)
    Path("one/Ann/ode.flac").write_bytes((sung_choir / "Ann/ode.flac").read_bytes())
    command("index", "one", "-o", "one.npz", "-q")
    said = command("look", "one/Ann/ode.flac", "-o", "ode.png", "--to", "one.npz", expect=3)
    assert said.stderr.endswith("the index holds nothing but this very file; index more recordings\n")
    assert matplotlib.image.imread("ode.png").shape[0] > 100


def test_the_ending_of_the_name_says_the_format(command: Callable[..., Result], sung_choir: Path) -> None:
    assert tuple(FORMATS) == PICTURES
    begins = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
    for ending, beginning in begins.items():
        command("look", sung_choir / "Ann/ode.flac", "-o", f"take{ending}")
        assert Path(f"take{ending}").read_bytes().startswith(beginning)
    command("look", sung_choir / "Ann/ode.flac", "-o", "alone.SVG")
    assert {path.name for path in Path().glob("alone*")} == {"alone.SVG"}


def test_bad_input(command: Callable[..., Result]) -> None:
    said = command("look", "x.wav", "-o", "x.jpg", expect=1).stderr
    assert "x.jpg: the figure is written as PNG, SVG or PDF; end its name with .png, .svg or .pdf" in said
    assert "x.wav: no such file" in command("look", "x.wav", "-o", "x.png", expect=1).stderr
    assert not Path("x.png").exists()
