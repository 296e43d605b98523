"""How much means of plain cepstra weigh beside what a light network has learned: in closed form, once it is trained.

Not in the paper. Each coefficient is divided by its standard deviation over the training performances, so that all have
one size, and together as much as `WEIGHT` of the unit vector that is learned. Nothing else about them is learned.
"""

import numpy as np
import torch

from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.embedding import embed_clips
from pipeline.nn.networks.statistics_network import StatisticsNetwork
from pipeline.nn.training.whitening import BATCH, Names

# Chosen on real singers (docs/science/unheard.md): less gains less within one studio, more costs more by telephone.
WEIGHT = 0.6


def scale_means(network: StatisticsNetwork, clips: ClipBank, recording: Names, device: torch.device) -> None:
    """Set the gains and shifts of a network's plain means.

    Parameters
    ----------
    network : StatisticsNetwork
        With plain means, which then have mean zero over the performances, and each a standard deviation of `WEIGHT`
        divided by the square root of their number.
    clips : ClipBank
        Of the training part.
    recording : ndarray of str, shape (n,)
        Of each clip: the mean over its clips makes a performance.
    device : torch.device
        Where to compute, in float32.
    """
    with torch.no_grad():
        network.means_gain.fill_(1)
        network.means_shift.fill_(0)
    vectors = embed_clips(network, clips, batch=BATCH, device=device, precision=torch.float32, label="means")
    means = vectors[:, -network.means :].astype(np.float64)
    names, number, count = np.unique(recording, return_inverse=True, return_counts=True)
    performances = np.zeros((len(names), network.means))
    np.add.at(performances, number, means)
    performances /= count[:, None]
    deviations = performances.std(axis=0)
    gain = WEIGHT / np.sqrt(network.means) / np.where(deviations > 0, deviations, 1)
    with torch.no_grad():
        network.means_gain.copy_(torch.from_numpy(gain))
        network.means_shift.copy_(torch.from_numpy(-performances.mean(axis=0) * gain))
