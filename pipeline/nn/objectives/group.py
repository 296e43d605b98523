"""The relations among the clips of a group, and what the objectives over groups share."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.analysis.error_curve import equal_error_of_pairs
from pipeline.errors import BadInputError
from pipeline.nn.device import to_device
from pipeline.nn.objectives.group_sampler import GroupSampler
from pipeline.nn.objectives.loss import PairStatistics, Row, ValidationMeasure, squared_distance
from pipeline.nn.objectives.objective import Batch, LabelCodes, PairDiscounts
from pipeline.nn.pairs import Indices, Pairs

# Equal error rate of an embedding that puts all clips at one place.
CONSTANT_LOSS = 0.5
# The scale that the squared distances of unit vectors, 0 to 4, are compared with.
WIDTH = (1.0, "vectors of length")


@dataclass(frozen=True)
class Group:
    """The clips of a batch, on the device.

    Attributes
    ----------
    singer : Tensor of int64, shape (n,)
        Their singers, as codes of the training part.
    same : Tensor of bool, shape (n, n)
        Whether two clips have the same singer; false on the diagonal.
    weight : Tensor, shape (n, n)
        How much the column counts for the row as its anchor, 0 to 1; 0 on the diagonal.
    anchors : Tensor of int64, shape (m,)
        The rows for which any clip of the same singer counts.
    member : Tensor of bool, shape (n, singers)
        Whose clip each is, of the singers of the batch alone.
    """

    singer: Tensor
    same: Tensor
    weight: Tensor
    anchors: Tensor
    member: Tensor


def make_group(singer: Indices, song: Indices, corpus: Indices, discounts: PairDiscounts) -> Group:
    """Compute the relations among the clips of a batch from codes of shape (n,), on the processor."""

    def agree(kind: Indices) -> Tensor:
        codes = torch.from_numpy(kind)
        return codes[:, None] == codes[None, :]

    itself = torch.eye(len(singer), dtype=torch.bool)
    same = agree(singer) & ~itself
    positive = torch.where(agree(song), 1 - discounts.cross_song, 1.0)
    negative = torch.where(agree(song), 1.0, 1 - discounts.same_song)
    negative = negative * torch.where(agree(corpus), 1.0, 1 - discounts.within_corpus)
    weight = torch.where(same, positive, negative).masked_fill(itself, 0.0)
    anchors = torch.where(same, weight, 0.0).sum(dim=1).nonzero().squeeze(1)
    member = torch.from_numpy(np.unique(singer)[None, :] == singer[:, None])
    return Group(torch.from_numpy(singer), same, weight, anchors, member)


def need_anchors(group: Group) -> None:
    """Reject a batch in which no clip has another one of its singer that counts."""
    if not len(group.anchors):
        raise BadInputError(
            "a batch holds no two clips of one singer that may be pulled together; raise train.clips, lower "
            "train.cross_song, or add singers with more songs"
        )


class GroupObjective(ABC):
    """An objective over the directions of the vectors of a group; their lengths do not matter.

    Validation computes the equal error rate of the angle on same-singer and different-singer pairs.

    Parameters
    ----------
    labels : LabelCodes
        Of the clips of the training part.
    sampler : GroupSampler
        Sampler of the same clips.
    discounts : PairDiscounts
        Which pairs weigh less.
    device : torch.device
        Device of the vectors.
    """

    validation_measure: ValidationMeasure = "equal error rate"

    def __init__(
        self, labels: LabelCodes, sampler: GroupSampler, discounts: PairDiscounts, device: torch.device
    ) -> None:
        self._labels, self._sampler, self._discounts, self._device = labels, sampler, discounts, device
        self.head = nn.Module()
        self.constant_loss, self.width = CONSTANT_LOSS, WIDTH

    @abstractmethod
    def compare(self, directions: Tensor, group: Group) -> tuple[Tensor, Tensor]:
        """Compute the loss of a group from unit vectors (n, d), and that of a constant embedding."""

    def draw(self, generator: np.random.Generator) -> Batch:
        """Draw the group of a step."""
        return self._sampler.draw(generator)

    def loss(self, vectors: Tensor, batch: Batch) -> tuple[Tensor, Tensor]:
        """Compute the loss of a batch, and the numbers of `PairStatistics` over all its pairs."""
        labels, rows = self._labels, batch.clip_numbers
        group = make_group(labels.singer[rows], labels.song[rows], labels.corpus[rows], self._discounts)
        group = _to(group, self._device)
        directions = functional.normalize(vectors, dim=1)
        loss, constant_loss = self.compare(directions, group)
        distance = (2 - 2 * directions.detach() @ directions.detach().T).clamp(min=0)
        return loss, torch.stack([loss.detach(), constant_loss.detach(), *_spread(distance, group.same)])

    def row(self, measured: Tensor) -> Row:
        """Name the measurements of `loss`."""
        names = (field.name for field in fields(PairStatistics))
        return dict(zip(names, measured.double().tolist(), strict=True))

    def evaluate(self, vectors: Tensor, pairs: Pairs) -> PairStatistics:
        """Compute the equal error rate over the pairs, and the other statistics of their directions."""
        directions = functional.normalize(vectors.double(), dim=1)
        distance = squared_distance(directions[pairs.first], directions[pairs.second])
        same = torch.from_numpy(pairs.same)
        positive, negative = distance[same].mean(), distance[~same].mean()
        near = (distance[~same] < positive).double().mean()
        error = equal_error_of_pairs(distance.numpy(), pairs.same)
        return PairStatistics(error, self.constant_loss, float(positive), float(negative), float(near))

    def singers_without_pair(self) -> list[str]:
        """List the singers without two clips that may be pulled together."""
        return self._sampler.singers_without_pair()


def _to(group: Group, device: torch.device) -> Group:
    tensors = (group.singer, group.same, group.weight, group.anchors, group.member)
    return Group(*(to_device(tensor, device) for tensor in tensors))


def _spread(distance: Tensor, same: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Average the distances of each kind, and compute the share of negatives nearer than the mean positive, or NaN."""
    different = ~same & ~torch.eye(len(same), dtype=torch.bool, device=same.device)
    positive, negative = _mean(distance, same), _mean(distance, different)
    return positive, negative, _mean((distance < positive).to(distance.dtype), different)


def _mean(values: Tensor, chosen: Tensor) -> Tensor:
    """Average where chosen, without waiting for the device to count them."""
    return torch.where(chosen, values, 0.0).sum() / chosen.sum()
