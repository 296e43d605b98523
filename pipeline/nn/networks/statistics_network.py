"""A light network for unseen singers: mean and standard deviation of learned cepstra over the sung frames.

Not in the paper. With a handful of singers the paper's 5 million weights memorise the singers of the training part;
what carries over to other singers is the average of their spectra and how far these vary. So this network looks at each
frame separately, as cepstra do, and pools mean and standard deviation over time, as x-vectors do (Snyder et al. 2018).

Means of plain cepstra may stand beside what it has learned. Training on varied channels teaches it to disregard what a
microphone could have changed; within one studio just this tells singers apart, and the two err on different pairs.
"""

import numpy as np
import torch
from numpy.typing import NDArray
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
        Project what is learned onto the unit sphere.
    means : int, optional
        How many of the embedding's dimensions are means of plain cepstra, scaled by `pipeline.nn.training.plain_means`
        once the rest is trained; until then they are 0.
    """

    means_map: Tensor
    means_gain: Tensor
    means_shift: Tensor

    def __init__(
        self, *, frames: int, bins: int, cepstra: int, dropout: float, embedding: int, normalise: bool, means: int = 0
    ) -> None:
        super().__init__()
        self.frames, self.normalise, self.means = frames, normalise, means
        self.cepstra = nn.Linear(bins, cepstra, bias=False)
        self.cepstra_norm = nn.BatchNorm1d(cepstra)
        self.loudness = LoudnessAttention()
        self.attention = self.loudness
        self.statistics_norm = nn.BatchNorm1d(4 * cepstra)
        self.dropout = Dropout(dropout)
        self.output = nn.Linear(4 * cepstra, embedding - means)
        if means:
            self.register_buffer("means_map", torch.from_numpy(cosine_rows(means, bins)).float())
            self.register_buffer("means_gain", torch.zeros(means))
            self.register_buffer("means_shift", torch.zeros(means))

    def forward(self, clips: Tensor) -> Tensor:
        """Embed clips."""
        vectors: Tensor = self.output(self.dropout(self.summaries(clips)))
        learned = functional.normalize(vectors) if self.normalise else vectors
        if not self.means:
            return learned
        return torch.cat([learned, self.plain_means(clips) * self.means_gain + self.means_shift], 1)

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

    def plain_means(self, clips: Tensor) -> Tensor:
        """Average plain cepstra over time, weighted by loudness: (clips, 1, frames, bins) to (clips, means)."""
        spectra = clips.squeeze(1) / SCALE_DB
        weights = self.loudness.weights(spectra.mean(2, keepdim=True))
        means: Tensor = torch.einsum("ct,ctb->cb", weights, spectra) @ self.means_map.T
        return means

    def start(self) -> None:
        """Begin with cepstra: the map of a frame is the orthonormal cosine transform's rows 1, 2, ..."""
        with torch.no_grad():
            self.cepstra.weight.copy_(torch.from_numpy(cosine_rows(*self.cepstra.weight.shape)))


def cosine_rows(count: int, bins: int) -> NDArray[np.float64]:
    """Return rows 1, 2, ... of the orthonormal cosine transform, which make cepstra of a spectrum: (count, bins)."""
    rows: NDArray[np.float64] = dct(np.eye(bins), norm="ortho", axis=0)[1 : count + 1]
    return rows
