"""Parameters of the way from audio to shards (paper 3.2 and 3.3): rate, frames, voice, clips, spectrograms."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.model.numbers import Count, Positive
from pipeline.sections.section import Section


class Resample(Section):
    """Resampling (paper 3.2)."""

    rate: Annotated[int, Field(ge=8000, le=192000)]
    """Sampling rate in Hz."""
    quality: Literal["MQ", "HQ", "VHQ"]
    """Quality of soxr: medium, high, very high."""


class Frames(Section):
    """Analysis frames of voicing, features and baseline (paper 3.2)."""

    length: Annotated[int, Field(ge=64, multiple_of=2)]
    """Samples in a frame."""
    hop: Count
    """Samples from one frame to the next."""


class Voice(Section):
    """The range of pitch in which the voicing confidence looks for a period (paper 3.3).

    ``min_hz`` lies below ``max_hz``; their periods last from one sample to half of ``frames.length``.
    """

    min_hz: Positive
    """Lowest pitch, in Hz."""
    max_hz: Positive
    """Highest pitch, in Hz."""

    @model_validator(mode="after")
    def _ordered(self) -> "Voice":
        if self.min_hz >= self.max_hz:
            raise ValueError("min_hz must lie below max_hz")
        return self


class Clips(Section):
    """Clips (paper 3.3: 256 frames, 20 % hop, more than half voiced). ``min_voiced`` lies below ``frames``."""

    frames: Annotated[int, Field(ge=4)]
    """Frames of a clip: 256 of 512 samples are 5.9 s."""
    hop: Count
    """Frames from one clip to the next."""
    min_voiced: Annotated[int, Field(ge=0)]
    """A clip is kept if more than this number of its frames are voiced."""
    pad_short: bool
    """Pad recordings shorter than a clip to one clip; else they have none."""

    @model_validator(mode="after")
    def _reachable(self) -> "Clips":
        if self.min_voiced >= self.frames:
            raise ValueError("min_voiced must be below frames, or no clip can be kept")
        return self


class Features(Section):
    """Spectrograms (paper 3.2). The CQT's highest bin lies below half of ``resample.rate``."""

    bins: Annotated[int, Field(ge=4)]
    """Number of bins of mel and CQT spectrograms."""
    bins_per_octave: Count
    """Bins per octave of the CQT."""
    cqt_min_hz: Positive
    """Lowest frequency of the CQT, in Hz; the default is C2."""
    floor_db: Positive
    """Distance of the floor below the recording's maximum, in dB; all below the floor becomes 0."""


class Shards(Section):
    """HDF5 shards."""

    max_frames: Annotated[int, Field(ge=1000)]
    """Largest number of frames in one file."""
