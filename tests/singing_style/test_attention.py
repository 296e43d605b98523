import math
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pipeline.nn.networks.network import FeedForwardAttention, StyleNetwork
from singing_style.attention import attention_over_time
from singing_style.hearing import Heard
from singing_style.model import StyleModel
from tests.singing_style.made_up import tiny_model

FRAMES, CLIP = 200, 64


def heard(model: StyleModel, starts: list[int]) -> Heard:
    """Make up what was heard: noise in decibels, clips at these frames."""
    decibels = 60 * np.random.default_rng(1).random((FRAMES, model.listening.bins))
    nothing = np.zeros(FRAMES, np.float32)
    return Heard(
        energy=nothing,
        confidence=nothing,
        voiced=np.ones(FRAMES, np.bool_),
        spectrogram=decibels.astype(np.float16),
        clip_starts=np.array(starts, np.int32),
        seconds=4.6,
        voiced_seconds=4.6,
    )


def attended(model: StyleModel, starts: list[int]) -> NDArray[np.float64]:
    found = attention_over_time(model, heard(model, starts))
    assert found is not None
    return found


def test_even_attention_is_one_wherever_a_clip_is() -> None:
    model = tiny_model()
    assert isinstance(model.network.attention, FeedForwardAttention)
    nn.init.zeros_(model.network.attention.score.weight)
    found = attended(model, [13, 26])
    np.testing.assert_allclose(found[13 : 26 + CLIP], 1, rtol=1e-6)
    assert np.isnan(found[:13]).all()
    assert np.isnan(found[26 + CLIP :]).all()


def test_overlapping_clips_are_averaged() -> None:
    model = tiny_model()
    one, other, both = attended(model, [0]), attended(model, [16]), attended(model, [0, 16])
    np.testing.assert_allclose(both[:16], one[:16], rtol=1e-4)
    np.testing.assert_allclose(both[16:CLIP], (one[16:CLIP] + other[16:CLIP]) / 2, rtol=1e-4)
    np.testing.assert_allclose(both[CLIP : CLIP + 16], other[CLIP : CLIP + 16], rtol=1e-4)


def test_weights_follow_the_papers_formula() -> None:
    model = tiny_model()
    network, attention = model.network, model.network.attention
    assert isinstance(network, StyleNetwork)
    assert isinstance(attention, FeedForwardAttention)
    nn.init.constant_(attention.score.weight, 0.05)
    clip = torch.from_numpy(heard(model, [0]).clips(0, 1, CLIP).astype(np.float32)).unsqueeze(1)
    with torch.inference_mode():
        steps = network.plain_maps(clip).transpose(1, 2).flatten(2)[0].double().numpy()
    score = [math.tanh(step.sum() * 0.05 + attention.score.bias.item()) for step in steps]
    shares = np.exp(score) / np.exp(score).sum()
    np.testing.assert_allclose(attended(model, [0])[:CLIP], np.repeat(16 * shares, 4), rtol=1e-3)


def test_a_network_without_attention_has_none() -> None:
    model = tiny_model()
    model.network.attention = None
    assert attention_over_time(replace(model), heard(model, [0])) is None
