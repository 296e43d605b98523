"""Parameters of `make paper` (table 1 and figure 3), `make search` (3.4), `make seeds` and `make ablation`."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.audio.settings import Feature
from pipeline.model.numbers import Count
from pipeline.sections.corpora import RealCorpusName
from pipeline.sections.section import Section

Seed = Annotated[int, Field(ge=0, lt=2**32)]
Number = int | Annotated[float, Field(allow_inf_nan=False)]


class Paper(Section):
    """Every feature with every kind of network, under every seed, each trained for at most `epochs`.

    Everything random depends on the seed: the demo choir and its recordings, initial weights, pairs.
    """

    epochs: Count
    """Largest number of epochs in each training, in place of ``train.max_epochs``; patience may end it before. With
    ``train.steps_per_epoch`` of 1, as many steps."""
    features: Annotated[tuple[Feature, ...], Field(min_length=1)]
    """Spectrograms."""
    attention: Annotated[tuple[bool, ...], Field(min_length=1)]
    """With attention, without, or both."""
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1)]
    """Seeds; every variant is trained under each."""
    ours: bool
    """Whether the ways to learn that presets/seeds.yaml adds to the paper's are trained beside its variants, on the
    same recordings and for as many epochs at most."""

    @model_validator(mode="after")
    def _each_once(self) -> "Paper":
        for name in ("features", "attention", "seeds"):
            values = getattr(self, name)
            if len(set(values)) < len(values):
                raise ValueError(f"{name} must not name the same value twice")
        return self


class SearchRange(Section):
    """One of the ranges that are searched: the values that a parameter of params.yaml may take."""

    parameter: str
    """Its name, such as ``train.learning_rate``."""
    low: Number
    """Lowest value; if ``low`` and ``high`` have no decimal point, whole numbers are drawn."""
    high: Number
    """Highest value."""
    log: bool
    """Draw uniformly on a logarithmic scale."""

    @model_validator(mode="after")
    def _drawable(self) -> "SearchRange":
        if self.low >= self.high:
            raise ValueError("low must lie below high")
        if self.log and self.low <= 0:
            raise ValueError("low must be above 0 where log is true")
        return self


class Search(Section):
    """The search for hyper-parameters (paper 3.4)."""

    trials: Count
    """Total number of trials; raise it to continue."""
    epochs: Count
    """Largest number of epochs in each trial, in place of ``train.max_epochs``."""
    seed: Seed
    """The sampler's seed."""
    space: Annotated[tuple[SearchRange, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _independent(self) -> "Search":
        names = [one.parameter for one in self.space]
        if len(set(names)) < len(names):
            raise ValueError("space must not name the same parameter twice")
        if "train.max_epochs" in names:
            raise ValueError("space must not name train.max_epochs, which search.epochs sets")
        return self


class Seeds(Section):
    """`make seeds`: the default run and its rivals (presets/seeds.yaml), repeated."""

    values: Annotated[tuple[Seed, ...], Field(min_length=1)]
    """Seeds, in place of ``seed``: each draws another choir, another repertoire and other initial weights."""
    precisions: Annotated[tuple[Literal["bfloat16", "float32"], ...], Field(min_length=1)]
    """In place of ``train.precision``. Another precision stands for another machine."""

    @model_validator(mode="after")
    def _each_once(self) -> "Seeds":
        for name in ("values", "precisions"):
            if len(set(getattr(self, name))) < len(getattr(self, name)):
                raise ValueError(f"{name} must not name the same value twice")
        return self


class Ablation(Section):
    """`make ablation`: what each ingredient of the preset best is worth on unseen singers."""

    corpus: RealCorpusName
    """The real corpus whose singers and songs are held out in turn; installed by `make corpus`."""
    folds: Annotated[int, Field(ge=2, le=1000)]
    """Folds of its singers; each needs at least two singers."""
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1)]
    """Seeds; every row is trained in every fold under each."""

    @model_validator(mode="after")
    def _each_once(self) -> "Ablation":
        if len(set(self.seeds)) < len(self.seeds):
            raise ValueError("seeds must not name the same value twice")
        return self
