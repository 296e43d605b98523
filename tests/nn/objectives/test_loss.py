from itertools import combinations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import BadInputError
from pipeline.nn.objectives.loss import contrastive_loss, expected_pair_statistics, pair_statistics, squared_distance


def test_squared_distance_by_hand() -> None:
    first = torch.tensor([[1.0, 2.0], [0.0, 0.0]])
    second = torch.tensor([[4.0, -2.0], [0.0, 0.5]])
    assert squared_distance(first, second).tolist() == [25.0, 0.25]


def test_loss_by_hand() -> None:
    """Same singer, D = 3: 1.5. Different, D = 0.4: 0.5 (1 - 0.4) = 0.3. Different, D = 7: 0. Mean 0.6."""
    loss = contrastive_loss(torch.tensor([3.0, 0.4, 7.0]), torch.tensor([True, False, False]), margin=1.0)
    assert float(loss) == pytest.approx(0.6)


def test_a_constant_embedding_loses_a_quarter_of_the_margin() -> None:
    statistics = pair_statistics(torch.zeros(4), torch.tensor([True, True, False, False]), margin=2.0)
    assert statistics.loss == statistics.constant_loss == 0.5


def test_statistics_by_hand() -> None:
    statistics = pair_statistics(
        torch.tensor([1.0, 3.0, 0.5, 2.0]), torch.tensor([True, True, False, False]), margin=1.0
    )
    assert statistics.positive_distance == 2.0
    assert statistics.negative_distance == 1.25
    assert statistics.near_negatives == 0.5
    assert statistics.loss == pytest.approx((0.5 + 1.5 + 0.25 + 0) / 4)


@given(
    st.lists(st.tuples(st.floats(0, 1e3), st.booleans()), min_size=1, max_size=20),
    st.floats(0.01, 10),
)
def test_loss_equals_the_formula_of_the_paper(pairs: list[tuple[float, bool]], margin: float) -> None:
    terms = [0.5 * y * d + 0.5 * (1 - y) * max(0.0, margin - d) for d, y in pairs]
    distance = torch.tensor([d for d, _ in pairs], dtype=torch.float64)
    loss = contrastive_loss(distance, torch.tensor([y for _, y in pairs]), margin)
    assert float(loss) == pytest.approx(np.mean(terms), rel=1e-9, abs=1e-12)


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
    assert statistics.near_negatives == pytest.approx((d[~y] < 1).mean())


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
