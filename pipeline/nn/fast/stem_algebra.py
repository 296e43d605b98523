"""The first layer without its output: batch statistics, folded kernels and gradients, from its input's patches.

With patch mean m and covariance C, kernel w, sigma^2 = w' C w + eps, a = gamma / sigma and b = beta - a w.m the
normalised output is (a w).patch + b. The factor a goes into the kernel before pooling, so that the maximum is correct
for either sign of gamma; b and ReLU come after it. A row of 121 numbers times the kernel in its four places within them
yields the four outputs that are pooled.

For the gradient, let dz be dh where h > 0, at the place of the maximum; S the sum of dz x patch; db the sum of dz. Then
dgamma = (w.S - (w.m) db) / sigma, dbeta = db, and dw = (gamma / sigma) (S - db m - (dgamma / sigma) C w), including
the path through the batch statistics.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from pipeline.nn.fast.normalisation import Affine, BatchStatistics, Total, update_running, whole_count
from pipeline.nn.fast.patches import patch_moments, row_length


@dataclass(frozen=True)
class PatchStatistics:
    """Mean and covariance of the patches, and the resulting statistics of the convolution's output, in float64.

    Attributes
    ----------
    mean : Tensor, shape (kernel^2,)
    covariance : Tensor, shape (kernel^2, kernel^2)
    output : BatchStatistics
        Statistics of each channel's output, without bias.
    """

    mean: Tensor
    covariance: Tensor
    output: BatchStatistics


def stem_statistics(
    padded: Tensor, shift: Tensor, convolution: nn.Conv2d, norm: nn.BatchNorm2d, total: Total
) -> PatchStatistics:
    """Compute the batch statistics of the first layer from its centred, padded input, and update the running ones.

    Parameters
    ----------
    padded, shift : Tensor
        From `pipeline.nn.fast.patches.centred`.
    convolution, norm
        The layer.
    total : callable
        Sums over the processes that share the batch.
    """
    kernel = convolution.kernel_size[0]
    clips, rows, columns = padded.shape
    count = whole_count(clips * (rows - kernel + 1) * (columns - kernel + 1), total)
    mean, covariance = patch_moments(padded, kernel, total)
    weight = convolution.weight.detach().double().flatten(1)
    output_mean, variance = weight @ mean, ((weight @ covariance) * weight).sum(1)
    true_mean = output_mean + shift * weight.sum(1)
    update_running(norm, _with_bias(true_mean, convolution), variance, count)
    return PatchStatistics(mean, covariance, BatchStatistics(output_mean, (variance + norm.eps).sqrt(), count))


def running_affine(shift: Tensor, convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> Affine:
    """Compute the normalisation of evaluation for outputs of centred input, without the bias."""
    missing = shift * convolution.weight.double().sum((1, 2, 3))
    return Affine.running(norm, _with_bias(missing, convolution))


def _with_bias(numbers: Tensor, convolution: nn.Conv2d) -> Tensor:
    return numbers if convolution.bias is None else numbers + convolution.bias.detach()


def folded_kernels(weight: Tensor, affine: Affine) -> Tensor:
    """Fold the factor of normalisation into the kernels and put them in their four places: (length, 4 x channels)."""
    return spread_places(weight.double() * affine.factor[:, None, None, None])


def stem_gradients(
    sums: Tensor, d_beta: Tensor, weight: Tensor, gamma: Tensor, statistics: PatchStatistics
) -> tuple[Tensor, Tensor]:
    """Compute the gradients of kernel and gamma.

    Parameters
    ----------
    sums : Tensor, shape (4 x channels, length)
        S for the four places.
    d_beta : Tensor, shape (channels,)
        The sum of dz.
    weight, gamma : Tensor
    statistics : PatchStatistics

    Returns
    -------
    d_weight, d_gamma : Tensor
        In float64.
    """
    output = statistics.output
    folded = fold_places(sums, weight.shape[-1]).flatten(1)
    flat = weight.double().flatten(1)
    d_gamma = ((flat * folded).sum(1) - output.mean * d_beta) / output.sigma
    through_variance = (d_gamma / output.sigma)[:, None] * (flat @ statistics.covariance)
    d_weight = (gamma.double() / output.sigma)[:, None] * (
        folded - d_beta[:, None] * statistics.mean - through_variance
    )
    return d_weight.view_as(weight), d_gamma


def spread_places(weight: Tensor) -> Tensor:
    """Put kernels into the four places of a patch one larger: (channels, 1, k, k) to (length, 4 x channels).

    Patches and the kernels in them run along time fastest; the places of a cell along frequency.
    """
    channels, _, kernel, _ = weight.shape
    side = kernel + 1
    placed = weight.new_zeros(4, channels, side, side)
    for number in range(4):
        row, column = divmod(number, 2)
        placed[number, :, column : column + kernel, row : row + kernel] = weight[:, 0].mT
    matrix = weight.new_zeros(row_length(side), 4 * channels)
    matrix[: side**2] = placed.reshape(4 * channels, -1).T
    return matrix


def fold_places(sums: Tensor, kernel: int) -> Tensor:
    """Sum a kernel's four places: (4 x channels, length) to (channels, k, k)."""
    side = kernel + 1
    placed = sums[:, : side**2].reshape(4, -1, side, side)
    folded = sums.new_zeros(placed.shape[1], kernel, kernel)
    for number in range(4):
        row, column = divmod(number, 2)
        folded += placed[number, :, column : column + kernel, row : row + kernel].mT
    return folded
