from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import Result

from singing_style.hearing import hear
from tests.singing_style.made_up import tiny_model


@pytest.mark.slow
def test_the_file_gives_the_same_vectors_in_another_program(answer: Callable[..., Any], sung_choir: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    take = sung_choir / "Ann/ode.flac"
    told = answer("export", "-o", "style.onnx", "--on", take)
    model = tiny_model()
    assert told["model"] == model.identity
    assert 0 <= told["largest_difference"] < 1e-3
    assert Path(told["card"]).read_text().startswith("# ")
    heard = hear(take, model.listening)
    clips = heard.clips(0, len(heard.clip_starts), model.listening.clip_frames).astype(np.float32)
    (vectors,) = onnxruntime.InferenceSession("style.onnx").run(["vectors"], {"clips": clips})
    np.testing.assert_allclose(vectors, model.embed(take).clips, rtol=1e-3, atol=1e-4)


def test_bad_input(command: Callable[..., Result]) -> None:
    assert "x.pt: end its name with .onnx" in command("export", "-o", "x.pt", expect=1).stderr
    assert "no/x.onnx: its folder does not exist" in command("export", "-o", "no/x.onnx", expect=1).stderr
    assert "no.wav: no such file" in command("export", "-o", "x.onnx", "--on", "no.wav", expect=1).stderr
