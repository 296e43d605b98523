"""The expected contrastive loss over all pairs of a set of clips, without drawing any (paper 3.4, table 1)."""

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadInputError
from pipeline.nn.loss import PairStatistics


def expected_pair_statistics(
    vectors: NDArray[np.floating], singers: NDArray[np.str_], margin: float, block: int = 1024
) -> PairStatistics:
    """Average over all same-singer pairs and over all different-singer pairs of distinct clips, weighed 1 : 1.

    Distances are held a block at a time, ``block x block`` numbers, however many clips there are; the time grows with
    their square.

    Parameters
    ----------
    vectors : ndarray, shape (clips, d)
        Embeddings.
    singers : ndarray, shape (clips,)
        Who sings each clip.
    margin : float
        m on the squared distance.
    block : int
        Clips on either side of a block.

    Raises
    ------
    BadInputError
        There is no pair of one kind: every singer has one clip, or there is one singer.
    """
    codes = np.unique(singers, return_inverse=True)[1]
    points = vectors.astype(np.float64)
    blocks = [slice(first, first + block) for first in range(0, len(points), block)]
    sums = np.zeros(6)
    for number, rows in enumerate(blocks):
        for columns in blocks[number:]:
            pairs = _block_sums(points[rows], points[columns], codes[rows], codes[columns], margin, rows == columns)
            sums += pairs if rows == columns else 2 * pairs
    positives, positive_sum, negatives, negative_sum, hinge_sum, active = sums
    if not positives or not negatives:
        raise BadInputError("the loss needs pairs of both kinds: two singers, one of them with two clips")
    return PairStatistics(
        loss=0.25 * (positive_sum / positives + hinge_sum / negatives),
        collapse=0.25 * margin,
        positive_distance=positive_sum / positives,
        negative_distance=negative_sum / negatives,
        active_negatives=active / negatives,
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
