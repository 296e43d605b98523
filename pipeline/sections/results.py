"""Parameters of what is measured and shown (paper 4): baseline, neighbours, statistics, probes, figures, page."""

from typing import Annotated

from pydantic import Field

from pipeline.audio.settings import HandcraftedSettings
from pipeline.model.numbers import Count, Positive, Size
from pipeline.sections.listening import AnalysisFrames
from pipeline.sections.section import Section


class Baseline(Section):
    """The handcrafted descriptors (paper 4)."""

    mfcc: Size
    """Number of MFCC coefficients."""
    chroma: Size
    """Number of pitch classes."""
    rolloff: Annotated[float, Field(gt=0, lt=1)]
    """The share of magnitude below the spectral roll-off."""

    def settings(self, frames: AnalysisFrames) -> HandcraftedSettings:
        """Return how frames are described."""
        return HandcraftedSettings(
            length=frames.length, hop=frames.hop, mfcc=self.mfcc, chroma=self.chroma, rolloff=self.rolloff
        )


class Knn(Section):
    """Classification by nearest neighbours (paper 4, figure 3)."""

    neighbours: Annotated[tuple[Count, ...], Field(min_length=1, max_length=100)]
    """Numbers of neighbours k."""
    chance_draws: Annotated[int, Field(ge=1, le=10**5)]
    """Random draws behind the chance figures."""


class Statistics(Section):
    """Intervals over singers, verification, seconds heard."""

    level: Annotated[float, Field(gt=0, lt=1)]
    """Confidence level of the intervals; those of the probes and of the channel audit are always 95 % intervals."""
    draws: Annotated[int, Field(ge=100, le=10**5)]
    """Draws of singers by the bootstrap."""
    target_prior: Annotated[float, Field(gt=0, lt=1)]
    """Share of same-singer pairs that the detection cost assumes."""
    seconds: Annotated[tuple[Positive, ...], Field(min_length=1, max_length=100)]
    """Durations of the beginning of a performance, in seconds, for the curve of accuracy over seconds heard."""


class Probe(Section):
    """The linear probes."""

    folds: Annotated[int, Field(ge=3, le=1000)]
    """Folds of disjoint singers."""
    draws: Annotated[int, Field(ge=100, le=10**5)]
    """Draws of singers behind the intervals."""


class Tsne(Section):
    """The maps of figure 4."""

    singers: Count
    """Number of singers shown."""
    perplexity: Annotated[float, Field(gt=0, le=1000)]
    """Perplexity of t-SNE."""


class Look(Section):
    """Figure 2."""

    recording: str
    """Name of the recording to show, or ``first``."""


class Report(Section):
    """The page of maps that can be listened to."""

    max_megabytes: Annotated[float, Field(ge=1, le=1000)]
    """Largest size of the page; if it does not suffice, fewer recordings have sound."""
    max_points: Annotated[int, Field(ge=4, le=20000)]
    """Largest number of points on a map."""
    neighbours: Annotated[int, Field(ge=1, le=20)]
    """Number of neighbours listed for each point."""
    kilobits: Annotated[int, Field(ge=8, le=128)]
    """Bit rate of the sound, in kbit/s."""
