"""Parameters of `make paper` (table 1 and figure 3) and `make search` (3.4): what is run, and for how long."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.model.numbers import Count
from pipeline.sections.corpora import CorpusName
from pipeline.sections.section import Section

Feature = Literal["mel", "cqt"]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Number = int | Annotated[float, Field(allow_inf_nan=False)]


class Paper(Section):
    """Every feature with every kind of network, for every seed, each trained for at most `epochs`.

    A seed draws everything afresh: the demo choir and its recordings, initial weights, pairs.
    """

    epochs: Count
    """Epochs of each training at most, in place of ``train.max_epochs``."""
    features: Annotated[tuple[Feature, ...], Field(min_length=1)]
    """Spectrograms."""
    attention: Annotated[tuple[bool, ...], Field(min_length=1)]
    """With attention, without, or both."""
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1)]
    """Seeds, each tried with every variant."""

    @model_validator(mode="after")
    def _each_once(self) -> "Paper":
        for name in ("features", "attention", "seeds"):
            values = getattr(self, name)
            if len(set(values)) < len(values):
                raise ValueError(f"{name} must not name the same value twice")
        return self


class Range(Section):
    """One of the ranges that are searched: from where to where a parameter of params.yaml goes."""

    parameter: str
    """Its name, such as ``train.learning_rate``."""
    low: Number
    """Lowest value; ``low`` and ``high`` without a point draw whole numbers."""
    high: Number
    """Highest value."""
    log: bool
    """Draw evenly over the logarithm."""

    @model_validator(mode="after")
    def _drawable(self) -> "Range":
        if self.low >= self.high:
            raise ValueError("low must lie below high")
        if self.log and self.low <= 0:
            raise ValueError("low must be above 0 where log is true")
        return self


class Search(Section):
    """The search for hyper-parameters (paper 3.4)."""

    trials: Count
    """Trials in all; raise it to go on."""
    epochs: Count
    """Epochs of each trial at most, in place of ``train.max_epochs``."""
    seed: Seed
    """The sampler's seed."""
    space: Annotated[tuple[Range, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _independent(self) -> "Search":
        names = [one.parameter for one in self.space]
        if len(set(names)) < len(names):
            raise ValueError("space must not name the same parameter twice")
        if "train.max_epochs" in names:
            raise ValueError("space must not name train.max_epochs, which search.epochs sets")
        return self


class Ablation(Section):
    """`make ablation`: what each ingredient of the preset best is worth on voices never heard."""

    corpus: CorpusName
    """The real corpus whose singers and songs are left out in turn; brought in by `make corpus`."""
    folds: Annotated[int, Field(ge=2)]
    """Folds of its singers; each takes two singers at least."""
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1)]
    """Seeds under which every row is trained in every fold."""
