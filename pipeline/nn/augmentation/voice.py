"""Another voice: pitch and formants shifted along the axis of frequency, each on its own.

A spectrum in decibels is the sum of a smooth envelope, which the vocal tract shapes, and of fine structure, the
harmonics (Oppenheim and Schafer's homomorphic view). Here the envelope is the part that the lowest orders of the cosine
transform over the bins describe. Both shifts, and the split, are linear: one matrix a voice does it all.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.nn.augmentation.curves import cosines

ENVELOPE_ORDERS = 13
"""Orders of the cosine transform, from 0, that make the envelope."""


class VoiceShift:
    """Shifts of pitch and formants for spectra whose bins have given frequencies.

    Parameters
    ----------
    hertz : ndarray, shape (bins,)
        Centre frequencies, ascending.
    pitch_semitones, formant_semitones : float
        A factor is drawn log-uniformly within so many semitones up and down.
    """

    def __init__(self, hertz: NDArray[np.float64], pitch_semitones: float, formant_semitones: float) -> None:
        self._hertz, self._semitones = hertz, (pitch_semitones, formant_semitones)
        basis = cosines(len(hertz), np.arange(min(ENVELOPE_ORDERS, len(hertz))))
        self._basis = basis / np.linalg.norm(basis, axis=1, keepdims=True)

    def draw(
        self, voice: NDArray[np.int64], generator: np.random.Generator
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Draw a pair of factors for every voice, in the order of their numbers.

        Parameters
        ----------
        voice : ndarray of int, shape (count,)
            Clips of one number share their factors.

        Returns
        -------
        factors : ndarray, shape (voices, 2)
            Of pitch and formants.
        row : ndarray of int, shape (count,)
            Which of the factors is a clip's.
        """
        voices, row = np.unique(voice, return_inverse=True)
        factors = 2 ** (generator.uniform(-1, 1, (len(voices), 2)) * self._semitones / 12)
        return factors, row

    def matrices(self, factors: NDArray[np.float64], device: torch.device) -> Tensor:
        """Build the matrix of each voice.

        Bin j of the shifted spectrum is what stood at its frequency divided by the factor, between two bins by linear
        interpolation. From beyond the ends comes the envelope's end, and no fine structure.

        Parameters
        ----------
        factors : ndarray, shape (voices, 2)
        device : torch.device

        Returns
        -------
        Tensor of float32, shape (voices, bins, bins)
            To multiply spectra, as rows, from the right.
        """
        source = self._hertz / factors[:, :, None]
        place = np.interp(source, self._hertz, np.arange(len(self._hertz)))
        known = (source >= self._hertz[0] * (1 - ROUNDING)) & (source <= self._hertz[-1] * (1 + ROUNDING))
        pitch, formants = (_interpolation(_to(place[:, kind], device)) for kind in (0, 1))
        pitch *= _to(known[:, 0], device).unsqueeze(1)
        basis = _to(self._basis, device)
        return pitch + basis.T @ (basis @ (formants - pitch))


ROUNDING = 1e-9
"""How far beyond the ends, relative to the frequency, still counts as the end."""


def _interpolation(place: Tensor) -> Tensor:
    """Weigh the two bins around each place: (voices, bins) to (voices, bins of the source, bins)."""
    distance = place.unsqueeze(1) - torch.arange(place.shape[1], device=place.device).unsqueeze(1)
    return distance.abs_().neg_().add_(1).clamp_(min=0)


def _to(values: NDArray[np.generic], device: torch.device) -> Tensor:
    return torch.from_numpy(values).to(device, torch.float32)
