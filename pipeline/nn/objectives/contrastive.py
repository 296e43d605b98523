"""The paper's objective: the contrastive loss over pairs (paper 2.1 and 3.4)."""

from dataclasses import asdict

import numpy as np
import torch
from torch import Tensor, nn

from pipeline.errors import BadInputError
from pipeline.nn.objectives.loss import (
    PairStatistics,
    Row,
    ValidationMeasure,
    contrastive_loss,
    pair_statistics,
    squared_distance,
)
from pipeline.nn.objectives.objective import Batch
from pipeline.nn.pairs import Pairs, PairSampler
from pipeline.nn.processes import Processes


class Contrastive:
    """Pulls same-singer pairs together, and pushes different-singer pairs beyond the margin.

    Several processes share the pairs: all draw the same, and each keeps its own part.

    Parameters
    ----------
    sampler : PairSampler
        Over the clips of the training part.
    pairs : int
        Pairs per batch, half of each kind.
    margin : float
        m, on the squared distance.
    processes : Processes
        The processes that share every batch.
    """

    validation_measure: ValidationMeasure = "contrastive loss"

    def __init__(self, sampler: PairSampler, pairs: int, margin: float, processes: Processes) -> None:
        processes.check(pairs)
        self.sampler, self._pairs, self._margin, self._processes = sampler, pairs, margin, processes
        self.head = nn.Module()
        self.constant_loss, self.width = 0.25 * margin, (margin, "margin")

    def draw(self, generator: np.random.Generator) -> Batch:
        """Draw the pairs of a step."""
        return self.batch(self.sampler.draw(self._pairs, generator))

    def batch(self, pairs: Pairs) -> Batch:
        """Build the batch of this process's share of a step's pairs: the first clips of all, then the second ones.

        Raises
        ------
        BadInputError
            The pairs are not half of each kind, same-singer first.
        """
        half = self._pairs // 2
        if not np.array_equal(pairs.same, np.arange(self._pairs) < half):
            raise BadInputError(f"a batch must hold {half} pairs of each kind, same-singer first")
        mine = self._processes.share(pairs)
        first = np.arange(len(mine.same))
        second = np.where(mine.same, first, first + len(first))
        return Batch(np.concatenate([mine.first, mine.second]), np.concatenate([first, second]))

    def loss(self, vectors: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Compute the contrastive loss of this process's pairs, and the squared distances of all processes' pairs."""
        distance = squared_distance(*vectors.chunk(2))
        same = _same(len(distance), distance.device)
        return contrastive_loss(distance, same, self._margin), self._processes.gather(distance.detach())

    def row(self, measured: Tensor) -> Row:
        """Summarise the squared distances of a step."""
        return asdict(pair_statistics(measured, _same(self._pairs), self._margin))

    def evaluate(self, vectors: Tensor, pairs: Pairs) -> PairStatistics:
        """Compute the contrastive loss over the pairs."""
        distance = squared_distance(vectors[pairs.first], vectors[pairs.second])
        return pair_statistics(distance, torch.from_numpy(pairs.same), self._margin)

    def singers_without_pair(self) -> list[str]:
        """List the singers without any same-singer pair."""
        return self.sampler.singers_without_pair()


def _same(pairs: int, device: torch.device | None = None) -> Tensor:
    return torch.arange(pairs, device=device) < pairs // 2
