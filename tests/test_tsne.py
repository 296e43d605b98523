from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline import tsne
from pipeline.analysis.collection import Collection
from pipeline.errors import BadInputError

SetParams = Callable[[dict[str, Any]], None]


def write(singers: int, songs: int, clips: int) -> Collection:
    """Write clips whose embedding knows the singer alone and whose baseline knows the song alone."""
    singer = np.repeat(np.arange(singers), songs * clips)
    song = np.tile(np.repeat(np.arange(songs), clips), singers)
    generator = np.random.default_rng(0)
    names = np.array([f"s{one:02d}-{two}" for one, two in zip(singer, song, strict=True)])
    start = np.tile(np.arange(clips, dtype=np.int32) * 51, singers * songs)
    for folder, known, width in (("data/embeddings", singer, 16), ("data/baseline", song, 70)):
        places = generator.normal(size=(known.max() + 1, width)) * 10
        vectors = (places[known] + generator.normal(size=(len(names), width))).astype(np.float32)
        written = Collection(vectors, names, singer.astype(str), song.astype(str), start)
        Path(folder).mkdir(parents=True, exist_ok=True)
        written.save(Path(folder) / "clips.npz")
    return written


@pytest.fixture
def repository(tmp_path: Path, set_params: SetParams) -> Path:
    set_params({"tsne.singers": 10, "tsne.perplexity": 30.0})
    return tmp_path


def layouts() -> pd.DataFrame:
    return pd.read_csv("metrics/plots/tsne.csv", dtype={"singer": str, "song": str})


def test_all_clips_of_ten_singers_are_laid_out_twice(repository: Path) -> None:
    clips = write(12, 2, 6)
    assert tsne.main() == "120 clips of 10 singers, perplexity 30"
    points = layouts()
    assert list(points) == ["x", "y", "vectors", "singer", "song", "recording", "start"]
    assert points["vectors"].value_counts().to_dict() == {"baseline": 120, "embedding": 120}
    drawn = clips[np.isin(clips.singer, points["singer"].unique())]
    for _, half in points.groupby("vectors"):
        for name in ("recording", "singer", "song", "start"):
            np.testing.assert_array_equal(half[name], getattr(drawn, name))
    assert Path("metrics/plots/tsne.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_the_embedding_groups_singers_and_the_baseline_songs(repository: Path) -> None:
    write(5, 3, 6)
    tsne.main()
    for vectors, known in (("embedding", "singer"), ("baseline", "song")):
        half = layouts()
        half = half[half["vectors"] == vectors]
        at, groups = half[["x", "y"]].to_numpy(), half[known].to_numpy()
        distances = np.linalg.norm(at[:, None] - at, axis=2) + np.diag(np.full(len(at), np.inf))
        assert np.mean(groups[distances.argmin(axis=1)] == groups) > 0.95


def test_outputs_are_the_same_to_the_byte_and_follow_the_seed(set_params: SetParams) -> None:
    write(12, 2, 3)
    written = []
    for seed in (0, 0, 1):
        set_params({"seed": seed, "tsne.singers": 10})
        tsne.main()
        written.append({path.name: path.read_bytes() for path in Path("metrics/plots").iterdir()})
    assert set(written[0]) == {"tsne.csv", "tsne.png", "tsne.svg"}
    assert written[0] == written[1]
    assert written[0]["tsne.csv"] != written[2]["tsne.csv"]


def test_few_clips_lower_the_perplexity_and_say_so(repository: Path) -> None:
    write(5, 2, 2)
    expected = "20 clips of 5 singers, perplexity 6.33 (tsne.perplexity 30 is too much for so few clips)"
    assert tsne.main() == expected


def test_more_clips_than_can_be_drawn_are_sampled(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tsne, "MOST_CLIPS", 40)
    write(5, 2, 10)
    assert tsne.main().startswith("40 clips of 5 singers")
    assert not layouts().duplicated(["vectors", "recording", "start"]).any()


def test_too_few_clips_are_refused(repository: Path) -> None:
    write(3, 1, 1)
    with pytest.raises(BadInputError, match="at least 4 clips and got 3"):
        tsne.main()


def test_other_clips_in_the_baseline_are_refused(repository: Path) -> None:
    clips = write(5, 2, 3)
    clips[np.arange(len(clips)) != 1].save(Path("data/baseline/clips.npz"))
    with pytest.raises(BadInputError, match="data/embeddings holds 30 rows, data/baseline 29"):
        tsne.main()
