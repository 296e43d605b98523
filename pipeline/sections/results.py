"""Parameters of what is measured and shown (paper 4): baseline, neighbours, statistics, probes, figures, page."""

from typing import Annotated

from pydantic import Field

from pipeline.audio.settings import HandcraftedSettings
from pipeline.model.numbers import Count, Positive
from pipeline.sections.listening import Frames
from pipeline.sections.section import Section


class Baseline(Section):
    """The handcrafted descriptors (paper 4)."""

    mfcc: Count
    """MFCC coefficients."""
    chroma: Count
    """Pitch classes."""
    rolloff: Annotated[float, Field(gt=0, lt=1)]
    """The share of magnitude below the spectral roll-off."""

    def settings(self, frames: Frames) -> HandcraftedSettings:
        """Return how frames are described."""
        return HandcraftedSettings(
            length=frames.length, hop=frames.hop, mfcc=self.mfcc, chroma=self.chroma, rolloff=self.rolloff
        )


class Knn(Section):
    """Classification by nearest neighbours (paper 4, figure 3)."""

    neighbours: Annotated[tuple[Count, ...], Field(min_length=1)]
    """Numbers of neighbours k."""
    chance_draws: Count
    """Random draws behind the chance figures."""


class Statistics(Section):
    """Intervals over singers, verification, seconds heard."""

    level: Annotated[float, Field(gt=0, lt=1)]
    """Confidence level of every interval."""
    draws: Annotated[int, Field(ge=100)]
    """Draws of singers by the bootstrap."""
    target_prior: Annotated[float, Field(gt=0, lt=1)]
    """Share of pairs of one singer that the detection cost assumes."""
    seconds: Annotated[tuple[Positive, ...], Field(min_length=1)]
    """Seconds of a performance that are heard, for the curve of accuracy over seconds."""


class Probe(Section):
    """The linear probes."""

    folds: Annotated[int, Field(ge=3)]
    """Folds of disjoint singers."""
    draws: Annotated[int, Field(ge=100)]
    """Draws of singers behind the intervals."""


class Tsne(Section):
    """The maps of figure 4."""

    singers: Count
    """Singers drawn."""
    perplexity: Positive
    """t-SNE's."""


class Look(Section):
    """Figure 2."""

    recording: str
    """The recording that is shown: its name, or ``first``."""


class Report(Section):
    """The page on which one hears the maps."""

    max_megabytes: Annotated[float, Field(ge=1, le=1000)]
    """Size of the page at most; fewer recordings sound where it does not suffice."""
    max_points: Annotated[int, Field(ge=4, le=20000)]
    """Points on a map at most."""
    neighbours: Annotated[int, Field(ge=1, le=20)]
    """Neighbours listed with a point."""
    kilobits: Annotated[int, Field(ge=8, le=128)]
    """kbit/s of its sound."""
