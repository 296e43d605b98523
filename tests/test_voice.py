"""The stage voice: frames and clips of every recording, the same whatever the number of processes."""

import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from pipeline import voice
from pipeline.audio.clips import clip_starts
from pipeline.audio.settings import VoiceMethod, VoiceSettings
from pipeline.audio.steps.voice import detect_recording
from pipeline.audio.stored import StoredRecording
from pipeline.corpora.schema import read_manifest

PARAMS = (Path(__file__).parents[1] / "params.yaml").read_text()
RATE, HOP = 22050, 512
SPLITS = ("train", "train", "validation", "validation", "test", "test", "train", "train")


def sung(seconds: float, seed: int) -> np.ndarray:
    """Half a second of faint noise, then a harmonic tone, then faint noise again."""
    time = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * (150 + 20 * seed) * k * time) / k for k in range(1, 6))
    noise = 1e-3 * np.random.default_rng(seed).normal(size=len(time))
    return np.where((time > 0.5) & (time < seconds - 0.5), 0.2 * np.asarray(tone), 0) + noise


@pytest.fixture
def resampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight recordings of 5 to 10 s; a clip has 256 frames, which is 5.9 s."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(PARAMS)
    folder = tmp_path / "data/resampled"
    folder.mkdir(parents=True)
    lengths = [5.0, 6.5, 7.0, 8.0, 9.0, 10.0, 7.5, 8.5]
    for seed, seconds in enumerate(lengths):
        soundfile.write(folder / f"r{seed}.flac", sung(seconds, seed), RATE, subtype="PCM_24")
    names = [f"r{i}" for i in range(8)]
    table = pd.DataFrame(
        {
            "recording": names,
            "path": [f"{name}.flac" for name in names],
            "singer": [f"s{i}" for i in range(8)],
            "song": SPLITS,
            "split": SPLITS,
            "seconds": lengths,
        }
    )
    table.to_csv(folder / "manifest.csv", index=False)
    return tmp_path


def test_frames_and_clips_of_every_recording(resampled: Path) -> None:
    summary = voice.main()
    manifest = read_manifest(resampled / "data/voice/manifest.csv").set_index("recording")
    assert list(manifest.index) == [f"r{i}" for i in range(8)]
    assert set(manifest.columns) >= {"seconds", "frames", "voiced_share", "clips", "energy_rule"}
    for name, row in manifest.iterrows():
        with np.load(resampled / f"data/voice/{name}.npz", allow_pickle=False) as found:
            assert sorted(found) == ["clip_starts", "confidence", "rms", "voiced"]
            types = [found[key].dtype.name for key in sorted(found)]
            assert types == ["int32", "float32", "float32", "bool"]
            frames = 1 + round(row["seconds"] * RATE) // HOP
            assert [len(found[key]) for key in ("confidence", "rms", "voiced")] == [frames] * 3
            seconds = np.arange(frames) * HOP / RATE
            tone = (seconds > 0.5) & (seconds < row["seconds"] - 0.5)
            assert (found["voiced"] == tone).mean() > 0.95
            expected = clip_starts(found["voiced"], 256, 51, 128, pad_short=True)
            assert found["clip_starts"].tolist() == expected.tolist()
            assert (row["frames"], row["clips"]) == (frames, len(expected))
            assert row["voiced_share"] == pytest.approx(found["voiced"].mean(), abs=1e-6)
            assert not row["energy_rule"]
    assert summary.startswith(f"8 recordings, {manifest['clips'].sum()} clips")


def test_recordings_without_a_clip_are_left_out_with_the_reason(resampled: Path) -> None:
    text = PARAMS.replace("pad_short: true", "pad_short: false").replace("max_bad_share: 0.1", "max_bad_share: 0.5")
    (resampled / "params.yaml").write_text(text)
    mostly_quiet = np.concatenate([sung(3.0, 1), 1e-3 * np.random.default_rng(0).normal(size=7 * RATE)])
    soundfile.write(resampled / "data/resampled/r1.flac", mostly_quiet, RATE, subtype="PCM_24")
    summary = voice.main()
    left_out = pd.read_csv(resampled / "data/voice/left_out.csv").set_index("recording")["reason"].to_dict()
    assert left_out == {
        "r0": "216 frames, shorter than a clip of 256",
        "r1": "no clip with more than 128 of 256 frames voiced",
    }
    assert "6 recordings, 2 left out" in summary
    assert read_manifest(resampled / "data/voice/manifest.csv")["recording"].tolist() == [f"r{i}" for i in range(2, 8)]
    assert not (resampled / "data/voice/r1.npz").exists()


