"""The contrastive loss (paper 2.1), and its expectation over all pairs of a set of clips (paper 3.4, table 1)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.errors import BadInputError

# Figures of one step or of one validation, by name.
Row = dict[str, float]
# What the loss of a validation is, in words.
ValidationMeasure = Literal["contrastive loss", "equal error rate"]


def squared_distance(first: Tensor, second: Tensor) -> Tensor:
    """Compute the squared Euclidean distance D of pairs of embeddings: two of shape (pairs, d) to (pairs,)."""
    return (first - second).square().sum(dim=1)


def contrastive_loss(distance: Tensor, same: Tensor, margin: float) -> Tensor:
    """Compute the mean over pairs of ``1/2 y D + 1/2 (1 - y) max(0, m - D)``.

    Parameters
    ----------
    distance : Tensor, shape (pairs,)
        Squared distances D.
    same : Tensor of bool, shape (pairs,)
        y: whether the two clips have the same singer.
    margin : float
        m, on the squared distance; the hinge is not squared.

    Returns
    -------
    Tensor
        A scalar.
    """
    return 0.5 * torch.where(same, distance, (margin - distance).clamp(min=0)).mean()


@dataclass(frozen=True)
class PairStatistics:
    """Statistics of a set of pairs in the embedding space.

    Attributes
    ----------
    loss : float
        Of a step, the loss that is trained, without any weight penalty; of a validation, the objective's
        `validation_measure`.
    constant_loss : float
        The same if all clips had the same embedding: a network at or above it has learned nothing.
    positive_distance, negative_distance : float
        Mean D of same-singer and of different-singer pairs; over groups, of the directions of the vectors.
    near_negatives : float
        Share of the different-singer pairs that are near: closer than the margin of the contrastive loss; over groups,
        which have none, closer than the mean same-singer pair.
    """

    loss: float
    constant_loss: float
    positive_distance: float
    negative_distance: float
    near_negatives: float


def pair_statistics(distance: Tensor, same: Tensor, margin: float) -> PairStatistics:
    """Compute the contrastive loss and the other statistics; the arguments are those of `contrastive_loss`."""
    distance = distance.detach().double()
    return PairStatistics(
        loss=float(contrastive_loss(distance, same, margin)),
        constant_loss=float(contrastive_loss(torch.zeros_like(distance), same, margin)),
        positive_distance=float(distance[same].mean()),
        negative_distance=float(distance[~same].mean()),
        near_negatives=float((distance[~same] < margin).double().mean()),
    )


def expected_pair_statistics(
    vectors: NDArray[np.floating], singers: NDArray[np.str_], margin: float, block: int = 1024
) -> PairStatistics:
    """Compute the contrastive loss and the other statistics over all pairs of distinct clips, weighted 1 : 1.

    Distances are held one block of ``block x block`` at a time, however many clips there are; the time grows with the
    square of their number.

    Parameters
    ----------
    vectors : ndarray, shape (clips, d)
        Embeddings of the clips.
    singers : ndarray, shape (clips,)
        Singer of each clip.
    margin : float
        m on the squared distance.
    block : int
        Clips per side of a block.

    Raises
    ------
    BadInputError
        One kind of pair is missing: every singer has one clip, or there is only one singer.
    """
    codes = np.unique(singers, return_inverse=True)[1]
    points = vectors.astype(np.float64)
    blocks = [slice(first, first + block) for first in range(0, len(points), block)]
    sums = np.zeros(6)
    for number, rows in enumerate(blocks):
        for columns in blocks[number:]:
            pairs = _block_sums(points[rows], points[columns], codes[rows], codes[columns], margin, rows == columns)
            sums += pairs if rows == columns else 2 * pairs
    positives, positive_sum, negatives, negative_sum, hinge_sum, near = sums
    if not positives or not negatives:
        raise BadInputError("the loss needs pairs of both kinds: two singers, one of them with two clips")
    return PairStatistics(
        loss=0.25 * (positive_sum / positives + hinge_sum / negatives),
        constant_loss=0.25 * margin,
        positive_distance=positive_sum / positives,
        negative_distance=negative_sum / negatives,
        near_negatives=near / negatives,
    )


def _block_sums(
    points: NDArray[np.float64],
    others: NDArray[np.float64],
    codes: NDArray[np.intp],
    other_codes: NDArray[np.intp],
    margin: float,
    with_themselves: bool,
) -> NDArray[np.float64]:
    squares = (points**2).sum(1)[:, None] + (others**2).sum(1)[None, :]
    distance = np.maximum(squares - 2 * points @ others.T, 0)
    same = codes[:, None] == other_codes[None, :]
    negative = distance[~same]
    if with_themselves:
        np.fill_diagonal(same, False)
    positive = distance[same]
    hinge = np.maximum(margin - negative, 0)
    return np.array(
        [positive.size, positive.sum(), negative.size, negative.sum(), hinge.sum(), np.count_nonzero(hinge)]
    )
