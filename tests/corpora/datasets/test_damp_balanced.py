from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.corpora.datasets.damp_balanced import TEST, TRAIN_OR_VALIDATION, choose, cuts, load, tabulate
from pipeline.corpora.schema import validate_manifest
from pipeline.errors import BadInputError

FIRST_SIX, LAST_FOUR = TRAIN_OR_VALIDATION[:6], TRAIN_OR_VALIDATION[6:]


def sang(groups: dict[str, tuple[int, tuple[str, ...]]]) -> pd.DataFrame:
    """One row a performance from groups of singers: how many, and the songs that each of them sang."""
    return pd.DataFrame(
        [(f"{name}{at}", song) for name, (count, songs) in groups.items() for at in range(count) for song in songs],
        columns=["singer", "song"],
    )


def test_there_are_210_cuts_of_ten_songs() -> None:
    possible = cuts(sang({"a": (3, TRAIN_OR_VALIDATION + TEST)}), "damp.csv")
    assert len({cut.train_songs for cut in possible}) == 210
    for cut in possible:
        assert set(cut.train_songs) | set(cut.validation_songs) == set(TRAIN_OR_VALIDATION)
        assert (len(cut.train_songs), len(cut.validation_songs)) == (6, 4)


def test_the_papers_numbers_are_preferred_to_more_performances() -> None:
    papers = TRAIN_OR_VALIDATION[1:7]
    papers_others = tuple(song for song in TRAIN_OR_VALIDATION if song not in papers)
    performances = sang(
        {
            "train": (46, papers),
            "validation": (22, papers_others),
            "more": (90, FIRST_SIX),
            "others": (80, LAST_FOUR),
            "test": (56, TEST),
        }
    )
    possible = cuts(performances, "damp.csv")
    chosen = choose(possible, "damp.csv")
    assert chosen.train_songs == papers
    assert chosen.singers == (46, 22, 56)
    assert chosen.performances == 276 + 88 + 224
    best = tabulate(possible).iloc[0]
    assert best["validation_songs"] == ", ".join(LAST_FOUR)
    assert best["performances"] == 90 * 6 + 80 * 4 + 56 * 4


def test_without_the_papers_numbers_the_most_performances_win() -> None:
    performances = sang({"train": (5, FIRST_SIX), "validation": (3, LAST_FOUR), "test": (2, TEST)})
    chosen = choose(cuts(performances, "damp.csv"), "damp.csv")
    assert chosen.train_songs == FIRST_SIX
    assert chosen.singers == (5, 3, 2)


def test_a_singer_of_several_parts_goes_to_test_then_to_train() -> None:
    performances = sang(
        {
            "train": (2, FIRST_SIX),
            "ten": (3, TRAIN_OR_VALIDATION),
            "all": (4, TRAIN_OR_VALIDATION + TEST),
            "validation": (2, LAST_FOUR),
        }
    )
    chosen = choose(cuts(performances, "damp.csv"), "damp.csv")
    assert chosen.train == {"train0", "train1", "ten0", "ten1", "ten2"}
    assert chosen.validation == {"validation0", "validation1"}
    assert chosen.test == {"all0", "all1", "all2", "all3"}
    assert chosen.fit_both == 3


def test_the_singers_of_every_cut_agree_with_a_plain_count() -> None:
    rng = np.random.default_rng(5)
    all_songs = TRAIN_OR_VALIDATION + TEST
    of_singer = {f"s{at}": {song for song in all_songs if rng.random() < 0.85} for at in range(150)}
    performances = pd.DataFrame(
        [(singer, song) for singer, songs in of_singer.items() for song in sorted(songs)], columns=["singer", "song"]
    )
    counted = []
    for train_songs in combinations(TRAIN_OR_VALIDATION, 6):
        rest = set(TRAIN_OR_VALIDATION) - set(train_songs)
        free = [songs for songs in of_singer.values() if not set(TEST) <= songs]
        train = sum(set(train_songs) <= songs for songs in free)
        both = sum(set(TRAIN_OR_VALIDATION) <= songs for songs in free)
        counted.append((train, sum(rest <= songs for songs in free) - both, 150 - len(free)))
    assert [cut.singers for cut in cuts(performances, "damp.csv")] == counted


def test_missing_songs_are_named() -> None:
    performances = sang({"a": (3, TRAIN_OR_VALIDATION[1:] + TEST[:3])})
    with pytest.raises(BadInputError, match=r"damp\.csv: column song: no recordings of one call away, cups"):
        cuts(performances, "damp.csv")


def test_too_few_singers_are_counted() -> None:
    performances = sang({"train": (5, FIRST_SIX), "validation": (1, LAST_FOUR), "test": (2, TEST)})
    with pytest.raises(BadInputError, match=r"the best has 5/1/2 \(train/validation/test\)"):
        choose(cuts(performances, "damp.csv"), "damp.csv")


@pytest.mark.slow
def test_a_folder_is_brought_in(tmp_path: Path) -> None:
    groups = {"t": (3, FIRST_SIX), "v": (2, LAST_FOUR), "e": (2, TEST)}
    table = sang(groups)
    table["path"] = [f"m4a/{singer}_{at}.m4a" for at, singer in enumerate(table["singer"])]
    repeated = pd.DataFrame(
        [("m4a/again.m4a", "t0", FIRST_SIX[0]), ("m4a/x.m4a", "t0", "Bohemian")], columns=["path", "singer", "song"]
    )
    table = pd.concat([table, repeated], ignore_index=True)[["path", "singer", "song"]]
    raw = tmp_path / "raw"
    (raw / "m4a").mkdir(parents=True)
    for path in table["path"]:
        (raw / path).write_bytes(path.encode())
    said = {"say you won't let go": "Say You Won’t Let Go!", "seven years": "7 Years", "cups": "CUPS"}
    table.assign(song=table["song"].replace(said)).to_csv(raw / "damp.csv", index=False)

    corpus = load(raw, tmp_path / "corpus", table="damp.csv", max_bad_share=0.1)
    validate_manifest(corpus.manifest, "corpus")
    assert dict(corpus.manifest["split"].value_counts()) == {"train": 18, "validation": 8, "test": 8}
    assert set(corpus.manifest["song"]) == set(TRAIN_OR_VALIDATION + TEST)
    first = corpus.manifest[(corpus.manifest["singer"] == "t0") & (corpus.manifest["song"] == FIRST_SIX[0])]
    assert list(first["path"]) == ["audio/m4a-t0_0.m4a"]
    assert (tmp_path / "corpus" / "audio" / "m4a-t0_0.m4a").read_bytes() == b"m4a/t0_0.m4a"
    assert len(list((tmp_path / "corpus" / "audio").iterdir())) == 34
    assert "0 of 210 cuts give the paper's 46/22/56 singers" in corpus.report
    assert "chosen: 3/2/2 singers" in corpus.report
    assert "left out: 1 recording of other songs, 1 repeated performance" in corpus.report
