from itertools import combinations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import BadInputError
from pipeline.nn.exact_loss import expected_pair_statistics
from pipeline.nn.loss import contrastive_loss


@given(seed=st.integers(0, 10_000), block=st.integers(1, 12))
@settings(max_examples=40, deadline=None)
def test_equals_the_mean_over_every_pair_written_out(seed: int, block: int) -> None:
    generator = np.random.default_rng(seed)
    singers = np.array(["a", "a", "b", "b", "b", "c", "d"])
    vectors = generator.normal(0, 0.5, (7, 3))
    distance, same = [], []
    for one, other in combinations(range(7), 2):
        distance.append(float(((vectors[one] - vectors[other]) ** 2).sum()))
        same.append(bool(singers[one] == singers[other]))
    d, y = np.array(distance), np.array(same)
    statistics = expected_pair_statistics(vectors, singers, margin=1.0, block=block)
    expected = 0.5 * (0.5 * d[y]).mean() + 0.5 * (0.5 * np.maximum(0, 1 - d[~y])).mean()
    assert statistics.loss == pytest.approx(expected, rel=1e-9)
    assert statistics.positive_distance == pytest.approx(d[y].mean(), rel=1e-9)
    assert statistics.negative_distance == pytest.approx(d[~y].mean(), rel=1e-9)
    assert statistics.active_negatives == pytest.approx((d[~y] < 1).mean())


def test_is_what_drawn_pairs_tend_to() -> None:
    generator = np.random.default_rng(0)
    singers = np.repeat(["a", "b", "c"], 30)
    vectors = generator.normal(0, 0.4, (90, 4)) + np.repeat(generator.normal(0, 0.5, (3, 4)), 30, axis=0)
    one, other = generator.integers(0, 90, (2, 200_000))
    distinct = one != other
    d = torch.from_numpy(((vectors[one] - vectors[other]) ** 2).sum(1)[distinct])
    y = torch.from_numpy((singers[one] == singers[other])[distinct])
    drawn = 0.5 * (contrastive_loss(d[y], y[y], 1.0) + contrastive_loss(d[~y], y[~y], 1.0))
    assert expected_pair_statistics(vectors, singers, 1.0).loss == pytest.approx(float(drawn), rel=0.02)


@pytest.mark.parametrize("singers", [["a", "a"], ["a", "b"]])
def test_says_what_is_missing(singers: list[str]) -> None:
    with pytest.raises(BadInputError, match="pairs of both kinds"):
        expected_pair_statistics(np.zeros((2, 3)), np.array(singers), 1.0)
