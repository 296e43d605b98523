from dataclasses import asdict

import numpy as np
import pytest
import torch

from pipeline.errors import BadInputError
from pipeline.nn.objectives.group import make_group, need_anchors
from pipeline.nn.objectives.group_sampler import GroupSampler
from pipeline.nn.objectives.objective import Batch, LabelCodes, PairDiscounts
from pipeline.nn.objectives.supervised_contrastive import SupervisedContrastive
from pipeline.nn.pairs import Pairs
from tests.nn.objectives.conftest import DISCOUNTS, SINGER, counts, group

CPU = torch.device("cpu")
NAMES = np.array(["a", "a", "b", "b"])


def objective() -> SupervisedContrastive:
    labels = LabelCodes.of(NAMES, np.array(["x", "y", "x", "y"]), np.full(4, ""))
    sampler = GroupSampler(labels, PairDiscounts(), singers=2, clips=2, partner=True)
    return SupervisedContrastive(labels, sampler, PairDiscounts(), CPU, temperature=0.1)


@pytest.mark.parametrize("discounts", DISCOUNTS)
def test_clips_count_as_documented(discounts: PairDiscounts) -> None:
    made = group(discounts)
    numbers = range(len(SINGER))
    expected = [[counts(anchor, other, discounts) for other in numbers] for anchor in numbers]
    np.testing.assert_allclose(made.weight, expected, rtol=1e-6)
    assert made.same.tolist() == [[i != j and SINGER[i] == SINGER[j] for j in numbers] for i in numbers]


def test_an_anchor_has_a_clip_of_its_singer_that_counts() -> None:
    """The last singer has one clip; at cross_song 1 all others have another song."""
    assert group(PairDiscounts()).anchors.tolist() == list(range(8))
    assert make_group(SINGER, SINGER, SINGER, PairDiscounts(cross_song=0.9)).anchors.tolist() == list(range(8))
    assert make_group(SINGER, SINGER, SINGER, PairDiscounts(cross_song=1.0)).anchors.tolist() == []


def test_a_batch_without_any_anchor_is_refused() -> None:
    need_anchors(group(PairDiscounts()))
    with pytest.raises(BadInputError, match=r"no two clips of one singer .* raise train.clips, lower train.cross_song"):
        need_anchors(make_group(SINGER, SINGER, SINGER, PairDiscounts(cross_song=1.0)))


def test_a_row_tells_the_distances_of_all_pairs_by_hand() -> None:
    """At 0, 60, 90 and 180 degrees: squared distances of directions are 2 - 2 cos."""
    vectors = torch.tensor([[3.0, 0.0], [1.0, 3**0.5], [0.0, 0.5], [-2.0, 0.0]])
    loss, measured = objective().loss(vectors, Batch(np.arange(4), np.array([0, 0, 1, 1])))
    row = objective().row(measured)
    assert row["loss"] == float(loss)
    assert row["constant_loss"] == pytest.approx(np.log(3))
    assert row["positive_distance"] == pytest.approx((1 + 2) / 2, rel=1e-6)
    others = [2.0, 4.0, 2 - 3**0.5, 3.0]
    assert row["negative_distance"] == pytest.approx(np.mean(others), rel=1e-6)
    assert row["near_negatives"] == pytest.approx(1 / 4)


def test_it_judges_directions_by_the_equal_error_rate() -> None:
    vectors = torch.tensor([[3.0, 0.0], [1.0, 0.1], [0.0, 0.5], [-0.1, 9.0]])
    pairs = Pairs(np.array([0, 2, 0, 1]), np.array([1, 3, 2, 3]), np.array([True, True, False, False]))
    evaluated = objective().evaluate(vectors, pairs)
    assert (evaluated.loss, evaluated.constant_loss, evaluated.near_negatives) == (0, 0.5, 0)
    assert evaluated.positive_distance < 0.02 < 1.8 < evaluated.negative_distance
    swapped = objective().evaluate(vectors, Pairs(pairs.first, pairs.second, ~pairs.same))
    assert (swapped.loss, swapped.near_negatives) == (1, 1)
    constant = objective().evaluate(torch.ones(4, 2), pairs)
    assert asdict(constant) == {
        "loss": 0.5,
        "constant_loss": 0.5,
        "positive_distance": 0,
        "negative_distance": 0,
        "near_negatives": 0,
    }
