"""Supervised contrastive learning (Khosla et al. 2020, the form L_out)."""

import torch
from torch import Tensor

from pipeline.nn.objectives.group import Group, GroupObjective, need_anchors
from pipeline.nn.objectives.group_sampler import GroupSampler
from pipeline.nn.objectives.objective import Labels, Shares


def supervised_contrastive_loss(similarity: Tensor, group: Group) -> Tensor:
    """Average ``-log p(positive)`` over an anchor's positives, then over the anchors.

    ``p`` is a softmax over all other clips of the batch. A weight enters it as its logarithm, and the positive's own
    also in the average: weight 0 takes a clip out.

    Parameters
    ----------
    similarity : Tensor, shape (n, n)
        Cosines over the temperature.
    group : Group
        Who is who.

    Returns
    -------
    Tensor
        A scalar.

    Raises
    ------
    BadInputError
        No anchor has a positive.
    """
    need_anchors(group)
    weight, same = group.weight[group.anchors], group.same[group.anchors]
    log_p = torch.log_softmax(similarity[group.anchors] + weight.log(), dim=1)
    counts = torch.where(same, weight, 0.0)
    told = torch.where(counts > 0, counts * log_p, 0.0)
    return -(told.sum(dim=1) / counts.sum(dim=1)).mean()


class SupervisedContrastive(GroupObjective):
    """Pulls all clips of a singer together against all others at once.

    Parameters
    ----------
    labels, sampler, shares, device
        As `GroupObjective` has them.
    temperature : float
        Divides the cosines; small heeds the nearest clips alone.
    """

    def __init__(
        self, labels: Labels, sampler: GroupSampler, shares: Shares, device: torch.device, temperature: float
    ) -> None:
        super().__init__(labels, sampler, shares, device)
        self._temperature = temperature

    def compare(self, directions: Tensor, group: Group) -> tuple[Tensor, Tensor]:
        """Compare every clip with every other."""
        similarity = directions @ directions.T / self._temperature
        constant = supervised_contrastive_loss(torch.zeros_like(similarity), group)
        return supervised_contrastive_loss(similarity, group), constant
