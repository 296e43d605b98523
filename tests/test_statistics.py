import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline import knn, statistics
from pipeline.analysis.baselines import BASELINES
from pipeline.analysis.collection import Collection
from pipeline.errors import BadInputError
from tests.analysis.made_up import files_of, save_all

CLIPS = 4


def save(folder: str, place: Callable[[int, int], float], rows: list[tuple[int, int]]) -> None:
    """Write clips that lie around a place for each singer and song, and their performances."""
    generator = np.random.default_rng(0)
    singer, song = np.repeat(rows, CLIPS, axis=0).T
    places = np.array([[place(*row)] for row in zip(singer, song, strict=True)])
    clips = Collection(
        (places + 1e-3 * generator.normal(size=(len(singer), 2))).astype(np.float32),
        np.array([f"s{a:02d}-{b}" for a, b in zip(singer, song, strict=True)]),
        np.array([f"singer{a:02d}" for a in singer]),
        np.array([f"song{b}" for b in song]),
        np.tile(np.arange(CLIPS) * 200, len(rows)),
    )
    Path(folder).mkdir(parents=True, exist_ok=True)
    clips.save(Path(folder) / "clips.npz")
    save_all(clips.performances(), folder)


def write(rows: list[tuple[int, int]]) -> None:
    """Write an embedding that knows the singer alone, and a baseline that knows the song alone."""
    save("data/embeddings", lambda singer, song: singer, rows)
    save("data/baseline", lambda singer, song: song, rows)


def everyone(singers: int, songs: int) -> list[tuple[int, int]]:
    return [(singer, song) for singer in range(singers) for song in range(songs)]


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, set_params: Callable[[dict[str, Any]], None]) -> Path:
    set_params({"statistics.draws": 200, "statistics.seconds": [3.0, 6.0, 12.0, 60.0], "knn.neighbours": [1, 3]})
    return tmp_path


def metrics() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(Path("metrics/statistics.json").read_text())
    return read


