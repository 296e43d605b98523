"""The light network with an ear for movement: how fast and how far learned channels of a clip go to and fro.

Not in the paper. Mean and standard deviation over frames are the same in whatever order the frames come, so that the
light network cannot hear vibrato. This one adds modulation spectra. Harmonics that sway pass from one mel band to the
next and back, so that the difference of the two goes up and down as often as the voice does. Gabor filters measure how
much of each rate there is; their envelope does not depend on the phase of the vibrato.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from pipeline.nn.networks.statistics_network import LOUDNESS_DB, SCALE_DB, StatisticsNetwork

# Middles of the bands, Hz: singers' vibrato lies between 4 and 8, and its rate shows against what is slower and faster.
RATES_HZ = np.arange(3.0, 9.1)
# Standard deviation of a filter's bell, and its length. In frequency the bell's is 1.06 Hz, so that bands overlap.
BELL_S, LENGTH_S = 0.15, 0.6
# An envelope as smooth as that is known from every fourth frame, at 43 frames a second.
STRIDE = 4
# Movement below this (in units of SCALE_DB) does not count, so that silence has no shape.
LEAST_POWER = 1e-6
# Standard deviation of the two bells, one bin apart, whose difference is a channel to begin with.
BELL_BINS = 0.6


class MovementNetwork(StatisticsNetwork):
    """Embeds clips by what they sound like and how they move: (clips, 1, frames, bins) to (clips, embedding).

    Beside the statistics of `StatisticsNetwork`, every frame passes a linear map into channels that resolve harmonics.
    Of each channel, the mean power over time, weighted by loudness, is measured in bands of modulation; its logarithm
    gives the depth of the movement, the mean over the bands, and its spectrum, what each band has beyond that. The
    spectrum does not change when all movement grows, so that it tells rate, and depth tells extent. Both pass batch
    normalisation, and the linear map of the statistics reads them too.

    Parameters
    ----------
    frames, bins, cepstra, dropout, embedding, normalise, means
        As in `StatisticsNetwork`.
    movements : int
        Channels whose movement is measured.
    frame_rate : float
        Frames a second.
    """

    filters: Tensor

    def __init__(
        self,
        *,
        frames: int,
        bins: int,
        cepstra: int,
        movements: int,
        frame_rate: float,
        dropout: float,
        embedding: int,
        normalise: bool,
        means: int = 0,
    ) -> None:
        super().__init__(
            frames=frames,
            bins=bins,
            cepstra=cepstra,
            dropout=dropout,
            embedding=embedding,
            normalise=normalise,
            means=means,
        )
        self.channels = nn.Linear(bins, movements, bias=False)
        self.register_buffer("filters", torch.from_numpy(modulation_filters(frame_rate)).float().unsqueeze(1))
        self.spectrum_norm = nn.BatchNorm1d(movements * len(RATES_HZ))
        self.depth_norm = nn.BatchNorm1d(movements)
        self.output = nn.Linear(4 * cepstra + movements * (len(RATES_HZ) + 1), embedding - means)

    def summaries(self, clips: Tensor) -> Tensor:
        """Summarise clips over time: statistics, as in `StatisticsNetwork`, then spectra and depths of movement."""
        powers = (self.movements(clips) + LEAST_POWER).log()
        depth = powers.mean(2)
        spectrum = (powers - depth.unsqueeze(2)).flatten(1)
        return torch.cat([super().summaries(clips), self.spectrum_norm(spectrum), self.depth_norm(depth)], 1)

    def movements(self, clips: Tensor) -> Tensor:
        """Measure how much each channel moves at each rate: (clips, 1, frames, bins) to (clips, movements, bands).

        Mean squared envelopes, weighted by loudness as in `LoudnessAttention`. Before its first and after its last
        frame a clip stands still.
        """
        spectra = clips.squeeze(1) / SCALE_DB
        moving = self.channels(spectra).transpose(1, 2)
        waves = (moving @ self._filtering(moving.shape[2])).float()
        powers = waves.unflatten(2, (2, len(RATES_HZ), -1)).square().sum(2)
        weights = torch.softmax(spectra.mean(2)[:, ::STRIDE] * (SCALE_DB / LOUDNESS_DB), dim=1)
        return torch.einsum("ckbt,ct->ckb", powers, weights)

    def _filtering(self, frames: int) -> Tensor:
        """Write all filters at all places as one matrix: (frames, 2 x bands x places).

        A product of matrices is three times as fast as the convolution of thousands of signals, each one channel wide.
        """
        half = self.filters.shape[2] // 2
        frame_by_frame = torch.eye(frames, dtype=self.filters.dtype, device=self.filters.device).unsqueeze(1)
        padded = functional.pad(frame_by_frame, (half, half), "replicate")
        return functional.conv1d(padded, self.filters, stride=STRIDE).flatten(1)

    def start(self) -> None:
        """Begin with cepstra, and with channels that are differences of neighbouring bins, spread over all of them."""
        super().start()
        channels, bins = self.channels.weight.shape
        edge = np.linspace(0.5, bins - 1.5, channels)[:, None]
        above, below = (np.exp(-0.5 * ((np.arange(bins) - edge + side) / BELL_BINS) ** 2) for side in (-0.5, 0.5))
        with torch.no_grad():
            self.channels.weight.copy_(torch.from_numpy(above - below))


def modulation_filters(frame_rate: float) -> NDArray[np.float64]:
    """Compute the cosine and the sine filter of every band, each a Gabor function whose sum is zero.

    A sinusoid of amplitude 1 at the middle of a band has an envelope, the root of both squares, of 1/2 at any phase.

    Parameters
    ----------
    frame_rate : float
        Frames a second.

    Returns
    -------
    ndarray of float64, shape (2 x bands, taps)
        The cosines first; an odd number of taps.
    """
    half = max(1, round(LENGTH_S / 2 * frame_rate))
    seconds = np.arange(-half, half + 1) / frame_rate
    bell = np.exp(-0.5 * (seconds / BELL_S) ** 2)
    bell /= bell.sum()
    waves = np.exp(2j * np.pi * RATES_HZ[:, None] * seconds)
    filters = bell * (waves - (waves @ bell)[:, None])
    return np.concatenate([filters.real, filters.imag])
