import numpy as np
import pytest
import torch

from pipeline.errors import BadInputError
from pipeline.nn.objectives.contrastive import Contrastive
from pipeline.nn.pairs import Pairs, PairSampler
from pipeline.nn.processes import Processes

SINGER = np.array(["ann"] * 4 + ["bo"] * 3)
SAMPLER = PairSampler(SINGER, np.array(list("xxyyxyz")))
CPU = torch.device("cpu")


def objective(number: int = 0, count: int = 1) -> Contrastive:
    return Contrastive(SAMPLER, 8, 1.0, Processes(number, count, CPU))


@pytest.mark.parametrize("positives", [0, 3, 8])
def test_a_batch_without_half_of_each_kind_is_refused(positives: int) -> None:
    numbers = np.arange(8)
    with pytest.raises(BadInputError, match="a batch must hold 4 pairs of each kind"):
        objective().batch(Pairs(numbers, numbers + 8, np.arange(8) < positives))


def test_pairs_that_cannot_be_shared_are_refused() -> None:
    with pytest.raises(BadInputError, match="8 pairs cannot be shared by 3 processes"):
        objective(0, 3)


def test_two_clips_of_one_singer_are_one_voice_and_two_singers_are_two() -> None:
    batch = objective().draw(np.random.default_rng(0))
    first, second = batch.voices[:8], batch.voices[8:]
    assert (first == second).tolist() == [True] * 4 + [False] * 4
    assert len(set(batch.voices.tolist())) == 4 + 2 * 4


def test_processes_draw_alike_and_each_takes_its_own() -> None:
    whole, one, other = (
        objective(*place).draw(np.random.default_rng(3)).clip_numbers.reshape(2, -1)
        for place in ((0, 1), (0, 2), (1, 2))
    )
    np.testing.assert_array_equal(one, whole[:, ::2])
    np.testing.assert_array_equal(other, whole[:, 1::2])
    same = SINGER[one[0]] == SINGER[one[1]]
    assert same.tolist() == [True, True, False, False]


def test_loss_and_row_by_hand() -> None:
    """Two same-singer pairs at D = 1 and 4, two others at 0.25 and 9, margin 1: (1 + 4 + 0.75 + 0) / 2 / 4."""
    made = Contrastive(SAMPLER, 4, 1.0, Processes(0, 1, CPU))
    places = torch.tensor([0.0, 0, 0, 0, 1, 2, 0.5, 3])[:, None].requires_grad_()
    batch = made.batch(Pairs(np.arange(4), np.arange(4), np.arange(4) < 2))
    loss, measured = made.loss(places, batch)
    assert float(loss.detach()) == 5.75 / 8
    assert not measured.requires_grad
    assert made.row(measured) == {
        "loss": 5.75 / 8,
        "constant_loss": 0.25,
        "positive_distance": 2.5,
        "negative_distance": 4.625,
        "near_negatives": 0.5,
    }
