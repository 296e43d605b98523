from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import soundfile

from pipeline import descriptors
from pipeline.analysis.collection import Collection
from pipeline.audio.descriptors import DESCRIPTORS
from pipeline.errors import BadInputError
from tests.audio.made_up import voiced

pytestmark = pytest.mark.pipeline
RATE = 22050
PITCH = {"b": 220.0, "c": 330.0, "a": 247.0}
STARTS = {"b": [0, 20, 31], "c": [5], "a": [0]}
SAMPLES = {"b": 50000, "c": 40000, "a": 15000}  # a is shorter than a clip: 30 frames


def sing(recording: str) -> np.ndarray:
    phase = 2 * np.pi * PITCH[recording] * np.arange(SAMPLES[recording]) / RATE
    noise = np.random.default_rng(7).normal(size=len(phase))
    wave: np.ndarray = 0.3 * np.sin(phase) + 0.1 * np.sin(2 * phase) + 0.01 * noise
    wave[-26 * 512 :] = 0.001 * noise[-26 * 512 :]  # a pause, which in `a` is nearly all
    return wave


@pytest.fixture
def corpus(tmp_path: Path, set_params: Callable[[dict[str, Any]], None]) -> Path:
    set_params({"clips.frames": 40, "clips.min_voiced": 20, "max_bad_share": 0.4})
    for folder in ("data/resampled", "data/voice"):
        Path(folder).mkdir(parents=True)
    for name, starts in STARTS.items():
        soundfile.write(f"data/resampled/{name}.flac", sing(name), RATE, subtype="PCM_24")
        frames = 1 + SAMPLES[name] // 512
        sung = np.arange(frames) < (frames if name == "c" else frames - 27)
        voiced(starts, sung).save(Path(f"data/voice/{name}.npz"))
    rows = [("b", "Bea", "new", "test"), ("a", "007", "new", "test"), ("c", "Bea", "other", "test")]
    rows += [("t", "Tom", "old", "train"), ("u", "Uli", "old", "train")]  # without files: not asked for
    rows += [("v", "Val", "mid", "validation"), ("w", "Wim", "mid", "validation")]
    table = pd.DataFrame(rows, columns=["recording", "singer", "song", "split"])
    table.assign(path=table["recording"] + ".flac").to_csv("data/voice/manifest.csv", index=False)
    return tmp_path / "data/descriptors"


def test_a_row_a_clip_in_the_order_of_the_collections(corpus: Path) -> None:
    assert descriptors.main().startswith("3 recordings: 5 clips described, 0% of them with vibrato; 2 recordings with")
    clips = pd.read_csv(corpus / "clips.csv", dtype={"singer": str})
    assert list(clips) == ["recording", "singer", "song", "start", *DESCRIPTORS]
    assert clips["recording"].tolist() == list("abbbc")
    assert clips["singer"].tolist() == ["007", "Bea", "Bea", "Bea", "Bea"]
    assert clips["start"].tolist() == [0, 0, 20, 31, 5]
    sung = clips[clips["recording"] != "a"]
    midi = sung["recording"].map(lambda name: 69 + 12 * np.log2(PITCH[name] / 440))
    np.testing.assert_allclose(sung["f0_median_midi"], midi, atol=0.05)


def test_spectra_of_recordings_and_of_pauses(corpus: Path) -> None:
    descriptors.main()
    ltas, pauses = (Collection.load(corpus / f"{name}.npz") for name in ("ltas", "pauses"))
    assert ltas.recording.tolist() == ["a", "b", "c"]
    assert ltas.singer.tolist() == ["007", "Bea", "Bea"]
    assert pauses.recording.tolist() == ["a", "b"]  # c has none
    assert pauses.vectors.shape == (2, ltas.vectors.shape[1])
    np.testing.assert_allclose(pauses.vectors, 0, atol=8)  # white noise
    assert np.abs(ltas.vectors[1]).max() > 15  # a tone


def test_outputs_are_the_same_to_the_byte(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    for run in ("done", "found", "done elsewhere"):
        monkeypatch.setenv("DVC_ROOT", str(corpus.parents[1] / run.partition(" ")[2]))
        descriptors.main()
        written.append({path.name: path.read_bytes() for path in corpus.iterdir()})
    assert set(written[0]) == {"clips.csv", "ltas.npz", "pauses.npz", "left_out.csv"}
    assert written[0] == written[1] == written[2]


def test_an_unreadable_recording_is_left_out_by_name(corpus: Path) -> None:
    Path("data/resampled/c.flac").write_bytes(b"fLaC but no more")
    assert descriptors.main().startswith("2 recordings, 1 left out (c: ")
    assert pd.read_csv(corpus / "left_out.csv")["recording"].tolist() == ["c"]
    assert set(pd.read_csv(corpus / "clips.csv")["recording"]) == {"a", "b"}


def test_voicing_of_another_recording_is_refused(corpus: Path) -> None:
    voiced([0], np.ones(3, np.bool_)).save(Path("data/voice/c.npz"))
    with pytest.raises(BadInputError, match=r"data/voice/c\.npz: 3 frames, but the recording has 79; run `dvc repro`"):
        descriptors.main()
