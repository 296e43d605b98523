import pytest
import torch

from pipeline.nn.schedule import one_cycle


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 7, 10, 100, 333])
def test_the_shape_is_torchs(steps: int) -> None:
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.Adam([parameter], lr=1.0)
    torchs = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=2.0, total_steps=steps, cycle_momentum=False)
    for step in range(steps):
        assert 2 * one_cycle(step, steps) == pytest.approx(torchs.get_last_lr()[0], rel=1e-9)
        if step + 1 < steps:
            optimiser.step()
            torchs.step()


def test_it_starts_low_peaks_after_three_tenths_and_ends_at_almost_nothing() -> None:
    rates = [one_cycle(step, 100) for step in range(100)]
    assert rates[0] == pytest.approx(0.04)
    assert rates[29] == max(rates) == pytest.approx(1.0)
    assert rates[-1] == pytest.approx(4e-6)
