"""Another voice: pitch and formants shifted along the frequency axis, independently of each other.

A spectrum in decibels is the sum of a smooth envelope, shaped by the vocal tract, and a fine structure, the harmonics
(Oppenheim and Schafer's homomorphic view). Here the envelope is the part described by the lowest orders of the cosine
transform over the bins. Both shifts, and the split, are linear: one matrix per voice does it all.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.nn.augmentation.curves import cosines
from pipeline.nn.device import to_device

# Number of orders of the cosine transform, from 0, that form the envelope.
ENVELOPE_ORDERS = 13


class VoiceShift:
    """Shifts pitch and formants of spectra whose bins have given frequencies.

    Parameters
    ----------
    hertz : ndarray, shape (bins,)
        Centre frequencies, ascending.
    pitch_semitones, formant_semitones : float
        Largest shift up and down; factors are log-uniform within it.
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
            Factors of pitch and formants.
        row : ndarray of int, shape (count,)
            Row of each clip's factors.
        """
        voices, row = np.unique(voice, return_inverse=True)
        factors = 2 ** (generator.uniform(-1, 1, (len(voices), 2)) * self._semitones / 12)
        return factors, row

    def matrices(self, factors: NDArray[np.float64], device: torch.device) -> Tensor:
        """Build the matrix of each voice.

        Bin j of the shifted spectrum is the original at its frequency divided by the factor, interpolated linearly
        between two bins. Beyond the ends the envelope is constant, and there is no fine structure.

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


# Relative distance beyond an end that still counts as the end.
ROUNDING = 1e-9


def _interpolation(place: Tensor) -> Tensor:
    """Compute the weights of the two bins around each place: (voices, bins) to (voices, source bins, bins)."""
    distance = place.unsqueeze(1) - torch.arange(place.shape[1], device=place.device).unsqueeze(1)
    return distance.abs_().neg_().add_(1).clamp_(min=0)


def _to(values: NDArray[np.generic], device: torch.device) -> Tensor:
    return to_device(values, device, torch.float32)
