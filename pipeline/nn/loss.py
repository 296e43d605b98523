"""The contrastive loss (paper 2.1)."""

from dataclasses import dataclass

import torch
from torch import Tensor


def squared_distance(first: Tensor, second: Tensor) -> Tensor:
    """Squared Euclidean distance D of pairs of embeddings: two of shape (pairs, d) to (pairs,)."""
    return (first - second).square().sum(dim=1)


def contrastive_loss(distance: Tensor, same: Tensor, margin: float) -> Tensor:
    """Mean over pairs of ``1/2 y D + 1/2 (1 - y) max(0, m - D)``.

    Parameters
    ----------
    distance : Tensor, shape (pairs,)
        Squared distances D.
    same : Tensor of bool, shape (pairs,)
        y: whether the two clips have the same singer.
    margin : float
        m, on the squared distance; the hinge itself is not squared.

    Returns
    -------
    Tensor
        A scalar.
    """
    return 0.5 * torch.where(same, distance, (margin - distance).clamp(min=0)).mean()


@dataclass(frozen=True)
class PairStatistics:
    """How a set of pairs lies in the embedding space.

    Attributes
    ----------
    loss : float
        Contrastive loss, without any weight penalty.
    collapse : float
        The loss if all clips had one and the same embedding: a network at or above it has learned nothing.
    positive_distance, negative_distance : float
        Mean D of same-singer and of different-singer pairs.
    active_negatives : float
        Share of the different-singer pairs that are closer than the margin.
    """

    loss: float
    collapse: float
    positive_distance: float
    negative_distance: float
    active_negatives: float


def pair_statistics(distance: Tensor, same: Tensor, margin: float) -> PairStatistics:
    """Describe pairs by their squared distances; the arguments are those of `contrastive_loss`."""
    distance = distance.detach().double()
    return PairStatistics(
        loss=float(contrastive_loss(distance, same, margin)),
        collapse=float(contrastive_loss(torch.zeros_like(distance), same, margin)),
        positive_distance=float(distance[same].mean()),
        negative_distance=float(distance[~same].mean()),
        active_negatives=float((distance[~same] < margin).double().mean()),
    )
