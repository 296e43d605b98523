"""The interface of an objective of training."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from pipeline.nn.objectives.loss import PairStatistics, Row, ValidationMeasure
from pipeline.nn.pairs import Indices, Pairs


@dataclass(frozen=True)
class Batch:
    """The clips of one step.

    Attributes
    ----------
    clip_numbers : ndarray of int64, shape (n,)
        Numbers of the clips in the bank.
    voices : ndarray of int64, shape (n,)
        Clips of one number must keep sharing a voice: an augmentation shifts them all alike.
    """

    clip_numbers: Indices
    voices: Indices


@dataclass(frozen=True)
class LabelCodes:
    """Singer, song and corpus of every clip, as codes from 0 in the order of their names.

    Attributes
    ----------
    singer, song, corpus : ndarray of int64, shape (clips,)
    singers, corpora : ndarray of str
        The names that the codes stand for.
    """

    singer: Indices
    song: Indices
    corpus: Indices
    singers: NDArray[np.str_]
    corpora: NDArray[np.str_]

    @classmethod
    def of(cls, singer: NDArray[np.str_], song: NDArray[np.str_], corpus: NDArray[np.str_]) -> "LabelCodes":
        """Encode names; all three have shape (clips,)."""
        singers, singer_codes = np.unique(singer, return_inverse=True)
        corpora, corpus_codes = np.unique(corpus, return_inverse=True)
        return cls(singer_codes, np.unique(song, return_inverse=True)[1], corpus_codes, singers, corpora)


@dataclass(frozen=True)
class PairDiscounts:
    """How much less pairs of a kind weigh in groups, each 0 to 1: their weight is one minus this.

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
    """Draws the clips of a step, and computes the loss of their vectors.

    Attributes
    ----------
    head : Module
        Parameters trained beside the network that are not part of the model; often none.
    validation_measure : {"contrastive loss", "equal error rate"}
        What the loss of a validation is.
    constant_loss : float
        The loss of a validation of an embedding that puts all clips at one place.
    width : tuple of float and str
        A squared distance compared to which those of a collapsed embedding vanish, and its name.
    """

    head: nn.Module
    validation_measure: ValidationMeasure
    constant_loss: float
    width: tuple[float, str]

    def draw(self, generator: np.random.Generator) -> Batch:
        """Draw the clips of a step."""
        ...

    def loss(self, vectors: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Compute the loss of a batch from its vectors in float32, shape (n, d).

        Returns
        -------
        tuple of two Tensor
            The loss, a scalar with a gradient; and the measurements for `row`, one axis of constant length, without.
        """
        ...

    def row(self, measured: Tensor) -> Row:
        """Turn the measurements of `loss`, moved to the processor, into a row with the names of `PairStatistics`."""
        ...

    def evaluate(self, vectors: Tensor, pairs: Pairs) -> PairStatistics:
        """Evaluate the vectors of all clips of the validation part on its pairs.

        The loss is the `validation_measure`, the lower the better, whatever loss is trained.
        """
        ...

    def singers_without_pair(self) -> list[str]:
        """List the singers of whom this objective cannot pull any two clips together."""
        ...
