import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from pipeline.audio.decode import decode
from pipeline.corpora.datasets.ravdess_song import find_phrase, find_trials, join, load, tabulate
from pipeline.corpora.gathering import Loaded
from pipeline.corpora.joining import GAP_SECONDS
from pipeline.corpora.schema import SPLITS, validate_manifest
from pipeline.corpora.splits.balanced import balance
from pipeline.errors import BadInputError, BadRecordingError

RATE = 8000
CORPORA = os.environ.get("SINGING_CORPORA")


def tone(seconds: float, hertz: float, silence: float = 0.0) -> NDArray[np.float64]:
    """A tone with silence on both sides."""
    quiet = np.zeros(round(silence * RATE))
    time = np.arange(round(seconds * RATE)) / RATE
    return np.concatenate([quiet, 0.5 * np.sin(2 * np.pi * hertz * time), quiet])


def write(file: Path, samples: NDArray[np.float64]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(file, samples, RATE)


def names(actor: int) -> list[str]:
    """Name the trials of an actor: both intensities but for neutral, both lyrics, one repetition."""
    return [
        f"03-02-{emotion:02d}-{intensity:02d}-{lyrics:02d}-01-{actor:02d}.wav"
        for emotion in range(1, 7)
        for intensity in ((1,) if emotion == 1 else (1, 2))
        for lyrics in (1, 2)
    ]


def download(raw: Path, actors: int) -> None:
    for actor in range(1, actors + 1):
        for at, name in enumerate(names(actor)):
            write(raw / "Audio_Song_Actors_01-24" / f"Actor_{actor:02d}" / name, tone(0.3, 200 + 10 * at, 0.2))


def loaded(raw: Path, corpus: Path) -> Loaded:
    return load(
        raw,
        corpus,
        split=partial(
            balance,
            songs={"train": 2, "validation": 2, "test": 2},
            singer_shares={"train": 0.5, "validation": 0.25, "test": 0.25},
            rng=np.random.default_rng(3),
        ),
        max_bad_share=0.1,
    )


@pytest.mark.slow
def test_a_download_becomes_performances(tmp_path: Path) -> None:
    download(tmp_path / "raw", actors=8)
    bad = tmp_path / "raw" / "Audio_Song_Actors_01-24" / "Actor_01" / "03-02-02-01-01-01-01.wav"
    bad.write_bytes(b"no sound")
    corpus = loaded(tmp_path / "raw", tmp_path / "corpus")
    manifest = corpus.manifest
    validate_manifest(manifest, "corpus")
    assert [fault.recording for fault in corpus.left_out] == ["03-02-02-01-01-01-01"]
    singers = {split: set(part["singer"]) for split, part in manifest.groupby("split")}
    assert [len(singers[split]) for split in SPLITS] == [4, 2, 2]
    for split in SPLITS:
        assert sum(int(singer[-2:]) % 2 for singer in singers[split]) == len(singers[split]) / 2
    assert set(manifest.loc[manifest["split"] == "test", "song"]) == {"dogs_major", "kids_major"}
    assert len(manifest) == 8 * 4
    files = {f"audio/{file.name}" for file in (tmp_path / "corpus" / "audio").iterdir()}
    assert files == set(manifest["path"])


def test_the_table_tells_song_singer_and_style(tmp_path: Path) -> None:
    for name in ["03-02-01-01-01-01-01", "03-02-03-01-02-01-02", "03-02-03-02-02-02-02", "03-02-06-01-01-01-24"]:
        write(tmp_path / f"{name}.wav", tone(0.1, 300))
    trials, _, _ = find_trials(tmp_path)
    columns = ["recording", "singer", "song", "style_emotion", "style_sex"]
    assert tabulate(trials)[columns].to_numpy().tolist() == [
        ["ravdess_01_kids_neutral", "ravdess_01", "kids_neutral", "neutral", "male"],
        ["ravdess_02_dogs_happy", "ravdess_02", "dogs_major", "happy", "female"],
        ["ravdess_24_kids_fearful", "ravdess_24", "kids_minor", "fearful", "female"],
    ]


def test_other_files_are_named_and_speech_is_counted(tmp_path: Path) -> None:
    for name in [
        "Actor_01/03-02-01-01-01-01-01.wav",
        "Copy/03-02-01-01-01-01-01.wav",
        "Actor_01/03-01-01-01-01-01-01.wav",
        "Actor_01/03-01-08-01-01-01-01.wav",
        "Actor_01/03-02-07-01-01-01-01.wav",
        "Actor_01/03-02-01-01-03-01-01.wav",
        "Actor_01/warm up.wav",
        "Actor_01/._03-02-01-01-01-01-01.wav",
        "NOTICE.txt",
    ]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    trials, left_out, speech = find_trials(tmp_path)
    assert [trial.file.relative_to(tmp_path).as_posix() for trial in trials] == ["Actor_01/03-02-01-01-01-01-01.wav"]
    assert speech == 2
    assert {fault.recording: fault.reason.split(" ")[0] for fault in left_out} == {
        "Copy/03-02-01-01-01-01-01.wav": "the",
        "Actor_01/03-02-07-01-01-01-01.wav": "not",
        "Actor_01/03-02-01-01-03-01-01.wav": "not",
        "Actor_01/warm up.wav": "not",
    }
    same = next(fault for fault in left_out if fault.recording.startswith("Copy"))
    assert same.reason == "the same trial as Actor_01/03-02-01-01-01-01-01.wav"


def test_silence_at_both_ends_is_cut_off(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", tone(1.0, 300, silence=0.5))
    start, end = find_phrase(tmp_path / "a.wav")
    # Frames of 2048 samples: the bounds reach at most half a frame, and a hop of 512, into the silence.
    assert 4000 - 1536 <= start <= 4000
    assert 12000 <= end <= 12000 + 1536


def test_silent_and_broken_trials_are_bad_recordings(tmp_path: Path) -> None:
    write(tmp_path / "silent.wav", np.zeros(RATE))
    (tmp_path / "broken.wav").write_bytes(b"no sound")
    with pytest.raises(BadRecordingError, match="silent"):
        find_phrase(tmp_path / "silent.wav")
    with pytest.raises(BadRecordingError):
        find_phrase(tmp_path / "broken.wav")


def test_joins_phrases_with_a_gap(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", np.full(1000, 0.25))
    stereo = np.column_stack([np.full(1000, 0.5), np.full(1000, -0.25)])
    soundfile.write(tmp_path / "b.wav", stereo, RATE)
    join(tmp_path / "joined.flac", [(100, 200), (0, 50)], tmp_path / "a.wav", tmp_path / "b.wav")
    samples, rate = decode(tmp_path / "joined.flac")
    gap = round(GAP_SECONDS * RATE)
    assert rate == RATE
    expected = np.concatenate([np.full(100, 0.25), np.zeros(gap), np.full(50, 0.125)])
    np.testing.assert_allclose(samples[:, 0], expected, atol=2**-15)


def test_trials_of_different_rates_do_not_join(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", tone(0.1, 300))
    soundfile.write(tmp_path / "b.wav", tone(0.1, 300), 16000)
    with pytest.raises(BadRecordingError, match="8000, 16000 Hz"):
        join(tmp_path / "joined.flac", [(0, 9), (0, 9)], tmp_path / "a.wav", tmp_path / "b.wav")


@pytest.mark.slow
def test_trials_are_joined_by_intensity_and_repetition(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    download(raw, actors=6)
    hertz = {"01-01": 400.0, "01-02": 800.0, "02-01": 1200.0, "02-02": 1600.0}
    for fields, pitch in hertz.items():
        intensity, repetition = fields.split("-")
        for actor in range(1, 7):
            for lyrics in ("01", "02"):
                name = f"03-02-03-{intensity}-{lyrics}-{repetition}-{actor:02d}.wav"
                write(raw / "Audio_Song_Actors_01-24" / f"Actor_{actor:02d}" / name, tone(0.5, pitch))
    corpus = loaded(raw, tmp_path / "corpus")
    happy = corpus.manifest[corpus.manifest["style_emotion"] == "happy"]["path"].iloc[0]
    samples, _ = decode(tmp_path / "corpus" / happy)
    piece = round((0.5 + GAP_SECONDS) * RATE)
    heard = []
    for start in range(500, 4 * piece, piece):
        phrase = samples[start : start + 3000, 0]
        heard.append(float(np.argmax(np.abs(np.fft.rfft(phrase))) * RATE / len(phrase)))
    np.testing.assert_allclose(heard, [400, 800, 1200, 1600], atol=3)


def test_a_folder_without_trials_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no sung trials"):
        loaded(tmp_path, tmp_path / "corpus")


@pytest.mark.skipif(CORPORA is None, reason="SINGING_CORPORA is not set")
def test_real_trials_keep_what_is_sung() -> None:
    assert CORPORA is not None
    folder = Path(CORPORA) / "ravdess_song"
    trials, left_out, speech = find_trials(folder)
    assert (len(trials), len(left_out), speech) == (704, 0, 0)
    performances = tabulate(trials)
    assert len(performances) == 16 * 12
    assert performances.groupby("singer")["song"].nunique().eq(6).all()
    for trial in trials[:: len(trials) // 6]:
        start, end = find_phrase(trial.file)
        samples, rate = decode(trial.file)
        assert 1.5 < (end - start) / rate < 4.9
        energy = np.square(samples.mean(axis=1), dtype=np.float64)
        assert energy[start:end].sum() > 0.999 * energy.sum()
