"""Supervised contrastive learning (Khosla et al. 2020, the form L_out)."""

import torch
from torch import Tensor

from pipeline.nn.objectives.group import Group, GroupObjective, need_anchors
from pipeline.nn.objectives.group_sampler import GroupSampler
from pipeline.nn.objectives.objective import LabelCodes, PairDiscounts


def supervised_contrastive_loss(similarity: Tensor, group: Group) -> Tensor:
    """Average ``-log p(positive)`` over an anchor's positives, then over the anchors.

    ``p`` is a softmax over all other clips of the batch. The logarithms of the weights are added to the logits, and the
    positives are averaged by their weights: a clip of weight 0 is excluded.

    Parameters
    ----------
    similarity : Tensor, shape (n, n)
        Cosines divided by the temperature.
    group : Group
        Relations among the clips.

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
    weighted = torch.where(counts > 0, counts * log_p, 0.0)
    return -(weighted.sum(dim=1) / counts.sum(dim=1)).mean()


class SupervisedContrastive(GroupObjective):
    """Pulls all clips of a singer together, against all others at once.

    Parameters
    ----------
    labels, sampler, discounts, device
        As in `GroupObjective`.
    temperature : float
        Divides the cosines; if small, only the nearest clips matter.
    """

    def __init__(
        self,
        labels: LabelCodes,
        sampler: GroupSampler,
        discounts: PairDiscounts,
        device: torch.device,
        temperature: float,
    ) -> None:
        super().__init__(labels, sampler, discounts, device)
        self._temperature = temperature

    def compare(self, directions: Tensor, group: Group) -> tuple[Tensor, Tensor]:
        """Compare every clip with every other."""
        similarity = directions @ directions.T / self._temperature
        constant_loss = supervised_contrastive_loss(torch.zeros_like(similarity), group)
        return supervised_contrastive_loss(similarity, group), constant_loss
