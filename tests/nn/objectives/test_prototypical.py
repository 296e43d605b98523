import math

import numpy as np
import pytest
import torch

from pipeline.errors import BadInputError
from pipeline.nn.objectives.group import make_group
from pipeline.nn.objectives.objective import PairDiscounts
from pipeline.nn.objectives.prototypical import prototypical_loss
from tests.nn.objectives.conftest import DISCOUNTS, SINGER, counts, directions, group, slope_is_finite

SCALE = 7.0
NUMBERS = range(len(SINGER))


def by_loops(discounts: PairDiscounts, offset: float) -> float:
    """Equations of Chung et al. 2020, section 2.2, each clip in turn as the query."""
    vectors, losses = directions(), []
    for query in NUMBERS:
        told = {}
        for singer in set(SINGER.tolist()):
            others = [other for other in NUMBERS if SINGER[other] == singer and other != query]
            mass = [counts(query, other, discounts) for other in others]
            if sum(mass) > 0:
                mean = sum(m * vectors[other] for m, other in zip(mass, others, strict=True)) / sum(mass)
                cosine = vectors[query] @ mean / np.linalg.norm(mean)
                told[singer] = sum(mass) / len(others) * math.exp(SCALE * cosine + offset)
        if SINGER[query] in told:
            losses.append(-math.log(told[SINGER[query]] / sum(told.values())))
    return sum(losses) / len(losses)


@pytest.mark.parametrize("offset", [0.0, -5.0])
@pytest.mark.parametrize("discounts", DISCOUNTS)
def test_it_is_the_formula_whatever_the_offset(discounts: PairDiscounts, offset: float) -> None:
    vectors = torch.from_numpy(directions()).requires_grad_()
    scale = torch.tensor(SCALE, dtype=torch.float64, requires_grad=True)
    loss = prototypical_loss(vectors, group(discounts), scale)
    assert float(loss.detach()) == pytest.approx(by_loops(discounts, offset), rel=1e-6)
    assert slope_is_finite(prototypical_loss(vectors, group(discounts), scale), vectors)
    assert slope_is_finite(loss, scale)


def test_worked_by_hand() -> None:
    """Two singers at right angles: cosine 1 to the own prototype, 0 to the other, at scale log 3 three to one."""
    made = make_group(np.array([0, 0, 1, 1]), np.arange(4), np.zeros(4, int), PairDiscounts())
    vectors = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    assert float(prototypical_loss(vectors, made, torch.tensor(math.log(3)))) == pytest.approx(math.log(4 / 3))


def test_a_batch_in_which_nobody_has_a_prototype_is_refused() -> None:
    alone = np.arange(4)
    with pytest.raises(BadInputError, match="no two clips of one singer"):
        prototypical_loss(torch.eye(4), make_group(alone, alone, alone, PairDiscounts()), torch.tensor(1.0))
