from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.image
from typer.testing import Result


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


def test_bad_input(command: Callable[..., Result]) -> None:
    assert "x.pdf: the figure is a PNG" in command("look", "x.wav", "-o", "x.pdf", expect=1).stderr
    assert "x.wav: no such file" in command("look", "x.wav", "-o", "x.png", expect=1).stderr
    assert not Path("x.png").exists()
