"""The patches that the first convolution sees: their mean and covariance, and all of them as rows of a matrix.

A convolution of one channel is a product with its input's patches. So the mean and variance of its output, which batch
normalisation needs, follow from the mean and covariance of the patches, which depend on the data alone; the output
itself is never stored.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from pipeline.nn.fast.normalisation import Total, whole_count
from pipeline.nn.fast.workers import side_by_side

# Number of clips whose products are summed in their own precision before adding them up in float64.
GROUP = 8
# A row of a matrix of patches is padded to a multiple of this many numbers.
ALIGNMENT = 8


def centred(clips: Tensor, kernel: int, total: Total) -> tuple[Tensor, Tensor]:
    """Subtract the mean of all clips of the batch and pad to `same`; the smaller half of the padding comes before.

    Batch normalisation removes a constant anyway; without it the digits of a short float are spent on what varies.

    Returns
    -------
    padded : Tensor, shape (clips, frames + kernel - 1, bins + kernel - 1)
        The padding holds minus the mean, that is 0 dB.
    mean : Tensor
        A scalar.
    """
    whole = total(torch.stack([clips.sum(dtype=torch.float64), torch.tensor(clips.numel(), dtype=torch.float64)]))
    mean = (whole[0] / whole[1]).to(clips.dtype)
    before, after = (kernel - 1) // 2, kernel // 2
    return functional.pad(clips[:, 0], (before, after, before, after)) - mean, mean


def patch_moments(padded: Tensor, kernel: int, total: Total) -> tuple[Tensor, Tensor]:
    """Compute mean and covariance over all ``kernel x kernel`` patches of the batch's padded clips, in float64.

    For each lag between two rows of a patch, one product of the clips with themselves, shifted by that lag, contains
    the sums for every pair of columns; pairs of rows with that lag differ only in which edge rows they omit.

    Parameters
    ----------
    padded : Tensor, shape (clips, rows, columns)
    kernel : int
    total : callable
        Sums over the processes that share the batch.

    Returns
    -------
    mean : Tensor, shape (kernel^2,)
    covariance : Tensor, shape (kernel^2, kernel^2)
    """
    clips, rows, columns = padded.shape
    frames, bins = rows - kernel + 1, columns - kernel + 1
    count = whole_count(clips * frames * bins, total)
    summed = padded.sum(0, dtype=torch.float64)
    mean = total(summed.unfold(0, frames, 1).unfold(1, bins, 1).sum((-1, -2)).flatten()) / count
    moments = summed.new_empty(kernel, kernel, kernel, kernel)
    for lag, sums in enumerate(side_by_side(lambda lag: _lag_sums(padded, kernel, lag), kernel)):
        for row in range(kernel - lag):
            moments[row, :, row + lag] = sums[row]
            moments[row + lag, :, row] = sums[row].T
    return mean, total(moments.reshape(kernel**2, kernel**2)) / count - mean[:, None] * mean


def _lag_sums(padded: Tensor, kernel: int, lag: int) -> Tensor:
    """Sum the products of a patch's rows `lag` apart over all patches: (kernel - lag, kernel, kernel)."""
    columns = padded.shape[2]
    products = _column_products(padded, kernel, lag)
    shape = (kernel - lag, kernel, kernel, columns - kernel + 1)
    return products.as_strided(shape, (columns * columns, columns, 1, columns + 1)).sum(-1)


def _column_products(padded: Tensor, kernel: int, lag: int) -> Tensor:
    """Sum the products of columns of rows `lag` apart, for each row of a patch: (kernel - lag, columns, columns)."""
    _, rows, columns = padded.shape
    frames, edge = rows - kernel + 1, kernel - 1 - lag
    whole = padded.new_zeros(columns, columns, dtype=torch.float64)
    for group in padded.split(GROUP):
        whole += sum(clip[: rows - lag].T @ clip[lag:] for clip in group)
    head = _row_products(padded[:, :edge], padded[:, lag : lag + edge])
    tail = _row_products(padded[:, frames : frames + edge], padded[:, frames + lag : frames + lag + edge])
    none = whole.new_zeros(1, columns, columns)
    before = torch.cat([none, head.cumsum(0)])
    after = torch.cat([tail.flip(0).cumsum(0).flip(0), none])
    return whole - before - after


def _row_products(first: Tensor, second: Tensor) -> Tensor:
    return torch.einsum("nrs,nru->rsu", first, second).double()


@dataclass(frozen=True)
class PatchRows:
    """Patches one larger than the kernel, one for each 2 x 2 cell of max pooling, as rows of matrices.

    The clips are laid out once so that a patch is a run of consecutive numbers, and a matrix of patches a plain copy.

    Attributes
    ----------
    laid_out : Tensor
        Flat: clips x cells of time x columns x (kernel + 1) numbers, then zeros as far as the last row may extend.
    clips, height, width, columns, side : int
        Clips; cells along time and along frequency; columns of a padded clip; side of a patch.
    """

    laid_out: Tensor
    clips: int
    height: int
    width: int
    columns: int
    side: int

    @classmethod
    def of(cls, padded: Tensor, kernel: int, dtype: torch.dtype) -> "PatchRows":
        """Lay out padded clips of shape (clips, rows, columns)."""
        clips, rows, columns = padded.shape
        height, width, side = (rows - kernel + 1) // 2, (columns - kernel + 1) // 2, kernel + 1
        windows = padded.to(dtype).unfold(1, side, 2)
        size = clips * height * columns * side
        laid_out = padded.new_zeros(size + ALIGNMENT, dtype=dtype)
        laid_out[:size].view(clips, height, columns, side).copy_(windows)
        return cls(laid_out, clips, height, width, columns, side)

    @property
    def length(self) -> int:
        """Length of a row; the numbers past ``side^2`` belong to other patches, and must be multiplied by zeros."""
        return row_length(self.side)

    def matrix(self, clip: int) -> Tensor:
        """Copy out one clip's patches, column by column: (height x width, length), frequency running fastest."""
        per_row = self.columns * self.side
        strides = (per_row, 2 * self.side, 1)
        shape = (self.height, self.width, self.length)
        return self.laid_out.as_strided(shape, strides, clip * self.height * per_row).reshape(-1, self.length)


def row_length(side: int) -> int:
    """Round the size of a patch up to the alignment."""
    return -(-(side**2) // ALIGNMENT) * ALIGNMENT
