"""Reverberation: power smeared over time by an exponential decay (Polack's model of late reverberation)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

# Least and greatest level of the direct sound relative to the reverberation.
DIRECT_DB = (0.0, 20.0)


@dataclass(frozen=True)
class Rooms:
    """A room for each clip.

    Attributes
    ----------
    decay : ndarray, shape (count,)
        Share of the reverberation's power that remains after a frame, 0 to below 1.
    amount : ndarray, shape (count,)
        Power of the reverberation relative to the direct sound.
    """

    decay: NDArray[np.float64]
    amount: NDArray[np.float64]


def draw_rooms(count: int, longest_s: float, frame_s: float, generator: np.random.Generator) -> Rooms:
    """Draw reverberation times (to -60 dB) uniform up to `longest_s`, and direct-sound levels uniform in dB.

    Parameters
    ----------
    count : int
        Number of clips.
    longest_s, frame_s : float
        Longest reverberation time, and the time from frame to frame, in seconds.
    generator : numpy.random.Generator
    """
    seconds = np.maximum(generator.uniform(0, longest_s, count), np.finfo(np.float64).tiny)
    direct_db = generator.uniform(*DIRECT_DB, count)
    return Rooms(10 ** np.maximum(-6 * frame_s / seconds, -300.0), 10 ** (-direct_db / 10))


def reverberate(power: Tensor, decay: Tensor, amount: Tensor) -> Tensor:
    """Add to every frame the reverberation of the frames before it.

    The reverberation of a frame, ``amount (1 - decay) decay ** d`` after d frames, sums to `amount`; its part at d = 0
    is dropped, so that the direct sound is unchanged. Before a clip's first frame there is silence.

    Parameters
    ----------
    power : Tensor, shape (count, frames, bins)
    decay, amount : Tensor, shape (count, 1, 1)

    Returns
    -------
    Tensor
        Of the same shape.
    """
    share = amount * (1 - decay)
    return power + share * (_gather(power, decay) - power)


def _gather(power: Tensor, decay: Tensor) -> Tensor:
    """Sum every frame and all earlier ones, each times ``decay`` to the power of its age.

    The sum over ages 0 to 2n - 1 is that over 0 to n - 1, plus ``decay ** n`` times the same sum n frames earlier: a
    logarithmic number of passes, and exact.
    """
    gathered, age = power.clone(), 1
    while age < power.shape[1]:
        gathered[:, age:] += decay**age * gathered[:, :-age]
        age *= 2
    return gathered
