"""Whether two variants differ by more than chance: the exact sign-flip test over singers."""

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.leave_one_out import Labels, encode


def sign_flip(differences: NDArray[np.integer], singers: Labels) -> float:
    """Test whether a mean paired difference is zero, two-sided.

    If neither variant were better, the two outcomes of each singer could just as well be exchanged: all differences
    of a singer change sign together. The p-value is the share of all 2^s exchanges of the s singers under which
    the mean difference is at least as far from zero as the one observed. A singer's differences sum to a whole
    number, so the sums of all exchanges can be counted by convolution, and the test is exact however many singers
    there are.

    Parameters
    ----------
    differences : ndarray of int, shape (n,)
        One per performance, such as 1 where only B is right, -1 where only A is, else 0.
    singers : ndarray, shape (n,)
        The singer of each performance.

    Returns
    -------
    float
        The p-value, above 0 and at most 1.
    """
    sums = np.zeros(len(np.unique(singers)), np.int64)
    np.add.at(sums, encode(singers), differences)
    steps = np.abs(sums)
    share = np.ones(1)  # of the exchanges, by their sum, from -reach to reach
    for step in steps[steps > 0]:
        still = np.zeros(2 * step)
        share = (np.concatenate([share, still]) + np.concatenate([still, share])) / 2
    reach = len(share) // 2
    outside = np.abs(np.arange(-reach, reach + 1)) >= abs(int(sums.sum()))
    return float(min(1.0, share[outside].sum()))
