"""The first layer (paper 3.4): a convolution of one input channel, batch normalisation, ReLU, max pooling."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.nn.pooled_stem import pooled_stem


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
        """Run the layer; on a processor, where that gives all gradients asked for, the fast way."""
        gives_gradients = self.training and not clips.requires_grad
        if clips.device.type == "cpu" and (gives_gradients or not torch.is_grad_enabled()):
            return pooled_stem(clips, self.convolution, self.norm)
        return self.plain(clips)

    def plain(self, clips: Tensor) -> Tensor:
        """Run the layer as written in the paper: the reference for the fast way, and the way on a GPU."""
        before, after = (self.kernel - 1) // 2, self.kernel // 2
        padded = functional.pad(clips, (before, after, before, after))
        return functional.max_pool2d(functional.relu(self.norm(self.convolution(padded))), 2)
