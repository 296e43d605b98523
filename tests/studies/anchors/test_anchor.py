"""Recordings encoded by encoders of others."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from pipeline.errors import BadInputError
from pipeline.studies.anchors.anchor import ONNX, Anchor, encode_recordings, find_anchors
from tests.studies.anchors.graphs import loudness_and_mean

pytest.importorskip("onnxruntime")

RATE = 44100


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """A tone on two channels, a silent recording, and the tone's positive half; names out of order."""
    monkeypatch.chdir(tmp_path)
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    sounds = {"cleo": np.stack([tone, tone], axis=1), "ben": np.zeros(RATE), "ann": tone.clip(min=0)}
    for name, samples in sounds.items():
        soundfile.write(tmp_path / f"{name}.wav", samples, RATE)
    names = list(sounds)
    paths = [tmp_path / f"{name}.wav" for name in names]
    return pd.DataFrame({"recording": names, "path": paths, "singer": names, "song": ["s", "t", "s"]})


@pytest.mark.slow
def test_recordings_are_encoded_whole_at_the_encoders_rate_and_named(table: pd.DataFrame, tmp_path: Path) -> None:
    """Of a tone without its mean, the mean is 0: the vector is (1, 0) of whatever is heard."""
    path = loudness_and_mean(tmp_path / "mine.onnx", metadata={"sample_rate": "8000"})
    (anchor,) = find_anchors(packaged=False, onnx=path)
    assert anchor == Anchor(ONNX, "mine.onnx", path)
    rows = encode_recordings(table, tmp_path / "encoded", [anchor], "as recorded")[ONNX]
    assert rows.recording.tolist() == rows.singer.tolist() == ["ann", "cleo"]
    assert rows.song.tolist() == ["s", "s"]
    np.testing.assert_allclose(rows.vectors, [[1, 0]] * 2, atol=1e-3)


@pytest.mark.slow
def test_what_was_encoded_is_kept_and_another_file_is_asked_anew(
    table: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = loudness_and_mean(tmp_path / "mine.onnx")
    kept = Path(".scratch/anchors")
    for _ in range(2):
        encode_recordings(table, tmp_path / "encoded", find_anchors(packaged=False, onnx=path), "once")
        assert len(list(kept.iterdir())) == 2
    loudness_and_mean(path, metadata={"sample_rate": "8000"})
    encode_recordings(table, tmp_path / "encoded", find_anchors(packaged=False, onnx=path), "again")
    assert len(list(kept.iterdir())) == 4


def test_no_encoder_is_imported_unless_it_is_asked_for() -> None:
    assert find_anchors(packaged=False, onnx=None) == []


@pytest.mark.skipif(find_spec("resemblyzer") is not None, reason="it is installed")
def test_without_the_packages_it_says_what_to_install() -> None:
    with pytest.raises(BadInputError, match=r"Resemblyzer: not installed; pip install 'singing-style\[anchors\]'"):
        find_anchors(packaged=True, onnx=None)
