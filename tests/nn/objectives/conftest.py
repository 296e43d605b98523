"""A small batch that tests of the losses share, and its relations told by plain loops."""

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.nn.objectives.group import Group, make_group
from pipeline.nn.objectives.objective import PairDiscounts

SINGER = np.array([4, 4, 4, 0, 0, 7, 7, 7, 2])
SONG = np.array([0, 0, 1, 0, 1, 5, 6, 6, 5])
CORPUS = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1])
DISCOUNTS = [
    PairDiscounts(),
    PairDiscounts(cross_song=1.0),
    PairDiscounts(same_song=1.0),
    PairDiscounts(within_corpus=1.0),
    PairDiscounts(cross_song=0.25, same_song=0.5, within_corpus=0.75),
    PairDiscounts(cross_song=1.0, same_song=0.5, within_corpus=1.0),
]


def group(discounts: PairDiscounts) -> Group:
    return make_group(SINGER, SONG, CORPUS, discounts)


def counts(anchor: int, other: int, discounts: PairDiscounts) -> float:
    """How much a clip counts for another, from the words of the documentation."""
    if anchor == other:
        return 0.0
    if SINGER[anchor] == SINGER[other]:
        return 1 - discounts.cross_song if SONG[anchor] == SONG[other] else 1.0
    weight = 1.0 if SONG[anchor] == SONG[other] else 1 - discounts.same_song
    return weight if CORPUS[anchor] == CORPUS[other] else weight * (1 - discounts.within_corpus)


def directions(seed: int = 0) -> NDArray[np.float64]:
    drawn = np.random.default_rng(seed).standard_normal((len(SINGER), 3))
    unit: NDArray[np.float64] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    return unit


def slope_is_finite(loss: torch.Tensor, leaf: torch.Tensor) -> bool:
    (slope,) = torch.autograd.grad(loss, leaf)
    return bool(torch.isfinite(slope).all() and slope.abs().sum() > 0)
