import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline import knn
from pipeline.analysis.baselines import BASELINES
from pipeline.analysis.collection import Collection
from pipeline.errors import BadInputError
from tests.analysis.made_up import files_of, save_all

TASKS = ["singer", "singer_cross_song", "song"]
KEYS = ["k01", "k03", "k05", "k07"]


def save(folder: str, vectors: np.ndarray, singers: list[str], songs: list[str]) -> None:
    names = np.array([f"{singer}-{song}" for singer, song in zip(singers, songs, strict=True)])
    start = np.zeros(len(names), np.int32)
    collection = Collection(vectors, names, np.array(singers), np.array(songs), start)
    save_all(collection, folder)


def write(singers: int, songs: int) -> None:
    """Write an embedding that knows the singer alone, and a baseline that knows the song alone."""
    singer, song = np.repeat(np.arange(singers), songs), np.tile(np.arange(songs), singers)
    noise = np.random.default_rng(0).normal(size=(singers * songs, 1)) * 1e-3
    named = [f"singer{number}" for number in singer], [f"song{number}" for number in song]
    save("data/embeddings", singer[:, None] + noise, *named)
    save("data/baseline", np.hstack([song[:, None] + noise, noise]), *named)


@pytest.fixture
def repository(tmp_path: Path, set_params: Callable[[dict[str, Any]], None]) -> Path:
    set_params({"seed": 0, "knn.neighbours": [1, 3, 5, 7], "knn.chance_draws": 1000})
    return tmp_path


def metrics() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(Path("metrics/knn.json").read_text())
    return read


def test_metrics_have_the_agreed_form(repository: Path) -> None:
    write(6, 4)
    knn.main()
    found = metrics()
    assert list(found) == ["embedding", *BASELINES, "chance", "performances", "singers", "songs"]
    assert [found[name] for name in ("performances", "singers", "songs")] == [24, 6, 4]
    for vectors in ("embedding", *BASELINES, "chance"):
        assert list(found[vectors]) == TASKS
        for shares in found[vectors].values():
            assert list(shares) == KEYS
            assert all(0 <= share <= 1 and share == round(share, 4) for share in shares.values())
    assert Path("metrics/knn.json").read_text().endswith("}\n")


def test_accuracies_by_hand(repository: Path) -> None:
    write(6, 4)
    summary = knn.main()
    found = metrics()
    # 3 neighbours of the same singer exist, 5 of the same song
    assert found["embedding"]["singer"]["k01"] == found["embedding"]["singer"]["k03"] == 1
    assert found["embedding"]["singer_cross_song"]["k01"] == 1
    assert found["embedding"]["song"]["k01"] == 0
    assert found["baseline"]["song"] == dict.fromkeys(KEYS, 1)
    assert found["baseline"]["singer"]["k01"] == 0
    # chance for the nearest: 3 of 23, 3 of 18, 5 of 23
    for task, expected in zip(TASKS, (3 / 23, 3 / 18, 5 / 23), strict=True):
        assert found["chance"][task]["k01"] == pytest.approx(expected, abs=5e-5)
    assert summary.startswith("24 performances, 6 singers, 4 songs; singer k01: embedding 1.00, baseline 0.00, ")


def test_plots_hold_the_same_figures(repository: Path) -> None:
    write(6, 4)
    knn.main()
    plotted = pd.read_csv("metrics/plots/knn.csv")
    assert list(plotted) == ["label", "vectors", "k", "accuracy", "low", "high"]
    assert len(plotted) == 6 * 3 * 4
    found = metrics()
    for label, vectors, k, accuracy, low, high in plotted.itertuples(index=False):
        assert accuracy == found[vectors][label][f"k{k:02d}"]
        assert low <= accuracy <= high or (vectors == "chance" and np.isnan(low) and np.isnan(high))
    assert Path("metrics/plots/knn.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_outputs_are_the_same_to_the_byte(repository: Path) -> None:
    write(5, 3)
    written = []
    for _ in range(2):
        knn.main()
        paths = [path for path in Path("metrics").rglob("*") if path.is_file()]
        written.append({path.name: path.read_bytes() for path in paths})
    assert set(written[0]) == {"knn.json", "knn.csv", "knn.png", "knn.svg"}
    assert written[0] == written[1]


def test_with_one_song_only_singers_are_classified(repository: Path) -> None:
    save("data/embeddings", np.arange(6)[:, None], list("aabbcc"), ["hymn"] * 6)
    save("data/baseline", np.arange(6)[:, None], list("aabbcc"), ["hymn"] * 6)
    summary = knn.main()
    assert list(metrics()["embedding"]) == list(metrics()["chance"]) == ["singer"]
    assert "singer_cross_song left out: nothing has a neighbour of its own class" in summary
    assert "song left out: only one class" in summary


def test_with_one_singer_only_songs_are_classified(repository: Path) -> None:
    for folder in ("data/embeddings", "data/baseline"):
        save(folder, np.arange(6)[:, None], ["a"] * 6, ["x", "x", "x", "y", "y", "y"])
    assert "singer left out: only one class" in knn.main()
    assert list(metrics()["embedding"]) == ["song"]
    assert pd.read_csv("metrics/plots/knn.csv")[["low", "high"]].isna().all(axis=None)  # no interval over one singer


def test_other_performances_in_the_baseline_are_refused(repository: Path) -> None:
    write(4, 3)
    save("data/baseline", np.arange(6)[:, None], list("aabbcc"), list("xyxyxy"))
    with pytest.raises(
        BadInputError,
        match=r"data/embeddings/performances.npz and data/baseline/performances.npz hold different recordings",
    ):
        knn.main()
    assert not Path("metrics").exists()


def test_missing_vectors_are_named(repository: Path) -> None:
    with pytest.raises(BadInputError, match=r"data/embeddings/performances\.npz: no such file"):
        knn.main()


def write_two_corpora() -> None:
    """Ann and Ben of the demo sing three songs each; three singers of another corpus two, far away from them."""
    rows = [("demo::ann", song) for song in "xyz"] + [("demo::ben", song) for song in "xyz"]
    rows += [(f"real::{singer}", song) for singer in "cde" for song in "vw"]
    singers = [singer for singer, _ in rows]
    songs = [f"{singer.partition('::')[0]}::{song}" for singer, song in rows]
    random = np.random.default_rng(3)
    away = np.array([1000.0 * singer.startswith("real") for singer in singers])
    for folder in ("data/embeddings", "data/baseline"):
        save(folder, away[:, None] + random.normal(size=(len(rows), 2)), singers, songs)


def test_each_of_several_corpora_is_scored_as_it_would_be_alone(repository: Path) -> None:
    write_two_corpora()
    said = knn.main()
    together = metrics()
    assert list(together)[-1] == "corpora"
    assert together["singers"] == 5
    assert list(together["corpora"]) == ["demo", "real"]
    assert together["corpora"]["demo"]["chance"]["singer"]["k01"] == pytest.approx(2 / 5)
    assert together["chance"]["singer"]["k01"] == pytest.approx((6 * 2 + 6 * 1) / 12 / 11, abs=5e-5)
    for name in ("demo", "real"):
        write_two_corpora()
        for folder in ("data/embeddings", "data/baseline"):
            for file in files_of(folder):
                its = Collection.load(file)
                its[np.char.startswith(its.singer, name)].save(file)
        alone_said = knn.main()
        assert metrics() == together["corpora"][name]
        assert f"{name} alone: {alone_said.partition(';')[0]}" in said