def test_figures_by_hand() -> None:
    write(everyone(6, 4))
    summary = statistics.main()
    found = metrics()
    certain = {"value": 1, "low": 1, "high": 1}
    assert found["accuracy"]["embedding"]["singer"] == {"k01": certain, "k03": certain}
    assert found["accuracy"]["baseline"]["song"]["k03"] == certain
    assert found["gain"]["singer"]["k01"] == found["gain_over"]["mfcc_means"]["singer"]["k01"] == certain
    assert found["gain_over"]["untrained"]["singer"]["k01"] == dict.fromkeys(certain, 0)
    assert found["ceiling"]["singer_cross_song"] == {"k01": 1, "k03": 1}
    # singers: (1 - 3/23) - (0 - 5/23), songs: (0 - 3/23) - (1 - 5/23)
    assert found["disentanglement"]["embedding"]["value"] == pytest.approx(1 + 2 / 23, abs=1e-4)
    assert found["disentanglement"]["baseline"]["value"] == pytest.approx(-1 + 2 / 23, abs=1e-4)
    # 6 singers with C(4, 2) pairs, C(6, 2) pairs of singers with 4 songs each
    assert found["trials"]["all"] == {"targets": 36, "nontargets": 240}
    assert found["trials"]["hardest"] == {"targets": 36, "nontargets": 60}
    assert found["verification"]["embedding"]["hardest"] == {
        "eer": dict.fromkeys(certain, 0),
        "min_dcf": dict.fromkeys(certain, 0),
    }
    assert found["verification"]["baseline"]["hardest"]["eer"]["value"] == 1
    assert found["eer_less"]["mfcc_means"]["hardest"] == dict.fromkeys(certain, -1)
    assert found["eer_less"]["untrained"]["hardest"] == dict.fromkeys(certain, 0)
    assert found["retrieval"]["embedding"]["singer_cross_song"] == {
        "map": certain,
        "first_rank": certain,
        "first_rank_median": 1,
    }
    assert found["retrieval"]["chance"]["singer_cross_song"]["first_rank"] == 19 / 4
    assert list(found["seconds"]["embedding"]) == ["s006_0", "s012_0"]
    assert found["seconds"]["embedding"]["s006_0"]["singer"] == certain
    for said in (
        "3 s left out: shorter than a clip",
        "60 s left out: no performance is longer",
        "within_song left out",
    ):
        assert said in summary
    assert Path("metrics/plots/statistics.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_baselines_that_are_not_beaten_are_named() -> None:
    """The untrained network has the embedding's vectors here, a difference of 0; the others know the song alone."""
    write(everyone(6, 4))
    said = [line for line in statistics.main().split("; ") if line.startswith("warning: ")]
    task = "at finding the singer in other songs (+0.00, +0.00 to +0.00)"
    assert said == [f"warning: no better than untrained network {task}"]


def test_accuracies_and_intervals_are_those_of_figure_3() -> None:
    generator = np.random.default_rng(1)
    rows = everyone(8, 3)
    save("data/embeddings", lambda singer, song: singer + 2 * generator.random(), rows)
    save("data/baseline", lambda singer, song: song + 2 * generator.random(), rows)
    knn.main()
    statistics.main()
    found, bars = metrics(), pd.read_csv("metrics/plots/knn.csv")
    assert len(bars) == 6 * 3 * 2
    for task, vectors, k, *share in bars.itertuples(index=False):
        key = f"k{k:02d}"
        if vectors == "chance":
            assert found["chance"][task][key] == share[0]
        else:
            assert [found["accuracy"][vectors][task][key][end] for end in ("value", "low", "high")] == share


def test_outcomes_are_those_of_the_accuracies() -> None:
    write(everyone(5, 3))
    statistics.main()
    table = pd.read_csv("data/outcomes/outcomes.csv")
    assert len(table) == 15 * 5 * 3 * 2
    shares = table.groupby(["vectors", "task", "k"], as_index=False)["right"].mean()
    for vectors, task, k, share in shares.itertuples(index=False):
        assert metrics()["accuracy"][vectors][task][f"k{k:02d}"]["value"] == pytest.approx(share, abs=5e-5)


def test_outputs_are_the_same_to_the_byte() -> None:
    write(everyone(5, 3))
    written = []
    for _ in range(2):
        statistics.main()
        paths = [*Path("metrics").rglob("*.*"), Path("data/outcomes/outcomes.csv")]
        written.append({path.name: path.read_bytes() for path in paths})
    assert sorted(written[0]) == ["outcomes.csv", "statistics.json", "statistics.png", "statistics.svg"]
    assert written[0] == written[1]


def test_one_song() -> None:
    write([(0, 0), (1, 0), (2, 0)])
    save("data/embeddings", lambda singer, song: singer, [(0, 0), (1, 0), (2, 0)])
    summary = statistics.main()
    found = metrics()
    assert found["accuracy"] == {name: {} for name in ("embedding", *BASELINES)}
    assert found["disentanglement"] == found["trials"] == {}
    assert "singer left out: nothing has a neighbour of its own class" in summary
    assert "song left out: only one class" in summary
    assert "verification all left out: no such pairs" in summary
    assert list(pd.read_csv("data/outcomes/outcomes.csv")) == [
        "recording",
        "singer",
        "song",
        "vectors",
        "task",
        "k",
        "right",
    ]


def test_one_singer() -> None:
    write([(0, 0), (0, 1), (0, 2)])
    assert "intervals left out: only one singer" in statistics.main()
    assert metrics()["trials"] == {}


def test_other_performances_in_the_baseline_are_refused() -> None:
    write(everyone(4, 3))
    save("data/baseline", lambda singer, song: song, everyone(3, 3))
    with pytest.raises(
        BadInputError,
        match=r"data/embeddings and data/baseline hold different recordings",
    ):
        statistics.main()
    assert not Path("metrics").exists()


def test_the_standard_library_keeps_its_own_statistics() -> None:
    import statistics as standard

    assert standard.median([1, 2, 9]) == 2
    assert standard is not statistics


def test_of_several_corpora_trials_are_within_one_and_each_is_measured_alone() -> None:
    def place(singer: int, song: int) -> float:
        return 100 * (singer >= 3) + np.random.default_rng([singer, song]).normal()

    def named(its: Collection) -> Collection:
        """Call the first three singers, and their songs, the demo's."""
        corpus = np.where(its.singer < "singer03", "demo::", "real::")
        return replace(its, singer=np.char.add(corpus, its.singer), song=np.char.add(corpus, its.song))

    folders = ("data/embeddings", "data/baseline")
    for folder in folders:
        save(folder, place, everyone(5, 3))
    whole = {
        path: named(Collection.load(path))
        for folder in folders
        for path in [Path(folder, "clips.npz"), *files_of(folder)]
    }
    for path, its in whole.items():
        its.save(path)
    said = statistics.main()
    together = metrics()
    # pairs of different singers: C(3, 2) of the demo and one of the other corpus, with 3 x 3 pairs of songs each
    assert together["trials"]["all"] == {"targets": 5 * 3, "nontargets": (3 + 1) * 9}
    assert together["corpora"]["real"]["trials"]["all"] == {"targets": 6, "nontargets": 9}
    assert "real alone: singer k01: " in said
    for name in ("demo", "real"):
        for path, its in whole.items():
            its[np.char.startswith(its.singer, name)].save(path)
        statistics.main()
        assert metrics() == together["corpora"][name]
