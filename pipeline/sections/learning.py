"""Parameters of network, training and embedding (paper 2 and 3.4)."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from pipeline.model.numbers import Count, Positive, Share, Size
from pipeline.nn.objectives.settings import Loss
from pipeline.sections.section import Section

Precision = Literal["auto", "float32", "bfloat16"]
Threads = Literal["auto"] | Annotated[int, Field(ge=1, le=1024)]

# Parameters that a network of each kind does not use.
UNUSED = {
    "residual": {"cepstra", "movements", "means"},
    "statistics": {"attention", "channels", "bottleneck", "cardinality", "hidden", "movements"},
    "movement": {"attention", "channels", "bottleneck", "cardinality", "hidden"},
}


class Network(Section):
    """The network (paper 3.4, figure 1). ``bottleneck`` is a multiple of ``cardinality``, ``cepstra`` below the bins.

    The light kind uses ``cepstra``, ``dropout``, ``embedding``, ``normalise`` and ``means``, that with an ear for
    movement ``movements`` besides; the paper's, all but ``cepstra``, ``means`` and ``movements``.
    """

    kind: Literal["residual", "statistics", "movement"]
    """``residual``: the paper's; ``statistics``: the light one that pools cepstra, for unseen singers; ``movement``:
    that one with an ear for movement such as vibrato, between 3 and 9 Hz."""
    attention: bool
    """Feed-forward attention over time (2.3); without it the dense layers read all time steps: 203 million weights."""
    channels: Size
    """Channels of the first convolution, and of the block's output."""
    bottleneck: Size
    """Channels inside the ResNeXt block."""
    cardinality: Size
    """Groups of the block's middle convolution."""
    hidden: Size
    """Units of each of the three dense layers."""
    dropout: Annotated[float, Field(ge=0, lt=1)]
    """Dropout rate after each dense layer."""
    embedding: Size
    """Dimensions of the embedding."""
    normalise: bool
    """Project embeddings onto the unit sphere; not in the paper."""
    cepstra: Size
    """Number of cepstra of a frame, whose transform is learned, starting from the cosine transform."""
    movements: Size
    """Channels whose movement is measured; their map is learned, starting from differences of neighbouring bins."""
    means: Annotated[int, Field(ge=0, le=4096)]
    """How many dimensions of the embedding are means of plain cepstra, of which nothing but their scale is learned."""

    @model_validator(mode="after")
    def _divisible(self) -> "Network":
        if self.bottleneck % self.cardinality:
            raise ValueError("bottleneck must be a multiple of cardinality")
        if self.means >= self.embedding:
            raise ValueError(f"means must be below embedding, {self.embedding}: some dimensions are learned")
        return self

    def shape(self, frames: int, bins: int, frame_rate: float) -> dict[str, Any]:
        """Return the arguments of `pipeline.nn.networks.factory.make_network`.

        Parameters
        ----------
        frames, bins : int
            Shape of a clip.
        frame_rate : float
            Frames a second.
        """
        clip = {"frames": frames, "bins": bins}
        # Where movement or plain means play no part, the shape is that of model files from before there were these.
        clip_in_time = clip | {"frame_rate": frame_rate} if self.kind == "movement" else clip
        absent = set() if self.means else {"means"}
        return {**clip_in_time, **self.model_dump(exclude=UNUSED[self.kind] | absent)}


class Train(Section):
    """Training (paper 2.1 and 3.4). The defaults are the paper's."""

    loss: Loss
    """What is minimised: the paper's contrastive loss over pairs, or a loss over groups of singers times clips.
    ``supervised_contrastive`` (Khosla et al. 2020) pulls all clips of a singer together against all others;
    ``prototypical`` (Chung et al. 2020) classifies a clip by the mean of its singer's other clips; ``margin_softmax``
    (ArcFace, Deng et al. 2019) classifies the training singers. All but ``contrastive`` compare only
    directions, and their validation loss is an equal error rate."""
    margin: Positive
    """The margin m, on the squared distance, of ``contrastive``."""
    temperature: Positive
    """Divides the cosines in ``supervised_contrastive``. The scale of ``prototypical`` starts as its inverse and is
    learned; that of ``margin_softmax`` is its inverse and stays."""
    angular_margin: Annotated[float, Field(ge=0, le=1.5)]
    """Radians that ``margin_softmax`` adds to the angle between a clip and its own class."""
    learning_rate: Positive
    """Learning rate of Adam; with ``one_cycle``, its peak."""
    l2: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """Weight of the penalty on the sum of squares of kernels and of the attention's w; not in the reported loss."""
    pairs: Annotated[int, Field(ge=2, le=2**16, multiple_of=2)]
    """Pairs in a batch of ``contrastive``: half of the same singer, half impostor pairs."""
    singers: Annotated[int, Field(ge=2, le=4096)]
    """Singers in a batch of the other losses, drawn evenly from the corpora; a corpus with fewer than its share
    contributes all it has."""
    clips: Annotated[int, Field(ge=2, le=4096)]
    """Clips of each of these singers, of different songs as far as possible."""
    cross_song: Share
    """Share of the same-singer pairs that must differ in song. In groups, a pair of one song weighs one minus this;
    ``margin_softmax`` ignores it in training. Above 0, no validation pair of a loss over groups shares both singer
    and song."""
    same_song: Share
    """Share of the impostor pairs that must share the song. In groups, a pair of two songs weighs one minus
    this; ``margin_softmax`` ignores it in training."""
    within_corpus: Share
    """Share of the impostor pairs that must be of one corpus. In groups, a pair of two corpora weighs one
    minus this; in ``margin_softmax``, a class of another corpus does."""
    schedule: Literal["constant", "one_cycle"]
    """The learning rate over the steps: constant; or rising during three tenths of ``max_epochs``, then falling to
    almost 0 (PyTorch's OneCycleLR)."""
    keep: Literal["best", "last"]
    """The weights to keep: those of the lowest validation loss, or of the last validation."""
    average: Annotated[float, Field(ge=0, lt=1)]
    """Decay of an exponential average of the weights over the steps, which is validated and kept in their place; 0.99
    remembers about a hundred steps. 0, as in the paper, keeps the weights themselves."""
    whiten: bool
    """Whiten the last layer of the trained network by the covariance within training singers, so that what changes from
    clip to clip of a singer counts less; needs ``network.normalise``. Not in the paper."""
    max_epochs: Count
    """Largest number of epochs. The default suits a laptop; the paper gives no limit."""
    steps_per_epoch: Count
    """Mini-batches in an epoch; one, as in the code of the paper's reference [2]."""
    validate_every: Count
    """Number of epochs between two validations."""
    patience: Count
    """Epochs without progress after which training ends; at least ``validate_every``, unless ``max_epochs`` is less."""
    improvement: Annotated[float, Field(gt=0, le=1)]
    """A validation loss below this times the best counts as progress."""
    validation_pairs: Annotated[int, Field(ge=2, le=2**22, multiple_of=2)]
    """Pairs in the fixed list on which the validation loss is computed."""
    precision: Precision
    """Arithmetic; ``auto`` is bfloat16 where it is native."""
    threads: Threads
    """Threads of the arithmetic; ``auto`` is all cores. Set a number to get the same bytes on other machines."""


class Embed(Section):
    """Embedding of the test part (paper 4)."""

    batch: Size
    """Clips that the network processes at a time."""
    precision: Precision
    """Arithmetic; ``auto`` is bfloat16 where it is native."""
    threads: Threads
    """Threads of the arithmetic; ``auto`` is all cores."""
