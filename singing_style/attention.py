"""To which moments of a recording the network attends (paper 2.3)."""

import numpy as np
import torch
from numpy.typing import NDArray

from singing_style.hearing import Heard
from singing_style.model import BATCH, StyleModel


def attention_over_time(model: StyleModel, heard: Heard) -> NDArray[np.float64] | None:
    """Weigh the frames of a recording by the attention they get, averaged over the clips that hold them.

    Parameters
    ----------
    model : StyleModel
    heard : Heard
        Of this model's listening.

    Returns
    -------
    ndarray of float64, shape (frames,), or None
        Multiples of the average weight within a clip: 1 is no more than any other moment. NaN where no clip is. None
        for a network without attention.
    """
    attention = model.network.attention
    if attention is None:
        return None
    length = model.listening.clip_frames
    frames = len(heard.voiced)
    total, clips = np.zeros(frames + length), np.zeros(frames + length)
    device = next(model.network.parameters()).device
    for first in range(0, len(heard.clip_starts), BATCH):
        batch = torch.from_numpy(heard.clips(first, first + BATCH, length)).to(device).float().unsqueeze(1)
        with torch.inference_mode():
            weights = attention.weights(model.network.time_steps(batch)).cpu().double().numpy()
        relative = np.repeat(weights * weights.shape[1], length // weights.shape[1], axis=1)
        for start, row in zip(heard.clip_starts[first : first + BATCH], relative, strict=True):
            total[start : start + len(row)] += row
            clips[start : start + len(row)] += 1
    with np.errstate(invalid="ignore"):
        return (total / clips)[:frames]
