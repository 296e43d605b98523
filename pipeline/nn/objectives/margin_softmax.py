"""The additive angular margin loss, ArcFace (Deng et al. 2019), with the training singers as classes."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.nn.objectives.group import Group, GroupObjective
from pipeline.nn.objectives.group_sampler import GroupSampler
from pipeline.nn.objectives.objective import LabelCodes, PairDiscounts

# Keeps the gradient of the sine finite where a clip coincides with its class's weight.
LEAST_SINE_SQUARED = 1e-6


def add_angular_margin(cosine: Tensor, margin: float) -> Tensor:
    """Compute ``cos(a + margin)`` from ``cos a``.

    Beyond ``pi - margin``, where that would rise again, return ``cos a - margin sin(margin)``.

    Parameters
    ----------
    cosine : Tensor
        ``cos a``, -1 to 1.
    margin : float
        Radians, 0 to pi / 2.
    """
    sine = (1 - cosine.square()).clamp(min=LEAST_SINE_SQUARED).sqrt()
    turned = cosine * math.cos(margin) - sine * math.sin(margin)
    return torch.where(cosine > -math.cos(margin), turned, cosine - margin * math.sin(margin))


def margin_softmax_loss(cosine: Tensor, singer: Tensor, weight: Tensor, scale: float, margin: float) -> Tensor:
    """Average ``-log p(own singer)`` over the clips, where the own class's angle counts as larger by the margin.

    Parameters
    ----------
    cosine : Tensor, shape (n, classes)
        Cosine of each clip and each class's weight.
    singer : Tensor of int64, shape (n,)
        The class of each clip.
    weight : Tensor, shape (n, classes)
        Its logarithm is added to the logits: a class of weight 0 is excluded.
    scale : float
        Factor of the cosines.
    margin : float
        Radians.

    Returns
    -------
    Tensor
        A scalar.
    """
    own = functional.one_hot(singer, cosine.shape[1]).bool()
    logits = scale * torch.where(own, add_angular_margin(cosine, margin), cosine)
    return functional.cross_entropy(logits + weight.log(), singer)


class MarginSoftmax(GroupObjective):
    """Classifies the training singers. Songs play no part; classes of other corpora weigh less.

    Parameters
    ----------
    labels, sampler, discounts, device
        As in `GroupObjective`; of the discounts only `within_corpus` matters.
    temperature : float
        The scale is its inverse, and is fixed.
    margin : float
        Radians.
    dimensions : int
        Dimensions of the embedding.
    generator : torch.Generator
        Source of the classes' initial weights, on the processor.
    """

    def __init__(
        self,
        labels: LabelCodes,
        sampler: GroupSampler,
        discounts: PairDiscounts,
        device: torch.device,
        temperature: float,
        *,
        margin: float,
        dimensions: int,
        generator: torch.Generator,
    ) -> None:
        super().__init__(labels, sampler, discounts, device)
        self._scale, self._margin = 1 / temperature, margin
        drawn = torch.randn((len(labels.singers), dimensions), generator=generator)
        self.classes = nn.Parameter(functional.normalize(drawn, dim=1).to(device))
        self.head.register_parameter("classes", self.classes)
        self._corpus = _corpus_of_singers(labels).to(device)

    def compare(self, directions: Tensor, group: Group) -> tuple[Tensor, Tensor]:
        """Compare every clip with every class."""
        cosine = directions @ functional.normalize(self.classes, dim=1).T
        own_corpus = self._corpus[group.singer][:, None] == self._corpus[None, :]
        weight = torch.where(own_corpus, 1.0, 1 - self._discounts.within_corpus)
        constant_loss = margin_softmax_loss(torch.zeros_like(cosine), group.singer, weight, scale=0.0, margin=0.0)
        return margin_softmax_loss(cosine, group.singer, weight, self._scale, self._margin), constant_loss


def _corpus_of_singers(labels: LabelCodes) -> Tensor:
    corpus = torch.zeros(len(labels.singers), dtype=torch.int64)
    corpus[torch.from_numpy(labels.singer)] = torch.from_numpy(labels.corpus)
    return corpus
