"""What makes vectors of clips once a network is trained: the interface, whichever library computes them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Networks by their names in a model file; one that names none is the paper's.
PAPERS, LIGHT = "residual", "statistics"
KINDS = (PAPERS, LIGHT, "movement")
# The network's state by its names, as a model file holds it.
Weights = Mapping[str, NDArray[np.generic]]


class Encoder(ABC):
    """Makes vectors of clips, and nothing else: it does not learn.

    Attributes
    ----------
    weights : mapping of str to ndarray
        The network's state.
    """

    @property
    @abstractmethod
    def weights(self) -> Weights:
        """The network's state."""

    @abstractmethod
    def embed(self, clips: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Embed clips: (clips, frames, bins) in dB to (clips, embedding)."""

    @abstractmethod
    def attend(self, clips: NDArray[np.floating[Any]]) -> NDArray[np.float32] | None:
        """Return the weight of each time step of clips as a multiple of the average; None without attention.

        Parameters
        ----------
        clips : ndarray, shape (clips, frames, bins)
            In dB.

        Returns
        -------
        ndarray of float32, shape (clips, steps), or None
            Each row has mean 1.
        """
