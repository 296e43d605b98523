"""Making the objective that the parameters name."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.errors import BadInputError
from pipeline.nn.objectives.contrastive import Contrastive
from pipeline.nn.objectives.group import GroupObjective
from pipeline.nn.objectives.group_sampler import GroupSampler
from pipeline.nn.objectives.margin_softmax import MarginSoftmax
from pipeline.nn.objectives.objective import Labels, Objective, Shares
from pipeline.nn.objectives.prototypical import Prototypical
from pipeline.nn.objectives.supervised_contrastive import SupervisedContrastive
from pipeline.nn.pairs import PairSampler
from pipeline.nn.processes import Processes

Loss = Literal["contrastive", "supervised_contrastive", "prototypical", "margin_softmax"]


@dataclass(frozen=True)
class Options:
    """Which objective, and its settings; `pipeline.sections.learning.Train` says what each means."""

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
class Clips:
    """Who sings each clip, what, and of which corpus: three arrays of names, shape (clips,)."""

    singer: NDArray[np.str_]
    song: NDArray[np.str_]
    corpus: NDArray[np.str_]

    def pairs(self, options: Options, cross_song: float) -> PairSampler:
        """Make the sampler of pairs."""
        return PairSampler(
            self.singer,
            self.song,
            corpus=self.corpus,
            cross_song=cross_song,
            same_song=options.same_song,
            within_corpus=options.within_corpus,
        )


def choose_objective(
    options: Options, clips: Clips, dimensions: int, seed: np.random.SeedSequence, processes: Processes
) -> Objective:
    """Make the objective of a training.

    Parameters
    ----------
    options : Options
    clips : Clips
        Of the training part.
    dimensions : int
        Of the embedding.
    seed : numpy.random.SeedSequence
        Source of what is trained beside the network.
    processes : Processes
        Those that train together.

    Raises
    ------
    BadInputError
        The clips, or the processes, do not allow it.
    """
    if options.loss == "contrastive":
        return Contrastive(clips.pairs(options, options.cross_song), options.pairs, options.margin, processes)
    if processes.count > 1:
        raise BadInputError(
            f"params.yaml: train.loss: {options.loss} compares all clips of a batch, {processes.count} processes hold "
            "a part each; train with one, or take contrastive"
        )
    return _over_groups(options, clips, dimensions, seed, processes.device)


def validation_sampler(options: Options, clips: Clips) -> PairSampler:
    """Make the sampler of the fixed pairs of the validation part.

    For the contrastive loss they are as the training's. The others judge by an equal error rate, which easy pairs
    would flatter: where `cross_song` weighs less what a singer sings twice, no same-singer pair has one song.
    """
    judged = options.cross_song if options.loss == "contrastive" else float(options.cross_song > 0)
    return clips.pairs(options, judged)


def _over_groups(
    options: Options, clips: Clips, dimensions: int, seed: np.random.SeedSequence, device: torch.device
) -> GroupObjective:
    labels = Labels.of(clips.singer, clips.song, clips.corpus)
    classes = options.loss == "margin_softmax"
    shares = Shares(
        cross_song=0.0 if classes else options.cross_song,
        same_song=0.0 if classes else options.same_song,
        within_corpus=options.within_corpus,
    )
    sampler = GroupSampler(labels, shares, singers=options.singers, clips=options.clips, partner=not classes)
    if options.loss == "supervised_contrastive":
        return SupervisedContrastive(labels, sampler, shares, device, options.temperature)
    if options.loss == "prototypical":
        return Prototypical(labels, sampler, shares, device, options.temperature)
    return MarginSoftmax(
        labels,
        sampler,
        shares,
        device,
        options.temperature,
        margin=options.angular_margin,
        dimensions=dimensions,
        generator=torch.Generator().manual_seed(int(seed.generate_state(1, np.uint64)[0] >> np.uint64(1))),
    )
