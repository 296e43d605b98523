from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpora.names import name_recordings
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


@given(st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=8))
def test_names_are_valid_and_unique_for_any_paths(paths: list[str]) -> None:
    import pandas as pd

    names = name_recordings(paths)
    assert row_faults(pd.DataFrame({"recording": names})) == []
