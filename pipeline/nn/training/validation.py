"""The validation that decides when to stop, and which weights to keep (paper 3.4)."""

from dataclasses import dataclass

import torch

from pipeline.analysis.error_curve import equal_error_of_pairs
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.embedding import embed_clips
from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.objectives.loss import PairStatistics, squared_distance
from pipeline.nn.objectives.objective import Objective
from pipeline.nn.pairs import Pairs

BATCH = 32


@dataclass(frozen=True)
class ValidationPairs:
    """A fixed list of pairs of clips of the validation part."""

    bank: ClipBank
    pairs: Pairs

    def measure(
        self, network: Embedder, objective: Objective, device: torch.device, precision: torch.dtype
    ) -> tuple[PairStatistics, float]:
        """Embed every clip once, and evaluate the pairs.

        Returns
        -------
        tuple of PairStatistics and float
            What the objective says, and the equal error rate of the pairs by their distance, which can be compared
            from one objective to the other.
        """
        vectors = torch.from_numpy(embed_clips(network, self.bank, batch=BATCH, device=device, precision=precision))
        distance = squared_distance(vectors[self.pairs.first], vectors[self.pairs.second])
        error = equal_error_of_pairs(distance.double().numpy(), self.pairs.same)
        return objective.evaluate(vectors, self.pairs), error
