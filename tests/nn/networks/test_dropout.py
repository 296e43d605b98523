import pytest
import torch
from torch import nn

from pipeline.nn.networks.dropout import Dropout, seed_dropout


def test_drops_its_share_and_keeps_the_mean() -> None:
    layer = Dropout(0.1)
    seed_dropout(nn.Sequential(layer), torch.Generator().manual_seed(3))
    units = layer(torch.ones(200_000))
    dropped = float((units == 0).double().mean())
    assert dropped == pytest.approx(0.1, abs=5 * (0.1 * 0.9 / 200_000) ** 0.5)
    assert units.unique().tolist() == [0.0, pytest.approx(1 / 0.9)]


def test_draws_from_its_own_generator() -> None:
    layer = Dropout(0.5)
    draws = []
    for global_seed in (1, 2):
        torch.manual_seed(global_seed)
        seed_dropout(layer, torch.Generator().manual_seed(9))
        draws.append(layer(torch.ones(64)))
    assert torch.equal(*draws)


def test_does_nothing_in_evaluation() -> None:
    units = torch.rand(10)
    assert torch.equal(Dropout(0.5).eval()(units), units)


def test_refuses_to_train_unseeded() -> None:
    with pytest.raises(RuntimeError, match="seed_dropout"):
        Dropout(0.5)(torch.ones(3))
