from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import BadInputError
from singing_style import vectors
from singing_style.vectors import check_target, write_vectors
from tests.singing_style.made_up import performance

TWO = (
    performance("a.wav", [[1, 2], [3, 4]], [0, 9], 10),
    performance('say "la", Zoë.wav', [[5, 6]], [1], 10),
)


def test_npz_holds_performances_and_their_clips(tmp_path: Path) -> None:
    write_vectors(TWO, tmp_path / "v.npz", "the model")
    with np.load(tmp_path / "v.npz") as content:
        assert content["names"].tolist() == ["a.wav", 'say "la", Zoë.wav']
        assert content["vectors"].tolist() == [[2, 3], [5, 6]]
        assert content["vectors"].dtype == np.float32
        assert content["clip_vectors"].tolist() == [[1, 2], [3, 4], [5, 6]]
        assert content["clip_performances"].tolist() == [0, 0, 1]
        assert content["clip_starts"].tolist() == [0, 9, 1]
        assert content["clip_ends"].tolist() == [2, 10, 3]  # the second runs past the end of the recording
        assert content["seconds"].tolist() == [10, 10]
        assert content["voiced_seconds"].tolist() == [5, 5]
        assert str(content["model"]) == "the model"


EXPECTED = [
    ("a.wav", "performance", 0, 10, 5, 2, 3),
    ("a.wav", "clip", 0, 2, np.nan, 1, 2),
    ("a.wav", "clip", 9, 10, np.nan, 3, 4),
    ('say "la", Zoë.wav', "performance", 0, 10, 5, 5, 6),
    ('say "la", Zoë.wav', "clip", 1, 3, np.nan, 5, 6),
]


def assert_table(table: pd.DataFrame) -> None:
    assert list(table) == ["name", "kind", "start_s", "end_s", "voiced_s", "model", "v00", "v01"]
    assert set(table.pop("model")) == {"the model"}
    expected = pd.DataFrame(EXPECTED, columns=list(table))
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)


def test_csv_has_a_row_each(tmp_path: Path) -> None:
    write_vectors(TWO, tmp_path / "v.csv", "the model")
    assert_table(pd.read_csv(tmp_path / "v.csv"))


@pytest.mark.skipif(not find_spec("pyarrow"), reason="pyarrow is not installed")
def test_parquet_has_the_same(tmp_path: Path) -> None:
    write_vectors(TWO, tmp_path / "v.parquet", "the model")
    assert_table(pd.read_parquet(tmp_path / "v.parquet"))


def test_parquet_without_pyarrow_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "find_spec", lambda name: None)
    with pytest.raises(BadInputError, match="parquet needs pyarrow; pip install pyarrow"):
        check_target(tmp_path / "v.parquet")


@pytest.mark.parametrize(
    ("name", "said"), [("v.xlsx", "end its name with .npz, .csv, .parquet"), ("no/v.npz", "folder")]
)
def test_targets_that_cannot_be(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        write_vectors(TWO, tmp_path / name, "the model")
    assert list(tmp_path.iterdir()) == []
