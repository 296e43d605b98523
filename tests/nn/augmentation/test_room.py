import numpy as np
import pytest
import torch

from pipeline.nn.augmentation.room import draw_rooms, reverberate


def test_a_click_decays() -> None:
    power = torch.tensor([0.0, 8.0, 0.0, 0.0, 0.0]).reshape(1, 5, 1)
    heard = reverberate(power, torch.tensor([[[0.5]]]), torch.tensor([[[1.0]]]))
    # half of what would be left after a frame, a quarter ... each times 1 - decay = 0.5
    assert heard.flatten().tolist() == [0, 8, 2, 1, 0.5]


def test_against_the_sum_over_all_earlier_frames() -> None:
    generator = np.random.default_rng(0)
    power, decay, amount = generator.uniform(0, 9, (3, 37, 4)), np.array([0.2, 0.7, 0.99]), np.array([0.1, 1.0, 0.5])
    expected = power.copy()
    for clip in range(3):
        for frame in range(37):
            for earlier in range(frame):
                weight = amount[clip] * (1 - decay[clip]) * decay[clip] ** (frame - earlier)
                expected[clip, frame] += weight * power[clip, earlier]
    shape = (3, 1, 1)
    heard = reverberate(*(torch.from_numpy(values) for values in (power, decay.reshape(shape), amount.reshape(shape))))
    np.testing.assert_allclose(heard.numpy(), expected, rtol=1e-12)


def test_sixty_decibels_within_the_reverberation_time() -> None:
    rooms = draw_rooms(5000, 2.0, 0.02, np.random.default_rng(0))
    seconds = 0.02 * -6 / np.log10(rooms.decay)
    assert seconds.max() == pytest.approx(2, rel=0.01)
    assert np.median(seconds) == pytest.approx(1, rel=0.05)
    assert 10 * np.log10(rooms.amount) == pytest.approx(-10, abs=10)


def test_no_room() -> None:
    rooms = draw_rooms(4, 0.0, 0.02, np.random.default_rng(0))
    power = torch.rand(4, 9, 3)
    decay = torch.from_numpy(rooms.decay).float().reshape(4, 1, 1)
    assert torch.equal(reverberate(power, decay, torch.ones(4, 1, 1)), power)
