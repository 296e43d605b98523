"""Parameters of what is measured and shown (paper 4): baseline, neighbours, statistics, probes, figures, page."""

from typing import Annotated

from pydantic import Field

from pipeline.sections.section import Count, Positive, Section


class Baseline(Section):
    """The handcrafted descriptors (paper 4): coefficients, pitch classes and the roll-off's share of magnitude."""

    mfcc: Count
    chroma: Count
    rolloff: Annotated[float, Field(gt=0, lt=1)]


class Knn(Section):
    """Numbers of neighbours (paper 4, figure 3), and random draws behind the chance figures."""

    neighbours: Annotated[tuple[Count, ...], Field(min_length=1)]
    chance_draws: Count


class Statistics(Section):
    """Intervals over singers (level, draws of the bootstrap), the detection cost's share of targets, seconds heard."""

    level: Annotated[float, Field(gt=0, lt=1)]
    draws: Annotated[int, Field(ge=100)]
    target_prior: Annotated[float, Field(gt=0, lt=1)]
    seconds: Annotated[tuple[Positive, ...], Field(min_length=1)]


class Probe(Section):
    """The linear probes: folds of disjoint singers, and draws of singers behind the intervals."""

    folds: Annotated[int, Field(ge=3)]
    draws: Annotated[int, Field(ge=100)]


class Tsne(Section):
    """Singers drawn for figure 4, and t-SNE's perplexity."""

    singers: Count
    perplexity: Positive


class Look(Section):
    """The recording that figure 2 shows: its name, or `first`."""

    recording: str


class Report(Section):
    """The page: its size, the points on its maps, neighbours listed with a point, and kbit/s of its sound."""

    max_megabytes: Annotated[float, Field(ge=1, le=1000)]
    max_points: Annotated[int, Field(ge=4, le=20000)]
    neighbours: Annotated[int, Field(ge=1, le=20)]
    kilobits: Annotated[int, Field(ge=8, le=128)]
