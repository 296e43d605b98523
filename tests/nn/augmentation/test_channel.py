"""Each part of a channel alone, in float64 by its formula."""

import numpy as np
import pytest
import torch

from pipeline.nn.augmentation.channel import ChannelAugmenter, Channels, band_gain, draw_band, draw_noise
from pipeline.nn.augmentation.strengths import AugmentationStrengths

HERTZ = np.geomspace(60, 8000, 12)
FRAME_S = 0.02
CLIPS = torch.from_numpy(np.random.default_rng(5).uniform(0, 60, (6, 10, 12)).astype(np.float32))
POWER = 10 ** (CLIPS.numpy().astype(np.float64) / 10)


def send(strengths: AugmentationStrengths) -> tuple[Channels, "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"]:
    channel = ChannelAugmenter(strengths, HERTZ, FRAME_S)
    channels = channel.draw(len(CLIPS), np.random.default_rng(3))
    return channels, channel.send(CLIPS, channels).numpy().astype(np.float64)


def test_noise_adds_in_power() -> None:
    channels, sent = send(AugmentationStrengths(share=1.0, noise_db=40.0))
    np.testing.assert_allclose(sent, 10 * np.log10(POWER + channels.noise[:, None, :]), atol=1e-3)


def test_gain_multiplies_what_lies_above_the_floor() -> None:
    channels, sent = send(AugmentationStrengths(share=1.0, equaliser_db=5.0, level_db=3.0, band_octaves=1.0))
    gain = 10 ** (channels.gain_db[:, None, :] / 10)
    np.testing.assert_allclose(sent, 10 * np.log10(1 + gain * (POWER - 1)), atol=1e-3)


def test_far_above_the_floor_level_is_a_shift() -> None:
    channels, sent = send(AugmentationStrengths(share=1.0, level_db=3.0))
    loud = CLIPS.numpy() > 40
    shift = np.broadcast_to(channels.gain_db[:, None, :], loud.shape)[loud]
    np.testing.assert_allclose((sent - CLIPS.numpy())[loud], shift, atol=1e-3)
    assert np.abs(shift).max() <= 3
    assert (np.ptp(channels.gain_db, axis=1) < 1e-9).all()


def test_a_room_adds_what_is_left_of_earlier_frames() -> None:
    channels, sent = send(AugmentationStrengths(share=1.0, room_s=0.5))
    clip, decay, amount = 2, channels.rooms.decay[2], channels.rooms.amount[2]
    expected = POWER[clip] - 1
    for frame in range(10):
        left = [(1 - decay) * decay ** (frame - earlier) * (POWER[clip, earlier] - 1) for earlier in range(frame)]
        expected[frame] = POWER[clip, frame] - 1 + amount * np.sum(left, axis=0)
    np.testing.assert_allclose(sent[clip], 10 * np.log10(1 + expected), atol=1e-3)


def test_a_codec_empties_bins_of_its_clips_alone() -> None:
    channels, sent = send(AugmentationStrengths(share=1.0, codec=0.5))
    chosen = channels.codecs.chosen
    assert 0 < chosen.sum() < len(chosen)
    np.testing.assert_allclose(sent[~chosen], CLIPS[~chosen].numpy(), atol=1e-4)
    emptied = sent[chosen] == 0
    assert emptied.any()
    np.testing.assert_allclose(sent[chosen][~emptied], CLIPS[chosen].numpy()[~emptied], atol=1e-4)


def test_only_the_share_is_changed() -> None:
    channels, sent = send(AugmentationStrengths(share=0.5, level_db=6.0))
    same = (sent == CLIPS.numpy()).all(axis=(1, 2))
    assert 0 < same.sum() < len(same)
    np.testing.assert_array_equal(same, ~channels.chosen)


def test_strengths_do_not_move_each_others_draws() -> None:
    one = ChannelAugmenter(AugmentationStrengths(share=1.0, room_s=0.5), HERTZ, FRAME_S)
    two = ChannelAugmenter(AugmentationStrengths(share=0.3, room_s=0.5, codec=1.0, equaliser_db=4.0), HERTZ, FRAME_S)
    alone, beside = (channels.draw(9, np.random.default_rng(1)).rooms.decay for channels in (one, two))
    np.testing.assert_array_equal(alone, beside)


OCTAVE = np.array([5.0, 6.0, 7.0, 8.0, 9.0])


def test_power_falls_along_the_slopes() -> None:
    inside = np.array([[[0.5]], [[2.0]]])  # edges at octaves 5.5 and 7
    slope = np.array([[[12.0]], [[24.0]]])
    np.testing.assert_allclose(band_gain(OCTAVE, inside, slope), [[-6, 0, 0, -24, -48]])


def test_no_limit_leaves_all_bins() -> None:
    assert not draw_band(7, 2**OCTAVE, 0.0, np.random.default_rng(0)).any()


def test_edges_stay_within_their_octaves() -> None:
    gain = draw_band(500, 2**OCTAVE, 1.5, np.random.default_rng(0))
    assert (gain <= 0).all()
    assert not gain[:, 2].any()
    assert gain[:, 0].min() < -48 * 1.2
    assert gain.min() >= -48 * 1.5


def test_levels_are_uniform_up_to_the_highest() -> None:
    power = draw_noise(4000, 96, 40.0, np.random.default_rng(0))
    level = 10 * np.log10(1 + power).mean(axis=1)
    assert level.mean() == pytest.approx(20, abs=0.7)
    # all but those near the floor, where the spectrum is cut off at it, keep their level
    assert np.quantile(level, [0.25, 0.5, 0.75]) == pytest.approx([10, 20, 30], abs=1.2)
    assert level.max() == pytest.approx(40, abs=0.1)


def test_the_spectrum_is_smooth() -> None:
    decibels = 10 * np.log10(1 + draw_noise(100, 96, 40.0, np.random.default_rng(0)))
    assert np.abs(np.diff(decibels, axis=1)).max() < 1.5


def test_none() -> None:
    assert not draw_noise(10, 96, 0.0, np.random.default_rng(0)).any()
