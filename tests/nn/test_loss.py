import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pipeline.nn.loss import contrastive_loss, pair_statistics, squared_distance


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
    assert statistics.loss == statistics.collapse == 0.5


def test_statistics_by_hand() -> None:
    statistics = pair_statistics(
        torch.tensor([1.0, 3.0, 0.5, 2.0]), torch.tensor([True, True, False, False]), margin=1.0
    )
    assert statistics.positive_distance == 2.0
    assert statistics.negative_distance == 1.25
    assert statistics.active_negatives == 0.5
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
