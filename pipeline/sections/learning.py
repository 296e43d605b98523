"""Parameters of network, training and embedding (paper 2 and 3.4)."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from pipeline.model.numbers import Count, Positive, Share
from pipeline.sections.section import Section

Precision = Literal["auto", "float32", "bfloat16"]
Threads = Literal["auto"] | Annotated[int, Field(ge=1, le=1024)]

LIGHT = frozenset({"kind", "cepstra", "dropout", "embedding", "normalise"})
"""What a network of kind ``statistics`` takes."""


class Network(Section):
    """The network (paper 3.4, figure 1). ``bottleneck`` is a multiple of ``cardinality``, ``cepstra`` below the bins.

    The light kind takes ``cepstra``, ``dropout``, ``embedding`` and ``normalise``; the paper's all but ``cepstra``.
    """

    kind: Literal["residual", "statistics"]
    """``residual``: the paper's; ``statistics``: the light one that pools cepstra, for voices never heard."""
    attention: bool
    """Feed-forward attention over time (2.3); without it the dense layers take all time steps: 203 million weights."""
    channels: Count
    """Channels of the first convolution, and of the block's output."""
    bottleneck: Count
    """Channels inside the ResNeXt block."""
    cardinality: Count
    """Groups of the block's middle convolution."""
    hidden: Count
    """Units of each of the three dense layers."""
    dropout: Annotated[float, Field(ge=0, lt=1)]
    """Share of units dropped after each dense layer."""
    embedding: Count
    """Dimensions of the embedding."""
    normalise: bool
    """Project embeddings onto the unit sphere; not in the paper."""
    cepstra: Count
    """Cepstra of a frame, learned from the cosine transform on."""

    @model_validator(mode="after")
    def _divisible(self) -> "Network":
        if self.bottleneck % self.cardinality:
            raise ValueError("bottleneck must be a multiple of cardinality")
        return self

    def shape(self, frames: int, bins: int) -> dict[str, Any]:
        """Give what `pipeline.nn.networks.factory.make_network` takes, for clips of that shape."""
        unused = {"cepstra"} if self.kind == "residual" else set(self.model_dump()) - LIGHT
        return {"frames": frames, "bins": bins, **self.model_dump(exclude=unused)}


class Train(Section):
    """Training (paper 2.1 and 3.4). The defaults are the paper's."""

    loss: Literal["contrastive", "supervised_contrastive", "prototypical", "margin_softmax"]
    """What is minimised: the paper's contrastive loss over pairs, or a loss over groups of singers times clips.
    ``supervised_contrastive`` (Khosla et al. 2020) pulls all clips of a singer together against all others;
    ``prototypical`` (Chung et al. 2020) calls a clip by the mean of its singer's other clips; ``margin_softmax``
    (ArcFace, Deng et al. 2019) tells the training singers apart as classes. The last three compare directions alone,
    and their validation loss is an equal error rate."""
    margin: Positive
    """The margin m, on the squared distance, of ``contrastive``."""
    temperature: Positive
    """Divides the cosines in ``supervised_contrastive``. The scale of ``prototypical`` starts as its inverse and is
    learned; that of ``margin_softmax`` is its inverse and stays."""
    angular_margin: Annotated[float, Field(ge=0, le=1.5)]
    """Radians that ``margin_softmax`` adds to the angle between a clip and its own class."""
    learning_rate: Positive
    """Adam's; with ``one_cycle`` its peak."""
    l2: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    """Penalty times the sum of squares of kernels and of the attention's w; not in the reported loss."""
    pairs: Annotated[int, Field(ge=2, multiple_of=2)]
    """Pairs a batch of ``contrastive``: half of the same singer, half of different ones."""
    singers: Annotated[int, Field(ge=2)]
    """Singers a batch of the other losses, drawn evenly over the corpora; a corpus with fewer than its share gives all
    it has."""
    clips: Annotated[int, Field(ge=2)]
    """Clips of each of them, of different songs as far as the singer has them."""
    cross_song: Share
    """Share of the pairs of one singer that must differ in song. In groups, a pair of one song weighs one minus this;
    ``margin_softmax`` ignores it in training. Above 0, no validation pair of a loss over groups has one singer
    and one song."""
    same_song: Share
    """Share of the pairs of different singers that must share the song. In groups, a pair of two songs weighs one minus
    this; ``margin_softmax`` ignores it in training."""
    within_corpus: Share
    """Share of the pairs of different singers that must be of one corpus. In groups, a pair of two corpora weighs one
    minus this; in ``margin_softmax``, a class of another corpus does."""
    schedule: Literal["constant", "one_cycle"]
    """The learning rate over the steps: as it is; or rising to it for three tenths of ``max_epochs``, then falling to
    almost nothing (PyTorch's OneCycleLR)."""
    keep: Literal["best", "last"]
    """Which weights: of the lowest validation loss, or of the last validation."""
    max_epochs: Count
    """Epochs at most. The default fits a laptop; the paper has no bound."""
    steps_per_epoch: Count
    """Mini-batches an epoch; one, as the code of the paper's reference [2] counts."""
    validate_every: Count
    """Epochs between two validations."""
    patience: Count
    """Epochs without progress after which training ends."""
    improvement: Annotated[float, Field(gt=0, le=1)]
    """A validation loss below this times the best counts as progress."""
    validation_pairs: Annotated[int, Field(ge=2, multiple_of=2)]
    """Pairs in the fixed list on which the validation loss is taken."""
    precision: Precision
    """Arithmetic; ``auto`` is bfloat16 where it is native."""
    threads: Threads
    """Threads of the arithmetic; ``auto`` is all cores. Pin it for the same bytes on other machines."""


class Embed(Section):
    """Embedding of the test part (paper 4)."""

    batch: Count
    """Clips that pass through the network at a time."""
    precision: Precision
    """Arithmetic; ``auto`` is bfloat16 where it is native."""
    threads: Threads
    """Threads of the arithmetic; ``auto`` is all cores."""
