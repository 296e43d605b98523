"""The network's attention: the weight of every time step of a clip (paper 2.3)."""

from collections.abc import Iterable

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.nn.device import autocast, choose_precision
from pipeline.nn.networks.embedder import Embedder


def relative_attention(network: Embedder, batches: Iterable[NDArray[np.floating]]) -> NDArray[np.float32] | None:
    """Compute the attention of clips, in bfloat16 if the processor supports it: the page shows 32nds of the average.

    Parameters
    ----------
    network : Embedder
        In evaluation mode, on the processor.
    batches : iterable of ndarray, shape (clips, frames, bins)
        Decibels.

    Returns
    -------
    ndarray of float32, shape (clips, steps), or None
        Weight of each step as a multiple of the average: each row has mean 1. None for a network without attention.
    """
    attention = network.attention
    if attention is None:
        return None
    relative = [np.empty((0, 0), np.float32)]
    processor = torch.device("cpu")
    with torch.inference_mode(), autocast(processor, choose_precision("auto", processor)):
        for batch in batches:
            steps = network.time_steps(torch.from_numpy(batch.astype(np.float32)).unsqueeze(1))
            relative.append((attention.weights(steps).float() * steps.shape[1]).numpy())
    return np.concatenate(relative[1:] or relative)
