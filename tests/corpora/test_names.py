import doctest

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpora import names
from pipeline.corpora.names import (
    SEPARATOR,
    corpus_of,
    enumerate_names,
    name_recordings,
    rows_by_corpus,
    separator_faults,
)
from pipeline.corpora.schema import row_faults


def test_names_come_from_the_path() -> None:
    assert name_recordings(["a/b c.wav", 'Zoë\'s "take".flac', "x.y.ogg"]) == ["a-b-c", "Zoe-s-take", "x.y"]


def test_names_that_would_be_equal_carry_a_hash_of_the_path() -> None:
    first, second, alone = name_recordings(["a b.wav", "A-b.wav", "c.wav"])
    assert first.startswith("a-b-")
    assert second.startswith("A-b-")
    assert len(first) == len("a-b-") + 8
    assert alone == "c"
    assert name_recordings(["A-b.wav", "c.wav", "a b.wav"]) == [second, alone, first]


def test_a_name_without_letters_that_can_stay_is_made_from_the_hash() -> None:
    first, second = name_recordings(["歌.wav", "声.wav"])
    assert first.startswith("recording-")
    assert first != second


@pytest.mark.slow
@given(st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=8))
def test_names_are_valid_and_unique_for_any_paths(paths: list[str]) -> None:
    import pandas as pd

    names = name_recordings(paths)
    assert row_faults(pd.DataFrame({"recording": names})) == []


NAMES = st.text(st.characters(codec="utf-8", exclude_characters=":\x00"), max_size=5)


@given(st.lists(st.tuples(NAMES, NAMES)))
def test_the_corpus_is_what_stands_before_the_separator(named: list[tuple[str, str]]) -> None:
    names = np.array([f"{corpus}{SEPARATOR}{name}" for corpus, name in named], np.str_)
    assert corpus_of(names).tolist() == [corpus for corpus, _ in named]


def test_names_of_one_corpus_alone_have_none() -> None:
    assert corpus_of(np.array(["Ann", "b:c", "", "demo::Ann::Lee"])).tolist() == ["", "", "", "demo"]
    assert corpus_of(np.array([], np.str_)).shape == (0,)


def test_rows_of_each_of_several_corpora() -> None:
    rows = rows_by_corpus(np.array(["b::x", "a::x", "b::y"]))
    assert list(rows) == ["a", "b"]
    assert rows["b"].tolist() == [True, False, True]
    assert rows_by_corpus(np.array(["b::x", "b::y"])) == {}
    assert rows_by_corpus(np.array(["x", "y"])) == {}


def test_a_name_that_holds_the_separator_is_told_by_its_first_row() -> None:
    index = pd.Index([2, 3, 4], name="row")
    table = pd.DataFrame({"singer": ["Ann", "b::c", "b::c"], "song": ["x", "y", "::"]}, index=index)
    assert separator_faults(table) == [
        "row 3, column singer: 'b::c' has ::, which separates corpus and name; remove it",
        "row 4, column song: '::' has ::, which separates corpus and name; remove it",
    ]


def test_names_in_words() -> None:
    assert enumerate_names(["demo"]) == "demo"
    assert enumerate_names(["demo", "vocalset"]) == "demo and vocalset"


def test_the_examples_run() -> None:
    assert doctest.testmod(names) == (0, 3)
