"""The network before training, as a baseline: its weights are drawn, its batch statistics are estimated."""

import numpy as np
import torch

from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import autocast
from pipeline.nn.networks.embedder import Embedder

# A running statistic moves by a tenth a batch: what it began with weighs 7 % after 25.
BATCHES, BATCH = 25, 32


def estimate_statistics(
    network: Embedder,
    clips: ClipBank,
    generator: np.random.Generator,
    *,
    device: torch.device,
    precision: torch.dtype,
) -> None:
    """Estimate the running means and variances of batch normalisation from clips; no weight changes.

    Without that an untrained network normalises by 0 and 1, which no input has, and is a straw man.

    Parameters
    ----------
    network : Embedder
        Left in evaluation mode.
    clips : ClipBank
        Of the training part.
    generator : numpy.random.Generator
        Draws the clips.
    device, precision
        Where and how to compute.
    """
    network.train()
    with torch.no_grad(), autocast(device, precision):
        for _ in range(BATCHES):
            network(clips.gather(generator.integers(0, len(clips), BATCH)))
    network.eval()
