"""The last layer whitened by the covariance within singers: what changes between a singer's clips counts less.

Not in the paper. Trained on synthetic voices, the directions along which performances of one singer differ are still
longer than others. Dividing by that covariance (Hatch et al. 2006, within-class covariance normalisation) makes
them equally long, in closed form, from the training part alone. Whatever is invertible before it makes no difference:
with as many dimensions as the statistics that the light network pools, it is these that are whitened, and the trained
last layer has served as the projection that a contrastive loss needs and an embedding does better without.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from pipeline.errors import BadInputError
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.embedding import embed_clips
from pipeline.nn.networks.embedder import Embedder

# The share of the mean variance that every direction has besides its own, so that none is blown up.
SHRINKAGE = 0.1
BATCH = 64

Floats = NDArray[np.float64]
Names = NDArray[np.str_]


def whiten_output(network: Embedder, clips: ClipBank, singer: Names, device: torch.device) -> None:
    """Whiten the last layer of a trained network whose embeddings lie on the unit sphere.

    Parameters
    ----------
    network : Embedder
        Its output layer is changed: vectors before normalisation have mean zero over all clips, and within singers a
        covariance near the identity.
    clips : ClipBank
        Of the training part.
    singer : ndarray of str, shape (n,)
        Of each clip.
    device : torch.device
        Where to compute, in float32.

    Raises
    ------
    BadInputError
        No singer has two clips.
    """
    network.normalise = False
    vectors = embed_clips(network, clips, batch=BATCH, device=device, precision=torch.float32, label="whiten")
    network.normalise = True
    layer = network.output
    mean, whitening = whitening_of(vectors[:, : len(layer.bias)].astype(np.float64), singer)
    weight, bias = (tensor.detach().cpu().double().numpy() for tensor in (layer.weight, layer.bias))
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(whitening @ weight))
        layer.bias.copy_(torch.from_numpy(whitening @ (bias - mean)))


def whitening_of(vectors: Floats, singer: Names) -> tuple[Floats, Floats]:
    """Compute the mean of vectors, and the inverse square root of their covariance within singers.

    Parameters
    ----------
    vectors : ndarray of float64, shape (n, d)
    singer : ndarray of str, shape (n,)
        Every singer counts the same, whatever the number of vectors; those with one alone do not count.

    Returns
    -------
    mean : ndarray of float64, shape (d,)
    whitening : ndarray of float64, shape (d, d)
        Symmetric.

    Raises
    ------
    BadInputError
        No singer has two vectors.
    """
    names, number, count = np.unique(singer, return_inverse=True, return_counts=True)
    if not (count > 1).any():
        raise BadInputError("train.whiten: no singer has two clips to train on; set it to false")
    sums = np.zeros((len(names), vectors.shape[1]))
    np.add.at(sums, number, vectors)
    weight = 1 / np.where(count > 1, count - 1, np.inf)
    with threadpool_limits(1):  # several threads add up in whatever order they come
        apart = (vectors - (sums / count[:, None])[number]) * np.sqrt(weight[number])[:, None]
        covariance = apart.T @ apart / (count > 1).sum()
        covariance += SHRINKAGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
        variances, directions = np.linalg.eigh(covariance)
        return vectors.mean(axis=0), directions / np.sqrt(variances) @ directions.T
