"""Recordings cut in two."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from pipeline.choir.performance import RATE
from pipeline.studies.judge_halves import cut_in_halves, sings_once


@pytest.mark.parametrize(
    ("songs", "once"), [(["s", "t", "t"], True), (["s", "s", "s"], True), (["s", "t", "u"], False)]
)
def test_whether_anybody_sings_two_songs(songs: list[str], once: bool) -> None:
    """Ann has the first of these, Ben the others."""
    assert sings_once(pd.DataFrame({"singer": ["ann", "ben", "ben"], "song": songs})) == once


def test_each_recording_is_a_singer_whose_halves_are_songs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A tone of 300 Hz, then one of 500; ben falls silent in the middle, and is left out by name."""
    monkeypatch.chdir(tmp_path)
    times = np.arange(RATE) / RATE
    low, high = (0.5 * np.sin(2 * np.pi * hertz * times) for hertz in (300, 500))
    for name, sound in {"ben": np.concatenate([low, 0 * low]), "ann": np.concatenate([low, high])}.items():
        soundfile.write(tmp_path / f"{name}.wav", sound, RATE, subtype="PCM_24")
    names = ["ben", "ann"]
    table = pd.DataFrame(
        {"recording": names, "path": [Path(f"{name}.wav") for name in names], "singer": "x", "song": "s", "style_a": 1}
    )
    halves = cut_in_halves(table, tmp_path / "halves", "halves")
    assert halves["recording"].tolist() == ["ann-1", "ann-2"]
    assert halves["singer"].tolist() == ["ann", "ann"]
    assert halves["song"].tolist() == ["first half", "second half"]
    assert halves["style_a"].tolist() == [1, 1]
    for path, hertz in zip(halves["path"], (300, 500), strict=True):
        half, rate = soundfile.read(path)
        assert len(half) == rate == RATE
        assert np.argmax(np.abs(np.fft.rfft(half))) == hertz
    assert "ben: silent in one half" in capsys.readouterr().out
