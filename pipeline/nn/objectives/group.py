"""How the clips of a group stand to one another, and what the objectives over groups share."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.analysis.error_curve import equal_error_of_pairs
from pipeline.errors import BadInputError
from pipeline.nn.objectives.group_sampler import GroupSampler
from pipeline.nn.objectives.loss import PairStatistics, Row, squared_distance
from pipeline.nn.objectives.objective import Batch, Labels, Shares
from pipeline.nn.pairs import Indices, Pairs

CHANCE = 0.5
"""Equal error rate of an embedding that puts all clips at one place."""
WIDTH = (1.0, "vectors of length")
"""Beside it the squared distances of unit vectors, 0 to 4, are measured."""


@dataclass(frozen=True)
class Group:
    """The clips of a batch, on the device.

    Attributes
    ----------
    singer : Tensor of int64, shape (n,)
        Their singers, as numbers of the training part.
    same : Tensor of bool, shape (n, n)
        Whether two clips have the same singer; false of a clip and itself.
    weight : Tensor, shape (n, n)
        How much the column counts for the row as its anchor, 0 to 1; 0 for itself.
    anchors : Tensor of int64, shape (m,)
        The rows for which a clip of the same singer counts at all.
    """

    singer: Tensor
    same: Tensor
    weight: Tensor
    anchors: Tensor


def make_group(singer: Indices, song: Indices, corpus: Indices, shares: Shares) -> Group:
    """Relate the clips of a batch, all three of shape (n,), to one another; on the processor."""

    def agree(kind: Indices) -> Tensor:
        codes = torch.from_numpy(kind)
        return codes[:, None] == codes[None, :]

    itself = torch.eye(len(singer), dtype=torch.bool)
    same = agree(singer) & ~itself
    positive = torch.where(agree(song), 1 - shares.cross_song, 1.0)
    negative = torch.where(agree(song), 1.0, 1 - shares.same_song)
    negative = negative * torch.where(agree(corpus), 1.0, 1 - shares.within_corpus)
    weight = torch.where(same, positive, negative).masked_fill(itself, 0.0)
    anchors = torch.where(same, weight, 0.0).sum(dim=1).nonzero().squeeze(1)
    return Group(torch.from_numpy(singer), same, weight, anchors)


def need_anchors(group: Group) -> None:
    """Refuse a batch in which no clip has another of its singer that counts."""
    if not len(group.anchors):
        raise BadInputError(
            "a batch holds no two clips of one singer that may be pulled together; raise train.clips, lower "
            "train.cross_song, or bring singers with more songs"
        )


class GroupObjective(ABC):
    """An objective over the directions of the vectors of a group: their lengths count for nothing.

    Validation is the equal error rate at which the angle tells same-singer from different-singer pairs.

    Parameters
    ----------
    labels : Labels
        Of the clips of the training part.
    sampler : GroupSampler
        Over the same clips.
    shares : Shares
        What weighs less.
    device : torch.device
        Where the vectors are.
    """

    def __init__(self, labels: Labels, sampler: GroupSampler, shares: Shares, device: torch.device) -> None:
        self._labels, self._sampler, self._shares, self._device = labels, sampler, shares, device
        self.head = nn.Module()
        self.chance, self.width = CHANCE, WIDTH

    @abstractmethod
    def compare(self, directions: Tensor, group: Group) -> tuple[Tensor, Tensor]:
        """Compute the loss of a group from unit vectors (n, d), and what it would be if they told nothing apart."""

    def draw(self, generator: np.random.Generator) -> Batch:
        """Draw the group of a step."""
        return self._sampler.draw(generator)

    def loss(self, vectors: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Compute the loss of a batch; measure the numbers of `PairStatistics` over all its pairs."""
        labels, clips = self._labels, batch.clips
        group = make_group(labels.singer[clips], labels.song[clips], labels.corpus[clips], self._shares)
        group = _to(group, self._device)
        directions = functional.normalize(vectors, dim=1)
        loss, constant = self.compare(directions, group)
        distance = (2 - 2 * directions.detach() @ directions.detach().T).clamp(min=0)
        return loss, torch.stack([loss.detach(), constant.detach(), *_spread(distance, group.same)])

    def row(self, measured: Tensor) -> Row:
        """Name what `loss` measured."""
        names = (field.name for field in fields(PairStatistics))
        return dict(zip(names, measured.double().tolist(), strict=True))

    def judge(self, vectors: Tensor, pairs: Pairs) -> PairStatistics:
        """Take the equal error rate over the pairs."""
        directions = functional.normalize(vectors.double(), dim=1)
        distance = squared_distance(directions[pairs.first], directions[pairs.second])
        same = torch.from_numpy(pairs.same)
        positive, negative = distance[same].mean(), distance[~same].mean()
        active = (distance[~same] < positive).double().mean()
        error = equal_error_of_pairs(distance.numpy(), pairs.same)
        return PairStatistics(error, self.chance, float(positive), float(negative), float(active))

    def lonely_singers(self) -> list[str]:
        """List the singers of whom no two clips can be pulled together."""
        return self._sampler.lonely_singers()


def _to(group: Group, device: torch.device) -> Group:
    tensors = (group.singer, group.same, group.weight, group.anchors)
    return Group(*(tensor.to(device, non_blocking=True) for tensor in tensors))


def _spread(distance: Tensor, same: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Average over the pairs of each kind, and count the negatives nearer than the mean positive; NaN without any."""
    different = ~same & ~torch.eye(len(same), dtype=torch.bool, device=same.device)
    positive, negative = _mean(distance, same), _mean(distance, different)
    return positive, negative, _mean((distance < positive).to(distance.dtype), different)


def _mean(values: Tensor, chosen: Tensor) -> Tensor:
    """Average where chosen, without asking the device how many that are."""
    return torch.where(chosen, values, 0.0).sum() / chosen.sum()
