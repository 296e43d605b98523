"""The stage look: figure 2 for the recording that the parameter names."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from pipeline import look
from pipeline.errors import BadInputError

PARAMS = (Path(__file__).parents[1] / "params.yaml").read_text()
RATE, HOP = 22050, 512
RECORDINGS = {
    "anna-tune": "test",
    "bert-tune": "test",
    "carl-air": "train",
    "dora-air": "train",
    "abel-hymn": "validation",
    "emil-hymn": "validation",
}


@pytest.fixture
def voiced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(PARAMS)
    for folder in ("voice", "resampled"):
        (tmp_path / "data" / folder).mkdir(parents=True)
    for index, name in enumerate(RECORDINGS):
        samples = 0.3 * np.sin(2 * np.pi * (200 + 50 * index) * np.arange(RATE) / RATE)
        soundfile.write(tmp_path / f"data/resampled/{name}.flac", samples, RATE, subtype="PCM_24")
        frames = np.linspace(0, 1, 1 + RATE // HOP, dtype=np.float32)
        starts = np.zeros(1, np.int32)
        path = tmp_path / f"data/voice/{name}.npz"
        np.savez(path, rms=frames, confidence=frames, voiced=frames > 0.25, clip_starts=starts)
    rows = [(name, f"{name}.flac", name, split, split) for name, split in sorted(RECORDINGS.items())]
    table = pd.DataFrame(rows, columns=["recording", "path", "singer", "song", "split"])
    table.to_csv(tmp_path / "data/voice/manifest.csv", index=False)
    return tmp_path


def ask_for(repository: Path, recording: str) -> None:
    (repository / "params.yaml").write_text(PARAMS.replace("recording: first", f"recording: {recording}"))


def test_first_is_the_first_of_the_test_part(voiced: Path) -> None:
    assert look.main() == "anna-tune, 75% of 44 frames voiced"


def test_another_recording_gives_another_figure_and_the_same_gives_the_same(voiced: Path) -> None:
    figures = []
    for name in ("dora-air", "dora-air", "carl-air"):
        ask_for(voiced, name)
        assert look.main().startswith(f"{name}, ")
        figures.append((voiced / "metrics/plots/voicing.png").read_bytes())
    assert figures[0].startswith(b"\x89PNG")
    assert figures[0] == figures[1]
    assert figures[0] != figures[2]


def test_an_unknown_name_is_met_with_the_closest(voiced: Path) -> None:
    ask_for(voiced, "ana_tune")
    with pytest.raises(BadInputError, match=r"look\.recording.*'ana_tune'; did you mean anna-tune\?"):
        look.main()
    assert not (voiced / "metrics").exists()
