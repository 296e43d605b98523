import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline import probe
from pipeline.analysis.baselines import BASELINES, EMBEDDING, FILES, UNTRAINED
from pipeline.analysis.collection import Collection
from pipeline.errors import BadInputError

pytestmark = pytest.mark.slow

SONGS, CLIPS = 3, 4


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings = SimpleNamespace(seed=0, probe=SimpleNamespace(folds=4, draws=200))
    monkeypatch.setattr(probe, "load_params", lambda: settings)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(singers: int, songs: int = SONGS, *, style: bool = True, pauses: bool = True) -> None:
    """Write an embedding that knows the singer's style, descriptors that it knows and one that it does not."""
    rng = np.random.default_rng(0)
    singer, song, start = (axis.ravel() for axis in np.indices((singers, songs, CLIPS)))
    names = np.array([f"r{s:02d}-{t}" for s, t in zip(singer, song, strict=True)])
    rows = len(names)
    own = rng.normal(size=(singers, 3))[singer]
    known = own + 0.05 * rng.normal(size=(rows, 3))
    labels = (names, singer.astype(str), song.astype(str))
    for folder, vectors in (("embeddings", known), ("baseline", rng.normal(size=(rows, 4)))):
        Path(f"data/{folder}").mkdir(parents=True, exist_ok=True)
        clips = Collection(np.asarray(vectors, np.float32), *labels, start * 51)
        clips.save(Path(f"data/{folder}/clips.npz"))
        for name in (EMBEDDING, *BASELINES):
            if (name in (EMBEDDING, UNTRAINED)) == (folder == "embeddings"):
                clips.performances().save(Path(f"data/{folder}/{FILES[name]}"))
    Path("data/descriptors").mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame({"recording": names, "singer": labels[1], "song": labels[2], "start": start * 51})
    table = table.assign(hnr_db=known @ [1.0, 2.0, 3.0], onsets_per_s=rng.normal(size=rows), centroid_hz=np.nan)
    table.to_csv("data/descriptors/clips.csv", index=False)
    first = np.flatnonzero(start == 0)
    whole = Collection(own.astype(np.float32), *labels, start)[first]
    whole.save(Path("data/descriptors/ltas.npz"))
    hiss = Collection(rng.normal(size=(rows, 5)).astype(np.float32), *labels, start)
    hiss[first if pauses else first[:0]].save(Path("data/descriptors/pauses.npz"))
    manifest = pd.DataFrame({"recording": names[first], "singer": labels[1][first], "song": labels[2][first]})
    manifest = manifest.assign(split="test")
    if style:
        value = own[first]
        manifest = manifest.assign(style_height=value[:, 0], style_shoes=42, style_constant="yes")
        manifest["style_mood"] = np.where(value[:, 1] > 0, "glad", "sad")
    others = [(f"{split}{s}", f"{split}{s}", f"{split} song", split) for split in ("train", "validation") for s in "12"]
    extra = pd.DataFrame(others, columns=["recording", "singer", "song", "split"])
    for name in manifest.columns[4:]:
        extra[name] = manifest[name].iloc[0]
    both = pd.concat([manifest, extra])
    Path("data/voice").mkdir(parents=True, exist_ok=True)
    both.assign(path=both["recording"] + ".flac").to_csv("data/voice/manifest.csv", index=False)


def metrics() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(Path("metrics/probe.json").read_text())
    return read


