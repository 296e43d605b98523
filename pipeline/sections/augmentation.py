"""Parameters of the augmentation of training clips."""

from typing import Annotated

from pydantic import Field, model_validator

from pipeline.model.numbers import Share
from pipeline.sections.section import Section

Decibels = Annotated[float, Field(ge=0, le=60)]
Semitones = Annotated[float, Field(ge=0, le=24)]
Number = Annotated[int, Field(ge=0, le=4096)]
Masks = Annotated[int, Field(ge=0, le=100)]


class Augmentation(Section):
    """Random changes to training clips, drawn anew at every step; all 0 means none, as in the paper.

    First the voice is shifted, then a share of the clips passes through a channel of room, microphone (equaliser, band,
    level), noise and codec, and finally masks are applied. The formulas: [Augmentation](../science/augmentation.md).
    """

    share: Share
    """Share of the clips that pass through a channel, which the next six parameters describe."""
    equaliser_db: Annotated[float, Field(ge=0, le=20)]
    """Standard deviation of a smooth random equaliser."""
    level_db: Decibels
    """Largest change of a clip's level, up or down, in dB."""
    noise_db: Decibels
    """Highest level of a noise floor, in dB above the spectrogram's floor."""
    band_octaves: Annotated[float, Field(ge=0, le=3)]
    """Largest distance of the band's edges from the lowest and the highest bin, in octaves."""
    room_s: Annotated[float, Field(ge=0, le=10)]
    """Longest reverberation time, in seconds to -60 dB."""
    codec: Share
    """Share of the channels that imitate a lossy codec."""
    time_masks: Masks
    """Number of time masks in every clip."""
    time_mask_frames: Number
    """Largest length of a time mask, in frames; below clips.frames."""
    frequency_masks: Masks
    """Number of frequency masks in every clip."""
    frequency_mask_bins: Number
    """Largest width of a frequency mask, in bins; below features.bins."""
    pitch_semitones: Semitones
    """Largest shift of pitch, up or down; clips that the objective counts as one voice are shifted together."""
    formant_semitones: Semitones
    """Largest shift of the formants, up or down, which makes another singer."""

    @model_validator(mode="after")
    def _acts(self) -> "Augmentation":
        channel = ("equaliser_db", "level_db", "noise_db", "band_octaves", "room_s", "codec")
        asked = [name for name in channel if getattr(self, name)]
        if asked and not self.share:
            raise ValueError(f"share must be above 0 for {asked[0]} to act")
        for number, widest in (("time_masks", "time_mask_frames"), ("frequency_masks", "frequency_mask_bins")):
            if bool(getattr(self, number)) != bool(getattr(self, widest)):
                raise ValueError(f"{number} and {widest} must both be 0 or both be above")
        return self
