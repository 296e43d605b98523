"""The stage features: the spectrogram of params.feature for every recording, with the frames of the stage voice."""

from pathlib import Path

import librosa
import numpy as np
import pandas as pd
import pytest
import soundfile

from pipeline import features
from pipeline.corpora.schema import read_manifest

PARAMS = (Path(__file__).parents[1] / "params.yaml").read_text()
RATE, HOP = 22050, 512
SPLITS = ("train", "train", "validation", "validation", "test", "test")


@pytest.fixture
def resampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six recordings of rising sines, each one A higher."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(PARAMS)
    folder = tmp_path / "data/resampled"
    folder.mkdir(parents=True)
    for index in range(6):
        time = np.arange(2 * RATE + 100 * index) / RATE
        wave = np.linspace(0.01, 0.5, len(time)) * np.sin(2 * np.pi * 110 * (1 + index) * time)
        soundfile.write(folder / f"r{index}.flac", wave, RATE, subtype="PCM_24")
    names = [f"r{i}" for i in range(6)]
    table = pd.DataFrame({"recording": names, "path": [f"{name}.flac" for name in names]})
    table = table.assign(singer=[f"s{i}" for i in range(6)], song=SPLITS, split=SPLITS, seconds=2.0)
    table.to_csv(folder / "manifest.csv", index=False)
    return tmp_path


def reference(path: Path, feature: str) -> np.ndarray:
    """Compute the same by librosa's own route to decibels."""
    samples, _ = soundfile.read(path, dtype="float32")
    if feature == "mel":
        power = librosa.feature.melspectrogram(y=samples, sr=RATE, n_mels=96)
    else:
        fmin = librosa.note_to_hz("C2")
        power = np.abs(librosa.cqt(samples, sr=RATE, fmin=fmin, n_bins=96, bins_per_octave=24)) ** 2
    return np.asarray(librosa.power_to_db(power, ref=np.max, amin=1e-20, top_db=60.0).T + 60)


@pytest.mark.parametrize("feature", ["mel", "cqt"])
def test_each_recording_by_librosas_own_decibels(resampled: Path, feature: str) -> None:
    (resampled / "params.yaml").write_text(PARAMS.replace("feature: mel", f"feature: {feature}"))
    summary = features.main()
    manifest = read_manifest(resampled / "data/features/manifest.csv")
    assert manifest["recording"].tolist() == [f"r{i}" for i in range(6)]
    total = 0
    for index, name in enumerate(manifest["recording"]):
        decibels = np.load(resampled / f"data/features/{name}.npy", allow_pickle=False)
        assert decibels.dtype == np.float16
        assert decibels.shape == (1 + (2 * RATE + 100 * index) // HOP, 96)
        assert decibels.min() == 0
        assert decibels.max() == 60
        expected = reference(resampled / f"data/resampled/{name}.flac", feature)
        np.testing.assert_allclose(decibels, expected, atol=0.05)
        total += len(decibels)
    assert summary.startswith(f"6 recordings, {total} frames of {feature}, 96 bins")


def test_an_unreadable_recording_is_left_out(resampled: Path) -> None:
    (resampled / "params.yaml").write_text(PARAMS.replace("max_bad_share: 0.1", "max_bad_share: 0.2"))
    table = pd.read_csv(resampled / "data/resampled/manifest.csv")
    extra = table.iloc[:1].assign(recording="r9", path="r9.flac")
    pd.concat([table, extra]).to_csv(resampled / "data/resampled/manifest.csv", index=False)
    (resampled / "data/resampled/r9.flac").write_bytes(b"")
    assert "6 recordings, 1 left out (r9: empty file (0 bytes))" in features.main()
    left_out = pd.read_csv(resampled / "data/features/left_out.csv")
    assert left_out.to_dict("records") == [{"recording": "r9", "reason": "empty file (0 bytes)"}]
    assert "r9" not in read_manifest(resampled / "data/features/manifest.csv")["recording"].tolist()


def test_the_same_bytes_whatever_the_number_of_processes(resampled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = []
    for cores in (1, 2):
        monkeypatch.setattr("pipeline.runtime.workers.cores", lambda cores=cores: cores)
        monkeypatch.setenv(
            "DVC_ROOT", str(resampled / f"of_{cores}")
        )  # or the second run would find the first one's work
        features.main()
        outcomes.append({path.name: path.read_bytes() for path in (resampled / "data/features").iterdir()})
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0]) == 8
