import math

import numpy as np
import pytest
import torch

from pipeline.errors import BadInputError
from pipeline.nn.objectives.group import make_group
from pipeline.nn.objectives.objective import PairDiscounts
from pipeline.nn.objectives.supervised_contrastive import supervised_contrastive_loss
from tests.nn.objectives.conftest import DISCOUNTS, SINGER, counts, directions, group, slope_is_finite

TEMPERATURE = 0.3
NUMBERS = range(len(SINGER))


def by_loops(discounts: PairDiscounts) -> float:
    """Equation 2 of Khosla et al. 2020, each clip times its weight."""
    vectors, losses = directions(), []
    for anchor in NUMBERS:
        mass = [counts(anchor, other, discounts) for other in NUMBERS]
        told = [m * math.exp(vectors[anchor] @ vectors[other] / TEMPERATURE) for other, m in enumerate(mass)]
        positives = [other for other in NUMBERS if SINGER[other] == SINGER[anchor] and mass[other] > 0]
        if positives:
            parts = [mass[other] * math.log(told[other] / sum(told)) for other in positives]
            losses.append(-sum(parts) / sum(mass[other] for other in positives))
    return sum(losses) / len(losses)


@pytest.mark.parametrize("discounts", DISCOUNTS)
def test_it_is_the_formula(discounts: PairDiscounts) -> None:
    vectors = torch.from_numpy(directions()).requires_grad_()
    loss = supervised_contrastive_loss(vectors @ vectors.T / TEMPERATURE, group(discounts))
    assert float(loss.detach()) == pytest.approx(by_loops(discounts), rel=1e-6)
    assert slope_is_finite(loss, vectors)


def test_worked_by_hand() -> None:
    """Two singers, two clips each, all similarities 0 but the positives' log 2: each anchor has 2 of 2 + 1 + 1."""
    singer = np.array([0, 0, 1, 1])
    made = make_group(singer, np.arange(4), np.zeros(4, int), PairDiscounts())
    loss = supervised_contrastive_loss(made.same.double() * math.log(2), made)
    assert float(loss) == pytest.approx(math.log(2))


def test_a_masked_clip_has_no_pull_and_no_push() -> None:
    """Clip 1 sings the song of clip 0; at cross_song 1 their similarity counts for nothing."""
    similarity = torch.from_numpy(directions() @ directions().T).requires_grad_()
    made = group(PairDiscounts(cross_song=1.0))
    (slope,) = torch.autograd.grad(supervised_contrastive_loss(similarity, made), similarity)
    assert slope[0, 1] == slope[1, 0] == 0
    assert slope[0, 2] < 0 < slope[0, 3]


def test_a_batch_without_positives_is_refused() -> None:
    alone = np.arange(4)
    with pytest.raises(BadInputError, match="no two clips of one singer"):
        supervised_contrastive_loss(torch.zeros(4, 4), make_group(alone, alone, alone, PairDiscounts()))
