import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import Result

from tests.singing_style.made_up import index_of, voice

Command = Callable[..., Result]


@pytest.mark.slow
def test_a_folder_becomes_vectors(command: Command, answer: Callable[..., Any], sung_choir: Path) -> None:
    said = command("embed", sung_choir, "-o", "v.npz", "-q")
    with np.load("v.npz") as content:
        names, clips = content["names"].tolist(), len(content["clip_vectors"])
        vectors, clip_vectors = content["vectors"], content["clip_vectors"]
        owner = content["clip_performances"]
        assert content["clip_ends"] - content["clip_starts"] == pytest.approx(np.full(clips, 64 * 512 / 22050))
    assert names == sorted(str(path) for path in sung_choir.glob("*/*.flac"))
    assert said.stdout == f"v.npz: 6 performances, {clips} clips\n"
    for row, vector in enumerate(vectors):
        np.testing.assert_allclose(vector, clip_vectors[owner == row].mean(axis=0), rtol=1e-4, atol=1e-6)
    told = answer("embed", sung_choir / "Ann", "-o", "v.csv", "-q")
    assert [one["name"] for one in told["performances"]] == names[:2]
    assert len(Path("v.csv").read_text().splitlines()) == 1 + sum(1 + one["clips"] for one in told["performances"])


@pytest.mark.slow
def test_what_fails_is_named_and_the_rest_done(command: Command, sung_choir: Path) -> None:
    Path("text.wav").write_text("la la la\n" * 100)
    said = command("embed", "text.wav", sung_choir / "Ann", "-o", "v.npz", "-q", expect=3)
    assert said.stdout.startswith("v.npz: 2 performances")
    assert said.stderr.startswith("singing-style: left out: text.wav: a text file, where a recording is needed")
    said = command("embed", "text.wav", "-o", "none.npz", "-q", expect=1)
    assert said.stderr.endswith("singing-style: error: none of 1 file can be used\n")
    assert not Path("none.npz").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none", "-o", "v.npz"), "none: no such file or folder"),
        ((".", "-o", "v.npz"), ".: contains no sound files"),
        ((".", "-o", "v.doc"), "v.doc: unknown kind of file"),
        ((".", "-o", "no/v.npz"), "no/v.npz: its folder does not exist"),
    ],
)
def test_bad_input_is_told_before_anyone_waits(command: Command, arguments: tuple[str, ...], said: str) -> None:
    wrong = command("embed", *arguments, expect=1)
    assert wrong.stderr.startswith(f"singing-style: error: {said}")


def test_only_vectors_are_written_over(command: Command, model_file: Path, sung_choir: Path) -> None:
    index_of(voice("a", "Ann", 1)).save(Path("keep.npz"))
    Path("manifest.csv").write_text("path,singer\na.wav,Ann\n")
    shutil.copy(model_file, "keep.parquet.npz")
    for name, what in (
        ("keep.npz", "an index"),
        ("manifest.csv", "a table (CSV)"),
        ("keep.parquet.npz", "a model"),
    ):
        before = Path(name).read_bytes()
        said = command("embed", sung_choir, "-o", name, "-q", expect=1)
        assert said.stderr == f"singing-style: error: {name}: {what}, which would be lost; name another file\n"
        assert Path(name).read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize("name", ["v.npz", "v.csv", "v.parquet"])
def test_vectors_may_be_written_again(command: Command, sung_choir: Path, name: str) -> None:
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow")
    Path(name).touch()
    for _ in range(2):
        command("embed", sung_choir / "Ann/ode.flac", "-o", name, "-q")
