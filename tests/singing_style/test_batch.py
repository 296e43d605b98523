from pathlib import Path

import pytest

from singing_style.batch import COLUMNS, REFUSED, tabulate_pairs, tabulate_verdicts
from singing_style.embedded import Embedded
from singing_style.takes import hash_takes
from tests.singing_style.made_up import CALIBRATION, index_of, performance, voice


def test_pairs_come_nearest_first() -> None:
    """On a line at 0, 3 and 4."""
    places = {"a": 0, "b": 3, "c": 4}
    table = tabulate_pairs([performance(name, [[at]], [0]) for name, at in places.items()])
    assert table.to_dict("list") == {
        "one": ["b", "a", "a"],
        "other": ["c", "b", "c"],
        "distance": [1, 3, 4],
        "unlike": [""] * 3,
    }


def test_every_source_has_a_row_in_its_place(tmp_path: Path) -> None:
    """Singers at 0, 9, 18, ..., of three recordings each; strangers come as near as 9, and half as near as the next."""
    choir = index_of(*(voice(f"{who}/{n}", f"s{who}", 9.0 * who, n / 100) for who in range(12) for n in range(3)))
    sources = [tmp_path / name for name in ("near.wav", "refused.wav", "between.wav")]
    for source in sources:
        source.write_text(source.name)
    embedded = Embedded(
        [performance(str(sources[0]), [[1, 0]], [0]), performance(str(sources[2]), [[4, 0]], [0])],
        {sources[1]: "silent"},
    )
    table = tabulate_verdicts(sources, embedded, choir, CALIBRATION)
    assert tuple(table.columns) == COLUMNS
    assert table["recording"].tolist() == [str(source) for source in sources]
    # recordings of one singer hardly differ here; and strangers show a margin of 2
    assert table["verdict"].tolist() == ["s0 in a new song or mood, or nobody here", REFUSED, "nobody here"]
    assert table["answer"].tolist() == ["unclear", REFUSED, "nobody"]
    assert table["because"].tolist()[2].count("; ") == 4
    assert table["fault"].tolist() == ["", "silent", ""]
    assert table["distance"].tolist() == pytest.approx([1, float("nan"), 4], nan_ok=True)
    assert table["margin"].tolist() == pytest.approx([8, float("nan"), 1.25], nan_ok=True)


def test_a_recording_in_the_index_is_not_compared_with_itself(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("la")
    (content,) = hash_takes(tmp_path / "a.wav")
    choir = index_of(voice("a", "Ann", 0, content=content), voice("b", "Ben", 2))
    embedded = Embedded([performance(str(tmp_path / "a.wav"), [[0]], [0])])
    table = tabulate_verdicts([tmp_path / "a.wav"], embedded, choir, CALIBRATION)
    assert (table.loc[0, "nearest"], table.loc[0, "distance"]) == ("Ben", 2)


def test_a_query_that_is_all_of_the_index_is_named_and_the_rest_answered(tmp_path: Path) -> None:
    sources = [tmp_path / name for name in ("a.wav", "b.wav")]
    for source in sources:
        source.write_text(source.name)
    (content,) = hash_takes(sources[0])
    embedded = Embedded([performance(str(source), [[0]], [0]) for source in sources])
    table = tabulate_verdicts(sources, embedded, index_of(voice("a", "Ann", 1, content=content)), CALIBRATION)
    assert table["answer"].tolist() == [REFUSED, "undecided"]
    assert table["fault"].tolist() == ["the index holds nothing but this very file; index more recordings", ""]
    assert table.loc[1, "nearest"] == "Ann"
