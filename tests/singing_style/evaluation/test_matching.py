from pathlib import Path

import pytest

from pipeline.errors import BadInputError
from singing_style.evaluation.matching import match, plain, suggest_root


@pytest.mark.parametrize(
    ("wanted", "held", "roots", "rows", "way"),
    [
        (["b.wav", "a.wav"], ["a.wav", "b.wav"], [], [1, 0], "exactly"),
        (["./a.wav", "x\\b.wav"], ["a.wav", "x/b.wav"], [], [0, 1], "exactly"),
        (["Zoe\u0308/a.wav"], ["Zoë/a.wav"], [], [0], "exactly"),
        (["a.wav"], ["data/a.wav"], ["data/"], [0], "by path below the root"),
        (["/data/a.wav"], ["a.wav"], ["/data"], [0], "by path below the root"),
        (["a"], ["x/a.FLAC"], ["x"], [0], "without suffix"),
        (["a.wav"], ["a"], [], [0], "without suffix"),
        (["a.v2"], ["a"], [], [-1], "exactly"),  # no suffix of sound
        (["a.wav", "c.wav"], ["a.wav", "c.flac", "a.flac"], [], [0, -1], "exactly"),  # a would fit two
    ],
)
def test_ways(wanted: list[str], held: list[str], roots: list[str], rows: list[int], way: str) -> None:
    found = match(wanted, held, roots)
    assert (found.rows.tolist(), found.way) == (rows, way)


def test_a_relative_root_also_stands_for_the_absolute_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert match(["a.wav"], [str(tmp_path / "choir/a.wav")], [Path("choir")]).rows.tolist() == [0]
    assert match(["a.wav"], [str(tmp_path / "a.wav")], [Path()]).rows.tolist() == [0]


def test_a_name_that_fits_several_is_told() -> None:
    with pytest.raises(BadInputError, match=r"v.npz: 1 name fits several vectors \(without suffix\), such as 'a'"):
        match(["a"], ["a.wav", "a.flac"], source="v.npz")


def test_the_missing_root_is_suggested() -> None:
    assert suggest_root("ann/a.wav", ["x.wav", "data/choir/ann/a.wav"]) == "data/choir"
    assert suggest_root("data/ann/a.wav", ["ann/a.wav"]) == "data"
    assert suggest_root("/a.wav", ["a.wav"]) == "/"
    assert suggest_root("b.wav", ["ab.wav"]) is None


def test_names_in_one_way() -> None:
    assert plain("./x//y/./z.wav") == "x/y/z.wav"
