import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pipeline.nn.objectives.group_sampler import GroupSampler
from pipeline.nn.objectives.margin_softmax import MarginSoftmax, add_angular_margin, margin_softmax_loss
from pipeline.nn.objectives.objective import Batch, LabelCodes, PairDiscounts
from tests.nn.objectives.conftest import CORPUS, SINGER, SONG, directions, slope_is_finite

SCALE, MARGIN = 6.0, 0.3
CPU = torch.device("cpu")
LABELS = LabelCodes.of(SINGER.astype(str), SONG.astype(str), CORPUS.astype(str))


def widened(cosine: float) -> float:
    angle = math.acos(cosine)
    return math.cos(angle + MARGIN) if angle + MARGIN < math.pi else cosine - MARGIN * math.sin(MARGIN)


def by_loops(cosine: np.ndarray, singer: np.ndarray, weight: np.ndarray) -> float:
    """Equation 3 of Deng et al. 2019, each class times its weight."""
    losses = []
    for clip, own in enumerate(singer):
        told = [w * math.exp(SCALE * c) for w, c in zip(weight[clip], cosine[clip], strict=True)]
        told[own] = weight[clip][own] * math.exp(SCALE * widened(cosine[clip][own]))
        losses.append(-math.log(told[own] / sum(told)))
    return sum(losses) / len(losses)


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_it_is_the_formula(share: float) -> None:
    cosine = directions(1) @ directions(2)[:4].T
    singer = LABELS.singer
    corpus_of_class = np.array([0, 1, 0, 1])  # singers 0, 2, 4, 7
    weight = np.where(CORPUS[:, None] == corpus_of_class, 1.0, 1 - share)
    tensor = torch.from_numpy(cosine).requires_grad_()
    loss = margin_softmax_loss(tensor, torch.from_numpy(singer), torch.from_numpy(weight), SCALE, MARGIN)
    assert float(loss.detach()) == pytest.approx(by_loops(cosine, singer, weight), rel=1e-6)
    assert slope_is_finite(loss, tensor)


@given(st.floats(0, math.pi), st.floats(0, 1.5))
def test_the_margin_widens_the_angle_and_never_helps(angle: float, margin: float) -> None:
    cosine = torch.tensor([math.cos(angle)], dtype=torch.float64, requires_grad=True)
    turned = add_angular_margin(cosine, margin)
    assert float(turned.detach()) <= math.cos(angle) + 1e-9
    if 0.01 < angle < math.pi - margin - 0.01:
        assert float(turned.detach()) == pytest.approx(math.cos(angle + margin), abs=1e-9)
    (slope,) = torch.autograd.grad(turned.sum(), cosine)
    assert torch.isfinite(slope).all()
    assert slope > -1e-9


def objective(share: float) -> MarginSoftmax:
    discounts = PairDiscounts(within_corpus=share)
    sampler = GroupSampler(LABELS, discounts, singers=4, clips=3, partner=False)
    drawn = torch.Generator().manual_seed(1)
    return MarginSoftmax(LABELS, sampler, discounts, CPU, 1 / SCALE, margin=MARGIN, dimensions=3, generator=drawn)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_classes_are_the_training_singers_and_those_of_other_corpora_can_be_out(share: float) -> None:
    made = objective(share)
    assert made.classes.shape == (4, 3)
    assert [name for name, _ in made.head.named_parameters()] == ["classes"]
    batch = Batch(np.arange(3, 8), np.arange(5))
    loss, measured = made.loss(torch.from_numpy(4 * directions()[3:8]).float(), batch)
    classes = made.classes.detach().double().numpy()
    cosine = directions()[3:8] @ (classes / np.linalg.norm(classes, axis=1, keepdims=True)).T
    weight = np.where(CORPUS[3:8, None] == np.array([0, 1, 0, 1]), 1.0, 1 - share)
    assert float(loss.detach()) == pytest.approx(by_loops(cosine, LABELS.singer[3:8], weight), rel=1e-5)
    loss.backward()
    assert made.classes.grad is not None
    assert made.row(measured)["constant_loss"] == pytest.approx(math.log(4 - 2 * share))


def test_singers_with_one_clip_are_drawn_and_lack_nothing() -> None:
    made = objective(0.0)
    assert made.singers_without_pair() == []
    assert set(SINGER[made.draw(np.random.default_rng(0)).clip_numbers]) == {0, 2, 4, 7}
