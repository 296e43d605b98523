from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import librosa
import numpy as np
import pandas as pd
import pytest
import soundfile
from sklearn.cluster import KMeans

from pipeline.choir.score import read_scores
from pipeline.choir.timing import schedule
from pipeline.corpora.datasets.demo import Casting, Variety, cast, record, render
from pipeline.corpora.schema import validate_manifest
from pipeline.errors import BadInputError
from pipeline.params import load_params

SCORES = Path(__file__).parents[3] / "data" / "raw" / "demo"
SINGERS = {"train": 2, "validation": 2, "test": 2}
SONGS = {"train": 2, "validation": 1, "test": 1}
SECONDS = 6.5
VARIETY = Variety("mixed", effort=1.0, channel=2.5)
DEFAULT = {"train": 160, "validation": 20, "test": 120}, {"train": 4, "validation": 4, "test": 3}


def casting(
    singers: Mapping[str, int] = SINGERS,
    songs: Mapping[str, int] = SONGS,
    seed: int = 7,
    variety: Variety = VARIETY,
) -> dict[str, Casting]:
    cast_ = cast(read_scores(SCORES), source="scores", singers=singers, songs=songs, seed=seed, variety=variety)
    return {one.recording: one for one in cast_}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    out = tmp_path_factory.mktemp("corpus")
    table = render(
        SCORES, out, singers=SINGERS, songs=SONGS, seconds=SECONDS, seed=7, variety=VARIETY, max_bad_share=0.0
    )
    return out, table


@pytest.mark.slow
def test_the_manifest_is_valid_and_says_the_style(rendered: tuple[Path, pd.DataFrame]) -> None:
    out, table = rendered
    validate_manifest(table, "demo")
    assert list(table.columns[:5]) == ["recording", "path", "singer", "song", "split"]
    assert table["recording"].is_monotonic_increasing
    styles = table.filter(like="style_")
    assert {"style_vibrato_rate_hz", "style_tilt_db_per_octave", "style_tract_length_cm"} <= set(styles.columns)
    assert len(styles.assign(singer=table["singer"]).drop_duplicates()) == 6, "the same in all songs of a singer"
    assert {path.name for path in (out / "audio").iterdir()} == {f"{name}.flac" for name in table["recording"]}


@pytest.mark.slow
def test_recordings_are_what_the_paper_works_on(rendered: tuple[Path, pd.DataFrame]) -> None:
    out, table = rendered
    for path in table["path"]:
        facts = soundfile.info(out / path)
        assert (facts.samplerate, facts.channels, facts.subtype) == (22_050, 1, "PCM_16")
        assert facts.frames == round(SECONDS * 22_050)


def test_balanced_as_damp() -> None:
    """Paper 3.1, and the counts of the default corpus: 160 x 4, 20 x 4, 120 x 3."""
    demo = load_params(SCORES.parents[2] / "params.yaml").corpus.demo
    assert (demo.singers.model_dump(), demo.songs.model_dump()) == DEFAULT
    table = pd.DataFrame([vars(one) for one in casting(*DEFAULT).values()])
    assert table.groupby("split").size().to_dict() == {"train": 640, "validation": 80, "test": 360}
    assert (table.groupby(["split", "singer", "song"]).size() == 1).all()
    for split, (singers, songs) in {"train": (160, 4), "validation": (20, 4), "test": (120, 3)}.items():
        part = table[table["split"] == split]
        assert (part["singer"].nunique(), part["song"].nunique()) == (singers, songs)
    assert len(table[["singer", "split"]].drop_duplicates()) == 300
    assert len(table[["song", "split"]].drop_duplicates()) == 11
    assert table["singer_seed"].nunique() == 300
    assert table["performance_seed"].nunique() == 1080


@pytest.mark.slow
def test_the_same_bytes_in_any_process(rendered: tuple[Path, pd.DataFrame], tmp_path: Path) -> None:
    """Worker processes rendered the corpus; this process renders two recordings of it alone, the last first."""
    out, table = rendered
    everyone = casting()
    for recording in table["recording"].iloc[[-1, 0]]:
        record(everyone[recording], SECONDS, tmp_path / "again.flac")
        assert (tmp_path / "again.flac").read_bytes() == (out / f"audio/{recording}.flac").read_bytes()


def test_more_singers_leave_the_others_as_they_are() -> None:
    fewer, more = casting(), casting(singers={"train": 5, "validation": 3, "test": 4})
    assert len(more) > len(fewer)
    assert all(more[recording] == one for recording, one in fewer.items())


def test_another_seed_is_another_choir() -> None:
    one, other = ({each.voice() for each in casting(seed=seed).values()} for seed in (7, 8))
    assert not one & other


def repertoire(seed: int, songs: Mapping[str, int]) -> dict[str, list[str]]:
    one = {"train": 1, "validation": 1, "test": 1}
    dealt: dict[str, list[str]] = {}
    for each in casting(one, songs, seed).values():
        dealt.setdefault(each.split, []).append(each.song)
    return dealt


def test_the_seed_deals_the_songs() -> None:
    songs = {"train": 6, "validation": 4, "test": 4}
    dealt = [repertoire(seed, songs) for seed in range(40)]
    assert repertoire(0, songs) == dealt[0]
    assert all(len(set(parts["train"] + parts["validation"] + parts["test"])) == 14 for parts in dealt)
    assert len({tuple(parts["test"]) for parts in dealt}) == 40
    # Each of the 4 x 40 places has any of the songs, uniformly: every song is expected among them.
    assert len({song for parts in dealt for song in parts["test"]}) == len(read_scores(SCORES))


