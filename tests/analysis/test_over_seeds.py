import numpy as np
import pandas as pd
import pytest

from pipeline.analysis.over_seeds import over_seeds, paired_difference


def outcomes(rows: list[tuple[int, str, str, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["seed", "recording", "singer", "right"])


def compare(one: pd.DataFrame, two: pd.DataFrame, redrawn: bool) -> tuple[float, float, float]:
    return paired_difference(one, two, redrawn=redrawn, draws=4000, level=0.9, generator=np.random.default_rng(0))


def test_mean_and_spread_by_hand() -> None:
    rows = [("mel", 0, "loss", 0.2), ("mel", 1, "loss", 0.3), ("mel", 2, "loss", 0.7), ("cqt", 0, "loss", 0.4)]
    summary = over_seeds(pd.DataFrame(rows, columns=["variant", "seed", "measure", "value"]))
    by_variant = summary.to_dict("index")
    assert list(by_variant) == [("mel", "loss"), ("cqt", "loss")]
    assert by_variant[("mel", "loss")] == pytest.approx(
        {"seeds": 3, "mean": 0.4, "low": 0.2, "high": 0.7, "deviation": np.sqrt((0.04 + 0.01 + 0.09) / 2)}
    )
    assert by_variant[("cqt", "loss")] == pytest.approx(
        {"seeds": 1, "mean": 0.4, "low": 0.4, "high": 0.4, "deviation": np.nan}, nan_ok=True
    )


def test_difference_pairs_the_same_performance_of_the_same_seed() -> None:
    one = outcomes([(0, "a", "A", 1), (0, "b", "B", 0), (1, "a", "A", 0), (1, "b", "B", 0)])
    two = outcomes([(1, "b", "B", 1), (1, "a", "A", 0), (0, "b", "B", 1), (0, "z", "Z", 1)])
    # shared: b of seed 0 (0 to 1), a of seed 1 (0 to 0), b of seed 1 (0 to 1)
    assert compare(one, two, redrawn=False)[0] == pytest.approx(2 / 3)


def test_a_name_is_one_singer_unless_singers_are_redrawn() -> None:
    """Everybody gains under the first seed and loses under the second."""
    one = outcomes([(0, "a", "A", 0), (0, "b", "B", 0), (1, "a", "A", 1), (1, "b", "B", 1)])
    two = one.assign(right=1 - one["right"])
    assert compare(one, two, redrawn=False) == (0, 0, 0)  # whoever of the two is drawn neither gains nor loses
    assert compare(one, two, redrawn=True) == (0, -1, 1)  # of four people, two gain and two lose


def test_nothing_shared_gives_no_figure() -> None:
    one = outcomes([(0, "a", "A", 1)])
    assert np.isnan(compare(one, one.assign(seed=1), redrawn=True)).all()
