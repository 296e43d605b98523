"""Parameters of the way from audio to shards (paper 3.2 and 3.3): rate, frames, voice, clips, spectrograms."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.sections.section import Count, Positive, Section


class Resample(Section):
    """Sampling rate in Hz (paper 3.2: 22 050), and soxr's quality."""

    rate: Annotated[int, Field(ge=8000, le=192000)]
    quality: Literal["MQ", "HQ", "VHQ"]


class Frames(Section):
    """Analysis frames in samples (paper 3.2: 2048 every 512; an even length) of voicing, features and baseline."""

    length: Annotated[int, Field(ge=64, multiple_of=2)]
    hop: Count


class Voice(Section):
    """The range of pitch, in Hz, in which the voicing confidence looks for a period (paper 3.3)."""

    min_hz: Positive
    max_hz: Positive

    @model_validator(mode="after")
    def _ordered(self) -> "Voice":
        if self.min_hz >= self.max_hz:
            raise ValueError("min_hz must lie below max_hz")
        return self


class Clips(Section):
    """Clips in frames (paper 3.3: 256 long, 20 % hop, more than half voiced); pad recordings shorter than one."""

    frames: Annotated[int, Field(ge=4)]
    hop: Count
    min_voiced: Annotated[int, Field(ge=0)]
    pad_short: bool

    @model_validator(mode="after")
    def _reachable(self) -> "Clips":
        if self.min_voiced >= self.frames:
            raise ValueError("min_voiced must be below frames, or no clip can be kept")
        return self


class Features(Section):
    """Spectrograms (paper 3.2): bins, CQT bins an octave and lowest frequency in Hz, dB range."""

    bins: Annotated[int, Field(ge=4)]
    bins_per_octave: Count
    cqt_min_hz: Positive
    floor_db: Positive


class Shards(Section):
    """Frames that one HDF5 file holds at the most."""

    max_frames: Annotated[int, Field(ge=1000)]
