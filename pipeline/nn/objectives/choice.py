"""The choice of the objective that the parameters name."""

from dataclasses import dataclass
from typing import assert_never

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.errors import BadInputError
from pipeline.nn.objectives.contrastive import Contrastive
from pipeline.nn.objectives.group import GroupObjective
from pipeline.nn.objectives.group_sampler import GroupSampler
from pipeline.nn.objectives.margin_softmax import MarginSoftmax
from pipeline.nn.objectives.objective import LabelCodes, Objective, PairDiscounts
from pipeline.nn.objectives.prototypical import Prototypical
from pipeline.nn.objectives.settings import GroupLoss, Loss
from pipeline.nn.objectives.supervised_contrastive import SupervisedContrastive
from pipeline.nn.pairs import PairSampler
from pipeline.nn.processes import Processes


@dataclass(frozen=True)
class Options:
    """Which objective, and its parameters; `pipeline.sections.learning.Train` documents each field."""

    loss: Loss
    margin: float
    pairs: int
    cross_song: float
    same_song: float
    within_corpus: float
    temperature: float
    angular_margin: float
    singers: int
    clips: int


@dataclass(frozen=True)
class ClipLabels:
    """Singer, song and corpus of every clip: three arrays of names, each of shape (clips,)."""

    singer: NDArray[np.str_]
    song: NDArray[np.str_]
    corpus: NDArray[np.str_]

    def pairs(self, options: Options, cross_song: float) -> PairSampler:
        """Build the sampler of pairs."""
        return PairSampler(
            self.singer,
            self.song,
            corpus=self.corpus,
            cross_song=cross_song,
            same_song=options.same_song,
            within_corpus=options.within_corpus,
        )


def choose_objective(
    options: Options, labels: ClipLabels, dimensions: int, seed: np.random.SeedSequence, processes: Processes
) -> Objective:
    """Build the objective of a training.

    Parameters
    ----------
    options : Options
    labels : ClipLabels
        Of the clips of the training part.
    dimensions : int
        Dimensions of the embedding.
    seed : numpy.random.SeedSequence
        Source of the initial parameters of the head.
    processes : Processes
        The processes that train together.

    Raises
    ------
    BadInputError
        The clips or the processes do not allow it.
    """
    if options.loss == "contrastive":
        return Contrastive(labels.pairs(options, options.cross_song), options.pairs, options.margin, processes)
    if processes.count > 1:
        raise BadInputError(
            f"params.yaml: train.loss: {options.loss} compares all clips of a batch, but each of {processes.count} "
            "processes holds only a part; train with one process, or use contrastive"
        )
    return _over_groups(options.loss, options, labels, dimensions, seed, processes.device)


def validation_sampler(options: Options, labels: ClipLabels) -> PairSampler:
    """Build the sampler of the fixed pairs of the validation part.

    For the contrastive loss they are drawn like the training's. The others are evaluated by an equal error rate, which
    easy pairs would flatter: if `cross_song` discounts same-singer pairs of one song at all, none is drawn.
    """
    match options.loss:
        case "contrastive":
            return labels.pairs(options, options.cross_song)
        case "supervised_contrastive" | "prototypical" | "margin_softmax":
            return labels.pairs(options, float(options.cross_song > 0))
        case _:
            assert_never(options.loss)


def _over_groups(
    loss: GroupLoss,
    options: Options,
    labels: ClipLabels,
    dimensions: int,
    seed: np.random.SeedSequence,
    device: torch.device,
) -> GroupObjective:
    codes = LabelCodes.of(labels.singer, labels.song, labels.corpus)
    classes = loss == "margin_softmax"
    discounts = PairDiscounts(
        cross_song=0.0 if classes else options.cross_song,
        same_song=0.0 if classes else options.same_song,
        within_corpus=options.within_corpus,
    )
    sampler = GroupSampler(codes, discounts, singers=options.singers, clips=options.clips, partner=not classes)
    match loss:
        case "supervised_contrastive":
            return SupervisedContrastive(codes, sampler, discounts, device, options.temperature)
        case "prototypical":
            return Prototypical(codes, sampler, discounts, device, options.temperature)
        case "margin_softmax":
            return MarginSoftmax(
                codes,
                sampler,
                discounts,
                device,
                options.temperature,
                margin=options.angular_margin,
                dimensions=dimensions,
                generator=torch.Generator().manual_seed(int(seed.generate_state(1, np.uint64)[0] >> np.uint64(1))),
            )
        case _:
            assert_never(loss)