def test_the_energy_rule_reaches_the_manifest(resampled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def steady(samples: StoredRecording, *_: object, **__: object) -> tuple[np.ndarray, np.ndarray]:
        frames = 1 + len(samples) // HOP
        return np.full(frames, 0.5, np.float32), np.ones(frames, np.float32)

    monkeypatch.setattr("pipeline.audio.voicing.measure_voice", steady)
    found = detect_recording(
        resampled / "data/resampled/r2.flac",
        resampled / "r2.npz",
        VoiceSettings(2048, HOP, 65.0, 1000.0, 256, 51, 128, pad_short=True, seed=0),
    )
    assert found.energy_rule
    assert found.voiced_share == 1.0


def test_by_periodicity_what_is_no_singing_is_left_out_with_the_reason(resampled: Path) -> None:
    text = PARAMS.replace("method: kmeans", "method: periodicity").replace("max_bad_share: 0.1", "max_bad_share: 0.5")
    (resampled / "params.yaml").write_text(text)
    time = np.arange(10 * RATE) / RATE
    hum = 0.01 * np.sin(2 * np.pi * 50 * time) + 0.007 * np.sin(2 * np.pi * 150 * time)
    soundfile.write(resampled / "data/resampled/r1.flac", hum, RATE, subtype="PCM_24")
    voice.main()
    left_out = pd.read_csv(resampled / "data/voice/left_out.csv").set_index("recording")["reason"].to_dict()
    assert left_out == {"r1": "no clip with more than 128 of 256 frames voiced; what sounds is a hum of the mains"}
    manifest = read_manifest(resampled / "data/voice/manifest.csv").set_index("recording")
    assert not manifest["energy_rule"].any()
    for name, row in manifest.iterrows():
        with np.load(resampled / f"data/voice/{name}.npz", allow_pickle=False) as found:
            assert [found[key].dtype.name for key in sorted(found)] == ["int32", "float32", "float32", "bool"]
            seconds = np.arange(len(found["voiced"])) * HOP / RATE
            assert (found["voiced"] == ((seconds > 0.5) & (seconds < row["seconds"] - 0.5))).mean() > 0.97


def test_a_bass_below_the_range_is_left_out_and_the_parameter_named(resampled: Path) -> None:
    text = PARAMS.replace("method: kmeans", "method: periodicity").replace("max_bad_share: 0.1", "max_bad_share: 0.5")
    (resampled / "params.yaml").write_text(text)
    time = np.arange(10 * RATE) / RATE
    bass = sum(0.3 / number * np.sin(2 * np.pi * 55 * number * time) for number in range(1, 9))
    soundfile.write(resampled / "data/resampled/r1.flac", 0.5 * bass, RATE, subtype="PCM_24")
    voice.main()
    (reason,) = pd.read_csv(resampled / "data/voice/left_out.csv")["reason"]
    assert "below 65 Hz, where no pitch is looked for (voice.min_hz); or its rate is stated too low" in reason


@pytest.mark.parametrize("method", ["kmeans", "periodicity"])
def test_memory_hardly_grows_with_length(resampled: Path, method: VoiceMethod) -> None:
    settings = VoiceSettings(2048, HOP, 65.0, 1000.0, 256, 51, 128, pad_short=True, seed=0, method=method)
    peaks = []
    for seconds in (60, 240):  # of float32: 5 and 21 MB
        soundfile.write("long.flac", np.tile(sung(20.0, 1), seconds // 20), RATE, subtype="PCM_24")
        detect_recording(Path("long.flac"), Path("long.npz"), settings)  # what is imported late, is imported
        tracemalloc.start()
        detect_recording(Path("long.flac"), Path("long.npz"), settings)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 5e6


def test_the_same_bytes_whatever_the_number_of_processes(resampled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = []
    for cores in (1, 2):
        monkeypatch.setattr("pipeline.runtime.workers.cores", lambda cores=cores: cores)
        monkeypatch.setenv(
            "DVC_ROOT", str(resampled / f"of_{cores}")
        )  # or the second run would find the first one's work
        voice.main()
        outcomes.append({path.name: path.read_bytes() for path in (resampled / "data/voice").iterdir()})
    assert outcomes[0] == outcomes[1]
    assert len(outcomes[0]) == 10
