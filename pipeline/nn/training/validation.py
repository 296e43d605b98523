"""The validation that decides when to stop, and which weights to keep (paper 3.4)."""

from dataclasses import dataclass

import torch

from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.embedding import embed_clips
from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.objectives.loss import PairStatistics
from pipeline.nn.objectives.objective import Objective
from pipeline.nn.pairs import Pairs

BATCH = 32


@dataclass(frozen=True)
class Validation:
    """A fixed list of pairs of clips of the validation part."""

    bank: ClipBank
    pairs: Pairs

    def measure(
        self, network: Embedder, objective: Objective, device: torch.device, precision: torch.dtype
    ) -> PairStatistics:
        """Embed every clip once, and evaluate the pairs."""
        vectors = embed_clips(network, self.bank, batch=BATCH, device=device, precision=precision)
        return objective.evaluate(torch.from_numpy(vectors), self.pairs)
