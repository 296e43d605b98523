"""Parameters of network, training and embedding (paper 2 and 3.4)."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.sections.section import Count, Positive, Section

Precision = Literal["auto", "float32", "bfloat16"]
Threads = Literal["auto"] | Annotated[int, Field(ge=1, le=1024)]


class Network(Section):
    """The network (paper 3.4, figure 1)."""

    attention: bool
    channels: Count
    bottleneck: Count
    cardinality: Count
    hidden: Count
    dropout: Annotated[float, Field(ge=0, lt=1)]
    embedding: Count

    @model_validator(mode="after")
    def _divisible(self) -> "Network":
        if self.bottleneck % self.cardinality:
            raise ValueError("bottleneck must be a multiple of cardinality")
        return self


class Train(Section):
    """Training (paper 2.1 and 3.4); an epoch is `steps_per_epoch` mini-batches, as in the paper's reference [2]."""

    margin: Positive
    learning_rate: Positive
    l2: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    pairs: Annotated[int, Field(ge=2, multiple_of=2)]
    cross_song: bool
    same_song: bool
    max_epochs: Count
    steps_per_epoch: Count
    validate_every: Count
    patience: Count
    improvement: Annotated[float, Field(gt=0, le=1)]
    validation_pairs: Annotated[int, Field(ge=2, multiple_of=2)]
    precision: Precision
    threads: Threads


class Embed(Section):
    """Clips that pass through the network at a time; precision and threads of its arithmetic."""

    batch: Count
    precision: Precision
    threads: Threads
