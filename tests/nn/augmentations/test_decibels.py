import torch

from pipeline.nn.augmentations.decibels import to_decibels, to_excess


def test_the_excess_over_the_floor() -> None:
    decibels = torch.tensor([0.0, 10.0, 20.0, 60.0])
    torch.testing.assert_close(to_excess(decibels), torch.tensor([0.0, 9.0, 99.0, 999_999.0]))
    assert decibels.tolist() == [0, 10, 20, 60]


def test_there_and_back() -> None:
    decibels = torch.linspace(0, 60, 601)
    torch.testing.assert_close(to_decibels(to_excess(decibels)), decibels, atol=1e-4, rtol=0)
