"""A light network for unseen singers: mean and standard deviation of learned cepstra over the sung frames.

Not in the paper. With a handful of singers the paper's 5 million weights memorise the singers of the training part;
what carries over to other singers is the average of their spectra and how far these vary. So this network looks at each
frame separately, as cepstra do, and pools mean and standard deviation over time, as x-vectors do (Snyder et al. 2018).
"""

import numpy as np
import torch
from scipy.fft import dct
from torch import Tensor, nn
from torch.nn import functional

from pipeline.nn.networks.dropout import Dropout
from pipeline.nn.networks.embedder import Attention, Embedder

# A frame this many dB louder than another weighs e times as much: silence and breath hardly count.
LOUDNESS_DB = 20.0
# Unit of the cepstra in dB, so that weights and inputs have a size that suits Adam's steps.
SCALE_DB = 20.0
LEAST_VARIANCE = 1e-4


class LoudnessAttention(Attention):
    """Weighs the frames of a clip by their loudness, the first feature of every time step; nothing is learned."""

    source = "loudness"

    def weights(self, steps: Tensor) -> Tensor:
        """Weigh each time step: (clips, N, D) to (clips, N), each row summing to one."""
        return torch.softmax(steps[:, :, 0] * (SCALE_DB / LOUDNESS_DB), dim=1)


class StatisticsNetwork(Embedder):
    """Embeds clips by mean and standard deviation of learned cepstra: (clips, 1, frames, bins) to (clips, embedding).

    Every frame passes a linear map of its bins, which starts as the cosine transform of cepstra (without the zeroth,
    the level), and batch normalisation. Positive and negative parts are separated; mean and standard deviation of both
    over time, weighted by loudness, pass batch normalisation, dropout and a linear map.

    Parameters
    ----------
    frames, bins : int
        Shape of a clip.
    cepstra : int
        Width of the map of a frame; below `bins`.
    dropout : float
        Share of the statistics dropped while training.
    embedding : int
        Dimensions of the embedding.
    normalise : bool
        Project the embedding onto the unit sphere.
    """

    def __init__(
        self, *, frames: int, bins: int, cepstra: int, dropout: float, embedding: int, normalise: bool
    ) -> None:
        super().__init__()
        self.frames, self.normalise = frames, normalise
        self.cepstra = nn.Linear(bins, cepstra, bias=False)
        self.cepstra_norm = nn.BatchNorm1d(cepstra)
        self.loudness = LoudnessAttention()
        self.attention = self.loudness
        self.statistics_norm = nn.BatchNorm1d(4 * cepstra)
        self.dropout = Dropout(dropout)
        self.output = nn.Linear(4 * cepstra, embedding)

    def forward(self, clips: Tensor) -> Tensor:
        """Embed clips."""
        vectors: Tensor = self.output(self.dropout(self.summaries(clips)))
        return functional.normalize(vectors) if self.normalise else vectors

    plain = forward

    def summaries(self, clips: Tensor) -> Tensor:
        """Summarise clips over time, each number normalised: (clips, 1, frames, bins) to (clips, 4 x cepstra)."""
        steps = self.time_steps(clips)
        weights = self.loudness.weights(steps).unsqueeze(2)
        halves = torch.cat([steps[:, :, 1:], -steps[:, :, 1:]], 2).relu()
        mean = (weights * halves).sum(1)
        variance = (weights * (halves - mean.unsqueeze(1)).square()).sum(1)
        statistics: Tensor = self.statistics_norm(torch.cat([mean, (variance + LEAST_VARIANCE).sqrt()], 1))
        return statistics

    def time_steps(self, clips: Tensor) -> Tensor:
        """Compute loudness and cepstra of every frame: (clips, 1, frames, bins) to (clips, frames, 1 + cepstra)."""
        spectra = clips.squeeze(1) / SCALE_DB
        cepstra = self.cepstra_norm(self.cepstra(spectra).transpose(1, 2)).transpose(1, 2)
        return torch.cat([spectra.mean(2, keepdim=True), cepstra], 2)

    def start(self) -> None:
        """Begin with cepstra: the map of a frame is the orthonormal cosine transform's rows 1, 2, ..."""
        kept, bins = self.cepstra.weight.shape
        basis = dct(np.eye(bins), norm="ortho", axis=0)[1 : kept + 1]
        with torch.no_grad():
            self.cepstra.weight.copy_(torch.from_numpy(basis))
