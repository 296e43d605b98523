"""The first layer (paper 3.4): a convolution of one input channel, batch normalisation, ReLU, max pooling."""

from torch import Tensor, nn
from torch.nn import functional


class Stem(nn.Module):
    """Map clips of shape (clips, 1, frames, bins) to (clips, channels, frames / 2, bins / 2).

    The convolution is `same`; an even kernel has no middle, and of its padding the smaller half comes before (4 before
    and 5 after for the paper's 10 x 10).

    Parameters
    ----------
    channels : int
        Output channels; 128 in the paper.
    kernel : int
        Extent over time and over frequency; 10 in the paper.
    """

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__()
        self.kernel = kernel
        self.convolution = nn.Conv2d(1, channels, kernel)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, clips: Tensor) -> Tensor:
        """Run the layer."""
        before, after = (self.kernel - 1) // 2, self.kernel // 2
        padded = functional.pad(clips, (before, after, before, after))
        return functional.max_pool2d(functional.relu(self.norm(self.convolution(padded))), 2)
