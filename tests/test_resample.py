"""The stage resample: one rate and channel, odd files named and left out, the rest untouched."""

import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from pipeline import resample
from pipeline.audio import spool
from pipeline.audio.steps.resample import resample_recording
from pipeline.corpora.schema import read_manifest
from pipeline.errors import BadInputError

PARAMS = (Path(__file__).parents[1] / "params.yaml").read_text()
SPLITS = ("train", "train", "validation", "validation", "test", "test")


def tone(rate: int, seconds: float = 0.5, level: float = 0.3) -> np.ndarray:
    return level * np.sin(2 * np.pi * 330 * np.arange(round(rate * seconds)) / rate)


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Six good recordings of two singers a part, in six kinds of file; the working directory is the repository."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(PARAMS)
    audio = tmp_path / "data/corpus/audio"
    audio.mkdir(parents=True)
    stereo = np.stack([tone(44100), tone(44100)], axis=1)
    soundfile.write(audio / "r0.wav", stereo, 44100, subtype="PCM_16")
    soundfile.write(audio / "r1.flac", tone(8000), 8000)
    soundfile.write(audio / "r2.wav", tone(48000), 48000, subtype="PCM_24", format="FLAC")
    soundfile.write(audio / "r3.ogg", tone(22050), 22050)
    soundfile.write(audio / "r4.wav", tone(22050, level=3.0), 22050, subtype="FLOAT")
    soundfile.write(audio / "r5.mp3", tone(32000), 32000)
    write_corpus([f"audio/{name}" for name in ("r0.wav", "r1.flac", "r2.wav", "r3.ogg", "r4.wav", "r5.mp3")])
    return tmp_path


def write_corpus(paths: list[str], extra: tuple[str, ...] = ()) -> None:
    rows = [(f"r{i}", path, f"singer{i}", SPLITS[i], SPLITS[i]) for i, path in enumerate(paths)]
    rows += [(Path(path).stem, path, "singer0", "train", "train") for path in extra]
    table = pd.DataFrame(rows, columns=["recording", "path", "singer", "song", "split"])
    table.assign(style_breath=0.5).to_csv("data/corpus/manifest.csv", index=False)


def test_everything_comes_out_at_one_rate(corpus: Path) -> None:
    summary = resample.main()
    manifest = read_manifest(corpus / "data/resampled/manifest.csv")
    assert manifest["recording"].tolist() == [f"r{i}" for i in range(6)]
    assert manifest["path"].tolist() == [f"r{i}.flac" for i in range(6)]
    assert manifest["style_breath"].tolist() == [0.5] * 6
    np.testing.assert_allclose(manifest["seconds"], 0.5, atol=0.01)
    expected = tone(22050)
    for path in manifest["path"]:
        info = soundfile.info(corpus / "data/resampled" / path)
        assert (info.samplerate, info.channels, info.subtype) == (22050, 1, "PCM_24")
        samples = soundfile.read(corpus / "data/resampled" / path)[0]
        assert np.abs(samples).max() <= 1
        likeness = np.corrcoef(samples[1000:10000], expected[1000:10000])[0, 1]
        assert likeness > 0.99
    assert summary.startswith("6 recordings, 0.1 minutes at 22050 Hz")


def test_only_what_would_clip_is_scaled_down(corpus: Path) -> None:
    resample.main()
    loud, ordinary = (soundfile.read(corpus / f"data/resampled/r{i}.flac")[0] for i in (4, 0))
    np.testing.assert_allclose(loud, tone(22050, level=1.0), atol=1e-3)
    assert np.abs(ordinary[1000:10000]).max() == pytest.approx(0.3, abs=1e-3)


def test_a_clipped_recording_is_taken_and_no_corner_is_cut_off(corpus: Path) -> None:
    """Without its upper partials a jump from -1 to 1 swings over by 9 % of 2 (Gibbs): all of it is scaled down."""
    soundfile.write(corpus / "data/corpus/audio/r0.wav", np.clip(tone(44100, level=1000.0), -1, 1), 44100)
    assert "left out" not in resample.main()
    level = np.abs(soundfile.read(corpus / "data/resampled/r0.flac")[0])
    assert level.max() == pytest.approx(1, abs=1e-6)
    assert np.median(level[1000:10000]) == pytest.approx(1 / 1.18, abs=0.03)


def test_odd_recordings_are_left_out_by_name_and_reason(corpus: Path) -> None:
    audio = corpus / "data/corpus/audio"
    (audio / "empty.wav").touch()
    (audio / "text.wav").write_text("la la la\n" * 50)
    soundfile.write(audio / "silent.wav", np.full(22050, 0.25), 22050)
    soundfile.write(audio / "short.wav", tone(22050, 0.05), 22050)
    (audio / "cut.wav").write_bytes((audio / "r0.wav").read_bytes()[:20000])
    names = ("empty", "text", "silent", "short", "cut", "gone")
    (corpus / "params.yaml").write_text(PARAMS.replace("max_bad_share: 0.1", "max_bad_share: 0.5"))
    paths = read_manifest(corpus / "data/corpus/manifest.csv")["path"].tolist()
    write_corpus(paths, tuple(f"audio/{name}.wav" for name in names))
    summary = resample.main()
    assert "6 recordings, 6 left out" in summary
    left_out = pd.read_csv(corpus / "data/resampled/left_out.csv").set_index("recording")["reason"]
    assert set(left_out.index) == set(names)
    for name, reason in {
        "empty": "empty file (0 bytes)",
        "silent": "silent",
        "short": "too short: 50 ms, an analysis frame has 93 ms",
        "gone": "no such file",
    }.items():
        assert left_out[name] == reason
    assert left_out["text"].startswith("not audio")
    assert left_out["cut"].startswith("truncated: ")
    kept = sorted(path.name for path in (corpus / "data/resampled").glob("*.flac"))
    assert kept == [f"r{i}.flac" for i in range(6)]


def test_too_many_odd_recordings_stop_the_stage(corpus: Path) -> None:
    (corpus / "data/corpus/audio/r0.wav").write_bytes(b"")
    with pytest.raises(BadInputError, match=r"1 of 6 .* max_bad_share 0.1 .*: r0: empty file"):
        resample.main()


def test_memory_does_not_grow_with_length(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "MEMORY", 2**20)
    peaks = []
    for seconds in (60, 240):
        soundfile.write("long.wav", tone(44100, seconds), 44100)
        tracemalloc.start()
        resample_recording(Path("long.wav"), Path("long.flac"), 22050, "HQ", 2048)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[0] > 2**20
    assert peaks[1] < 1.1 * peaks[0]


def test_the_same_bytes_whatever_the_number_of_processes(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for cores in (1, 2):
        monkeypatch.setattr("pipeline.runtime.workers.cores", lambda cores=cores: cores)
        monkeypatch.setenv("DVC_ROOT", str(corpus / f"of_{cores}"))  # or the second run would find the first one's work
        resample.main()
        found.append({path.name: path.read_bytes() for path in (corpus / "data/resampled").iterdir()})
    assert found[0] == found[1]
    assert len(found[0]) == 8
