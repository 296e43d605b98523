"""What an objective of training is."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from pipeline.nn.objectives.loss import PairStatistics, Row
from pipeline.nn.pairs import Indices, Pairs


@dataclass(frozen=True)
class Batch:
    """The clips of one step.

    Attributes
    ----------
    clips : ndarray of int64, shape (n,)
        Clip numbers.
    voice : ndarray of int64, shape (n,)
        Clips of one number must go on being one voice: what turns a voice into another does it to all of them alike.
    """

    clips: Indices
    voice: Indices


@dataclass(frozen=True)
class Labels:
    """Singer, song and corpus of every clip, as numbers from 0 in the order of their names.

    Attributes
    ----------
    singer, song, corpus : ndarray of int64, shape (clips,)
    singers, corpora : ndarray of str
        The names behind the numbers.
    """

    singer: Indices
    song: Indices
    corpus: Indices
    singers: NDArray[np.str_]
    corpora: NDArray[np.str_]

    @classmethod
    def of(cls, singer: NDArray[np.str_], song: NDArray[np.str_], corpus: NDArray[np.str_]) -> "Labels":
        """Give numbers to names; all three have shape (clips,)."""
        singers, singer_codes = np.unique(singer, return_inverse=True)
        corpora, corpus_codes = np.unique(corpus, return_inverse=True)
        return cls(singer_codes, np.unique(song, return_inverse=True)[1], corpus_codes, singers, corpora)


@dataclass(frozen=True)
class Shares:
    """How much pairs of a kind are left out of groups, each 0 to 1: they weigh one minus this.

    Attributes
    ----------
    cross_song : float
        Same-singer pairs of one song.
    same_song : float
        Different-singer pairs of two songs.
    within_corpus : float
        Different-singer pairs of two corpora.
    """

    cross_song: float = 0.0
    same_song: float = 0.0
    within_corpus: float = 0.0


class Objective(Protocol):
    """Draws the clips of a step, and says how well their vectors lie.

    Attributes
    ----------
    head : Module
        What is trained beside the network and is no part of the model: often nothing.
    chance : float
        Validation loss of an embedding that puts all clips at one place.
    width : tuple of float and str
        A squared distance beside which those of a collapsed embedding are nothing, and its name.
    """

    head: nn.Module
    chance: float
    width: tuple[float, str]

    def draw(self, generator: np.random.Generator) -> Batch:
        """Draw the clips of a step."""
        ...

    def loss(self, vectors: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Compute the loss of a batch from its vectors in float32, shape (n, d).

        Returns
        -------
        tuple of two Tensor
            The loss, a scalar with a gradient; and what `row` needs, one axis, as long in every step, without.
        """
        ...

    def row(self, measured: Tensor) -> Row:
        """Tell what `loss` measured, moved to the processor, as a row of the history: the names of `PairStatistics`."""
        ...

    def judge(self, vectors: Tensor, pairs: Pairs) -> PairStatistics:
        """Judge the vectors of all clips of the validation part, by its pairs; the lower the loss, the better."""
        ...

    def lonely_singers(self) -> list[str]:
        """List the singers of whom this objective can pull no two clips together."""
        ...