def test_what_the_embedding_knows_is_found_and_what_it_does_not_is_not(repository: Path) -> None:
    write(16)
    summary = probe.main()
    found = metrics()
    assert set(found["embedding"]) == {"hnr_db", "onsets_per_s", "style_height", "style_mood"}
    assert found["embedding"]["hnr_db"]["r2"] > 0.95
    assert found["embedding"]["style_height"]["r2"] > 0.95
    assert found["embedding"]["style_mood"]["balanced_accuracy"] > 0.8
    assert found["embedding"]["style_mood"]["chance"] == 0.5
    assert found["embedding"]["onsets_per_s"]["r2"] < 0.05
    assert set(found["mfcc_means"]) == {"style_height", "style_mood"}  # of performances alone
    assert found["mfcc_means"]["style_height"] == found["baseline"]["style_height"]
    assert (
        "of 2 parameters of style held beyond chance by embedding 2, handcrafted baseline 0, "
        "baseline without chroma 0, MFCC means 0, untrained network 2"
    ) in summary
    assert max(found["baseline"][name]["r2"] for name in ("hnr_db", "style_height", "onsets_per_s")) < 0.3
    for name in ("hnr_db", "style_height"):
        score = found["embedding"][name]
        assert score["low"] <= score["r2"] <= score["high"]
    audit = found["channel_audit"]
    assert audit["ltas"]["accuracy"] == 1
    assert audit["pauses"]["accuracy"] < 0.3
    assert audit["ltas"]["chance"] == pytest.approx(2 / 32, abs=1e-4)  # 2 of 32 in other songs
    assert "more likely by timbre than by room" in summary
    assert found["not_shown"]["style_shoes"] == found["not_shown"]["style_constant"] == "the same everywhere"
    assert found["not_shown"]["centroid_hz"].startswith("known of 0 singers")


def test_constants_of_singers_count_one_point_each(repository: Path) -> None:
    write(16)
    probe.main()
    plotted = pd.read_csv("metrics/plots/probe.csv").set_index(["target", "vectors"])
    points = plotted[["level", "points"]].apply(tuple, axis=1)
    assert points["style_height", "embedding"] == ("singer", 16)
    assert points["hnr_db", "embedding"] == ("clip", 16 * SONGS * CLIPS)
    assert plotted["value"]["hnr_db", "embedding"] == metrics()["embedding"]["hnr_db"]["r2"]


def test_a_room_of_ones_own_is_warned_of(repository: Path) -> None:
    write(16)
    spectra = Collection.load(Path("data/descriptors/ltas.npz"))
    spectra.save(Path("data/descriptors/pauses.npz"))
    assert "the pauses alone find the singer" in probe.main()


def test_outputs_are_the_same_to_the_byte(repository: Path) -> None:
    write(8)
    written = []
    for _ in range(2):
        probe.main()
        written.append({path.name: path.read_bytes() for path in Path("metrics").rglob("*") if path.is_file()})
    assert set(written[0]) == {"probe.json", "probe.csv", "probe.png", "probe.svg"}
    assert written[0] == written[1]


def test_without_style_columns_and_pauses_the_rest_is_shown(repository: Path) -> None:
    write(8, style=False, pauses=False)
    summary = probe.main()
    assert set(metrics()["embedding"]) == {"hnr_db", "onsets_per_s"}
    assert set(metrics()["channel_audit"]) == {"ltas", EMBEDDING, *BASELINES}
    assert "timbre or the recording channel may be the reason" in summary


def test_with_one_song_there_is_no_audit(repository: Path) -> None:
    write(8, songs=1)
    assert "no channel audit" in probe.main()
    assert metrics()["channel_audit"] == {}
    assert "hnr_db" in metrics()["embedding"]


def test_with_few_singers_nothing_is_shown_and_that_is_said(repository: Path) -> None:
    write(2)
    summary = probe.main()
    assert summary.startswith("no probe; no channel audit; not shown: ")
    assert metrics()["embedding"] == {}
    assert pd.read_csv("metrics/plots/probe.csv").empty


def test_a_recording_without_descriptors_is_left_out_and_a_clip_is_missed(repository: Path) -> None:
    write(8)
    table = pd.read_csv("data/descriptors/clips.csv")
    table[table["recording"] != "r00-0"].to_csv("data/descriptors/clips.csv", index=False)
    probe.main()
    plotted = pd.read_csv("metrics/plots/probe.csv").set_index(["target", "vectors"])
    assert plotted.loc[("hnr_db", "embedding"), "points"] == (8 * SONGS - 1) * CLIPS
    table.iloc[1:].to_csv("data/descriptors/clips.csv", index=False)
    with pytest.raises(BadInputError, match=r"data/descriptors/clips\.csv: lacks clips of r00-0; run `dvc repro`"):
        probe.main()
