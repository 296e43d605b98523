import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadInputError
from pipeline.studies.ablation_fold import singer_folds

SINGERS = [f"{sex}{number}" for sex in "mf" for number in range(4)]
KINDS = {name: name[0] for name in SINGERS}
SONGS = list("abcd")
SINGER, SONG = (np.array(names) for names in zip(*[(x, y) for x in SINGERS for y in SONGS], strict=True))


@given(seed=st.integers(0, 2**32 - 1), folds=st.integers(2, 4))
def test_no_singer_and_no_song_of_the_test_was_trained_on(seed: int, folds: int) -> None:
    for fold in singer_folds(SINGER, SONG, folds, KINDS, np.random.default_rng(seed)):
        assert fold.train.any()
        assert fold.test.any()
        assert not set(SINGER[fold.train]) & set(SINGER[fold.test])
        assert not set(SONG[fold.train]) & set(SONG[fold.test])


@given(seed=st.integers(0, 2**32 - 1))
def test_everyone_is_tested_once_men_and_women_alike_and_pairs_of_folds_take_all_songs(seed: int) -> None:
    folds = singer_folds(SINGER, SONG, 4, KINDS, np.random.default_rng(seed))
    tested = [sorted(set(SINGER[fold.test])) for fold in folds]
    assert sorted(name for names in tested for name in names) == sorted(SINGERS)
    assert all([name[0] for name in names] == ["f", "m"] for names in tested)
    for one, two in ((0, 1), (2, 3)):
        assert set(SONG[folds[one].test]) | set(SONG[folds[two].test]) == set(SONGS)
        assert len(set(SONG[folds[one].test])) == 2


def test_other_draws_give_other_folds_and_the_same_draw_the_same() -> None:
    one, same, other = (singer_folds(SINGER, SONG, 2, KINDS, np.random.default_rng(seed))[0].test for seed in (0, 0, 1))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(("folds", "songs"), [(5, 4), (1, 4), (2, 3)])
def test_too_few_singers_folds_or_songs_are_refused_with_what_to_do(folds: int, songs: int) -> None:
    chosen = np.isin(SONG, SONGS[:songs])
    remedy = "ask for fewer folds, at least 2, or add recordings"
    with pytest.raises(BadInputError, match=f"there are 8 and {songs}: {remedy}"):
        singer_folds(SINGER[chosen], SONG[chosen], folds, KINDS, np.random.default_rng(0))