def test_more_songs_to_train_on_leave_the_others_as_they_are() -> None:
    few = repertoire(0, {"train": 2, "validation": 4, "test": 4})
    many = repertoire(0, {"train": 12, "validation": 4, "test": 4})
    assert (few["validation"], few["test"]) == (many["validation"], many["test"])
    assert few["train"] == many["train"][:2]


def test_a_singer_moves_from_performance_to_performance_as_far_as_the_effort() -> None:
    still, moving = casting(variety=Variety(effort=0.0)), casting(variety=Variety(effort=1.0))
    assert all(one.performing_voice() == one.voice() for one in still.values())
    assert all(moving[recording].voice() == one.voice() for recording, one in still.items()), "the same singer"
    voices = [one.performing_voice() for one in moving.values()]
    assert len(set(voices)) == len(moving)
    tilts = [
        one.performing_voice().tilt_db_per_octave - one.voice().tilt_db_per_octave
        for one in casting(singers={"train": 200, "validation": 0, "test": 0}, variety=Variety(effort=1.0)).values()
    ]
    assert np.max(np.abs(tilts)) == pytest.approx(2.5, abs=0.3)


@pytest.mark.parametrize("variety", [Variety("alike"), Variety(effort=2.0), Variety(channel=0.0), Variety(channel=4.0)])
def test_every_setting_is_heard(variety: Variety, tmp_path: Path) -> None:
    heard = []
    for name, one in (("plain", Variety()), ("changed", variety)):
        recording = next(iter(casting(variety=one).values()))
        record(recording, SECONDS, tmp_path / f"{name}.flac")
        heard.append(soundfile.read(tmp_path / f"{name}.flac")[0])
    assert np.abs(heard[0] - heard[1]).max() > 0.01


def test_too_few_scores_say_how_many_there_are(tmp_path: Path) -> None:
    song = (SCORES / "ode_to_joy.score").read_text(encoding="utf-8")
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.score").write_text(song, encoding="utf-8")
    with pytest.raises(BadInputError, match=r"3 scores \(\*\.score\) for 4 songs; ask for at most 3 in corpus"):
        render(tmp_path, tmp_path, singers=SINGERS, songs=SONGS, seconds=SECONDS, seed=0, max_bad_share=0.0)
    assert not (tmp_path / "audio").exists()


def test_more_recordings_than_the_disk_holds_are_refused_before_any_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=1_000_000))
    # 2 x 2 + 2 + 2 recordings of 6.5 s x 22 050 Hz x 2 bytes: 8 x 286 650 bytes; three fit into a megabyte.
    said = (
        r"corpus\.demo\.singers: 8 recordings .* of 6\.5 s take up to 0\.0 GB, .* at most 3 fit: ask for fewer singers"
    )
    with pytest.raises(BadInputError, match=said):
        render(SCORES, tmp_path / "new", singers=SINGERS, songs=SONGS, seconds=SECONDS, seed=0, max_bad_share=0.0)
    assert not (tmp_path / "new").exists()


def test_a_choir_beyond_any_disk_is_refused_at_once(tmp_path: Path) -> None:
    singers = {"train": 10**12, "validation": 1, "test": 1}
    with pytest.raises(BadInputError, match=r"2000000000002 recordings .* take up to 573300000\.0 GB"):
        render(SCORES, tmp_path, singers=singers, songs=SONGS, seconds=SECONDS, seed=0, max_bad_share=0.0)


@pytest.mark.slow
def test_the_papers_voice_detector_finds_the_notes(rendered: tuple[Path, pd.DataFrame]) -> None:
    """K-means on energy and voicing (paper 3.3), against when the score has notes; a ringing room blurs the pauses."""
    out, table = rendered
    agreed = []
    for recording in table["recording"]:
        one = casting()[recording]
        samples, rate = soundfile.read(out / f"audio/{recording}.flac", dtype="float32")
        sung = schedule(
            one.score, one.performing_voice().register, SECONDS, np.random.default_rng(one.performance_seed)
        )
        times = np.arange(1 + len(samples) // 512) * 512 / rate
        asked = np.any([(note.start <= times) & (times < note.end) for note in sung], axis=0)
        agreed.append(np.mean(voiced(samples) == asked))
    assert np.mean(agreed) > 0.85
    assert min(agreed) > 0.7


def voiced(samples: np.ndarray) -> np.ndarray:
    energy = librosa.feature.rms(y=samples, frame_length=2048, hop_length=512)[0]
    frames = librosa.util.frame(np.pad(samples, 1024), frame_length=2048, hop_length=512).T
    spectrum = np.fft.rfft(frames, 4096, axis=1)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2, axis=1)
    voicing = correlation[:, 22:340].max(axis=1) / np.maximum(correlation[:, 0], 1e-12)
    points = np.stack([energy / energy.std(), voicing / voicing.std()], axis=1)
    clusters = KMeans(2, n_init=3, random_state=0).fit(points)
    return np.asarray(clusters.labels_ == clusters.cluster_centers_.sum(axis=1).argmax())
