"""The angular prototypical loss (Chung et al. 2020, In defence of metric learning for speaker recognition)."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.nn.objectives.group import Group, GroupObjective, need_anchors
from pipeline.nn.objectives.group_sampler import GroupSampler
from pipeline.nn.objectives.objective import LabelCodes, PairDiscounts

LEAST_SCALE = 1e-6


def prototypical_loss(directions: Tensor, group: Group, scale: Tensor) -> Tensor:
    """Average ``-log p(own singer)`` over the clips that have a prototype of their own.

    Each clip in turn is the query. A singer's prototype is the mean of the directions of that singer's other clips,
    weighted by their weight for the query; ``p`` is a softmax over the singers of scale times the cosine of query and
    prototype. The logarithm of a singer's mean weight is added to the logits: a singer of weight 0 is excluded.

    Parameters
    ----------
    directions : Tensor, shape (n, d)
        Unit vectors.
    group : Group
        Relations among the clips.
    scale : Tensor
        A scalar above 0. The paper's offset would cancel in the softmax, so there is none.

    Returns
    -------
    Tensor
        A scalar.

    Raises
    ------
    BadInputError
        No query has a prototype of its own.
    """
    need_anchors(group)
    member = group.member.to(directions.dtype)
    weight = group.weight[group.anchors].to(directions.dtype)
    others = 1 - torch.eye(len(member), dtype=directions.dtype, device=directions.device)[group.anchors]
    sums = torch.einsum("qi,ik,id->qkd", weight, member, directions)
    cosine = (functional.normalize(sums, dim=2) @ directions[group.anchors].unsqueeze(2)).squeeze(2)
    counts = (others @ member).clamp(min=1)
    logits = scale * cosine + ((weight @ member) / counts).log()
    return functional.cross_entropy(logits, member.argmax(dim=1)[group.anchors])


class Prototypical(GroupObjective):
    """Classifies each clip by the nearest prototype, with a learned scale.

    Parameters
    ----------
    labels, sampler, discounts, device
        As in `GroupObjective`.
    temperature : float
        The scale starts as its inverse (the paper starts at 10).
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
        self.scale = nn.Parameter(torch.tensor(1 / temperature, device=device))
        self.head.register_parameter("scale", self.scale)

    def compare(self, directions: Tensor, group: Group) -> tuple[Tensor, Tensor]:
        """Compare every clip with every singer's prototype."""
        scale = self.scale.clamp(min=LEAST_SCALE)
        constant_loss = prototypical_loss(directions.detach(), group, torch.zeros_like(scale))
        return prototypical_loss(directions, group, scale), constant_loss
