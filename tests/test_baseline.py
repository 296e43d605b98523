import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile

from pipeline import baseline
from pipeline.analysis.collection import Collection
from pipeline.audio.handcrafted import describe_frames, summarise_clips
from pipeline.audio.settings import HandcraftedSettings
from pipeline.errors import BadInputError
from tests.audio.made_up import voiced

RATE = 22050
STARTS = {"b": [0, 20, 31], "c": [5], "a": [0]}
SAMPLES = {"b": 40000, "c": 30000, "a": 9000}  # a is shorter than a clip: 18 frames


def sing(recording: str) -> np.ndarray:
    pitch = {"b": 220, "c": 330, "a": 247}[recording]
    phase = 2 * np.pi * pitch * np.arange(SAMPLES[recording]) / RATE
    noise = np.random.default_rng(pitch).normal(size=len(phase))
    sample: np.ndarray = 0.3 * np.sin(phase) + 0.1 * np.sin(3 * phase) + 0.01 * noise
    return sample


@pytest.fixture
def corpus(tmp_path: Path, set_params: Callable[[dict[str, Any]], None]) -> Path:
    set_params({"clips.frames": 40, "clips.min_voiced": 20, "max_bad_share": 0.4})
    for folder in ("data/resampled", "data/voice"):
        Path(folder).mkdir(parents=True)
    for name, starts in STARTS.items():
        soundfile.write(f"data/resampled/{name}.flac", sing(name), RATE, subtype="PCM_24")
        voiced(starts, np.ones(1 + len(sing(name)) // 512, np.bool_)).save(Path(f"data/voice/{name}.npz"))
    rows = [("b", "Bea", "new", "test"), ("a", "Ann", "new", "test"), ("c", "Bea", "other", "test")]
    rows += [("t", "Tom", "old", "train"), ("u", "Uli", "old", "train")]  # without files: not asked for
    rows += [("v", "Val", "mid", "validation"), ("w", "Wim", "mid", "validation")]
    table = pd.DataFrame(rows, columns=["recording", "singer", "song", "split"])
    table.assign(path=table["recording"] + ".flac").to_csv("data/voice/manifest.csv", index=False)
    return tmp_path


def described(recording: str) -> np.ndarray:
    samples, _ = soundfile.read(f"data/resampled/{recording}.flac", dtype="float32")
    frames = describe_frames(samples, RATE, HandcraftedSettings(2048, 512, mfcc=20, chroma=12, rolloff=0.85))
    return summarise_clips(frames, np.array(STARTS[recording]), 40)


def test_clips_of_the_test_part_are_standardised_together(corpus: Path) -> None:
    assert baseline.main() == "3 recordings: 5 clips described by 70 values each"
    clips = Collection.load(corpus / "data/baseline/clips.npz")
    assert clips.recording.tolist() == ["a", "b", "b", "b", "c"]
    assert clips.singer.tolist() == ["Ann", "Bea", "Bea", "Bea", "Bea"]
    assert clips.song.tolist() == ["new", "new", "new", "new", "other"]
    assert clips.start.tolist() == [0, 0, 20, 31, 5]
    values = np.concatenate([described(name) for name in "abc"])
    deviation = values.std(axis=0)
    varies = deviation > 1e-9
    assert varies.sum() > 60
    expected = (values - values.mean(axis=0))[:, varies] / deviation[varies]
    np.testing.assert_allclose(clips.vectors[:, varies], expected, atol=1e-3)


def test_performances_are_means_of_their_standardised_clips(corpus: Path) -> None:
    baseline.main()
    clips = Collection.load(corpus / "data/baseline/clips.npz")
    performances = Collection.load(corpus / "data/baseline/performances.npz")
    assert performances.recording.tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(performances.vectors[1], clips.vectors[1:4].mean(axis=0), rtol=1e-5, atol=1e-6)


def test_without_chroma_the_other_columns_stay(corpus: Path) -> None:
    baseline.main()
    whole = Collection.load(corpus / "data/baseline/performances.npz")
    bare = Collection.load(corpus / "data/baseline/performances_without_chroma.npz")
    assert bare.recording.tolist() == whole.recording.tolist()
    np.testing.assert_array_equal(bare.vectors, np.delete(whole.vectors, [*range(12), *range(35, 47)], axis=1))


def test_mfcc_means_are_over_voiced_frames_without_the_zeroth(corpus: Path) -> None:
    means = []
    for name in "abc":
        samples, _ = soundfile.read(f"data/resampled/{name}.flac", dtype="float32")
        frames = describe_frames(samples, RATE, HandcraftedSettings(2048, 512, mfcc=20, chroma=12, rolloff=0.85))
        sung = np.arange(len(frames)) % 3 > 0
        voiced(STARTS[name], sung).save(Path(f"data/voice/{name}.npz"))
        means.append(frames[sung, 13:32].astype(float).mean(axis=0))
    baseline.main()
    found = Collection.load(corpus / "data/baseline/performances_mfcc_means.npz")
    assert found.recording.tolist() == ["a", "b", "c"]
    expected = (np.array(means) - np.mean(means, axis=0)) / np.std(means, axis=0)
    np.testing.assert_allclose(found.vectors, expected, atol=2e-3)


def test_voicing_of_another_recording_is_refused(corpus: Path) -> None:
    voiced([0], np.ones(3, np.bool_)).save(Path("data/voice/c.npz"))
    with pytest.raises(BadInputError, match=r"data/voice/c\.npz: 3 frames, but the recording has 59"):
        baseline.main()


def test_outputs_are_the_same_to_the_byte(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    for run in ("done", "found", "done elsewhere"):
        monkeypatch.setenv("DVC_ROOT", str(corpus / run.partition(" ")[2]))
        baseline.main()
        written.append({path.name: path.read_bytes() for path in (corpus / "data/baseline").iterdir()})
    assert set(written[0]) == {
        "clips.npz",
        "performances.npz",
        "performances_without_chroma.npz",
        "performances_mfcc_means.npz",
        "left_out.csv",
    }
    assert written[0] == written[1] == written[2]
    assert written[0]["left_out.csv"] == b"recording,reason\n"


def test_an_unreadable_recording_is_left_out_by_name(corpus: Path) -> None:
    (corpus / "data/resampled/c.flac").write_bytes(b"fLaC but no more")
    assert baseline.main().startswith("2 recordings, 1 left out (c: ")
    assert pd.read_csv(corpus / "data/baseline/left_out.csv")["recording"].tolist() == ["c"]
    assert set(Collection.load(corpus / "data/baseline/clips.npz").recording) == {"a", "b"}


def test_too_many_unreadable_recordings_stop_the_stage(corpus: Path) -> None:
    for name in "bc":
        (corpus / f"data/resampled/{name}.flac").write_bytes(b"")
    with pytest.raises(BadInputError, match="2 of 3"):
        baseline.main()


def test_clips_beyond_the_recording_are_refused(corpus: Path) -> None:
    voiced([0, 500], np.ones(59, np.bool_)).save(Path("data/voice/c.npz"))
    with pytest.raises(BadInputError, match=r"data/voice/c\.npz: a clip starts at frame 500 of 59; run `dvc repro`"):
        baseline.main()


def test_an_empty_test_part_is_named(corpus: Path) -> None:
    table = pd.read_csv("data/voice/manifest.csv")
    table[table["split"] != "test"].to_csv("data/voice/manifest.csv", index=False)
    with pytest.raises(BadInputError, match=r"data/voice/manifest\.csv"):
        baseline.main()


PROGRAM = """
import numpy as np
from pipeline.audio.settings import HandcraftedSettings, SpectrogramSettings
from pipeline.audio.handcrafted import describe_frames
from pipeline.audio.spectrogram import spectrogram
noise = np.random.default_rng(0).normal(size=22050).astype(np.float32)
describe_frames(noise, 22050, HandcraftedSettings(2048, 512, mfcc=20, chroma=12, rolloff=0.85))
for feature in ("mel", "cqt"):
    spectrogram(noise, 22050, feature, SpectrogramSettings(2048, 512, 96, 24, 65.4, 60.0))
"""


@pytest.mark.slow
def test_the_first_recording_of_a_fresh_environment_waits_for_no_compiler(tmp_path: Path) -> None:
    """What librosa compiles on first use, for 20 s, it keeps in Numba's cache; nothing may come to lie there."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[1])}
    subprocess.run([sys.executable, "-c", PROGRAM], env=environment, check=True, capture_output=True)
    assert list(tmp_path.rglob("*.nb[ci]")) == []
