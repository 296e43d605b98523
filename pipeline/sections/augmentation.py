"""Parameters of the changes that training makes to clips."""

from typing import Annotated

from pydantic import Field, model_validator

from pipeline.model.numbers import Share
from pipeline.sections.section import Section

Decibels = Annotated[float, Field(ge=0, le=60)]
Semitones = Annotated[float, Field(ge=0, le=24)]
Number = Annotated[int, Field(ge=0)]


class Augmentation(Section):
    """Random changes to training clips, afresh at every step; all 0 is none, as in the paper.

    First the voice is shifted, then a share of the clips passes through a channel of room, microphone (equaliser, band,
    level), noise and codec, and last come masks. The formulas: [Augmentation](../science/augmentation.md).
    """

    share: Share
    """Share of the clips that pass through a channel; the next six say what it does to them."""
    equaliser_db: Annotated[float, Field(ge=0, le=20)]
    """Standard deviation of a smooth random equaliser."""
    level_db: Decibels
    """The clip becomes up to so many dB louder or softer."""
    noise_db: Decibels
    """Highest level of a noise floor, in dB above the spectrogram's floor."""
    band_octaves: Annotated[float, Field(ge=0, le=3)]
    """Low and high edge of the band lie up to so many octaves inside the lowest and highest bin."""
    room_s: Annotated[float, Field(ge=0, le=10)]
    """Longest reverberation time, in seconds to -60 dB."""
    codec: Share
    """Share of the channels with a stand-in for a lossy codec."""
    time_masks: Number
    """Stretches of time that are silenced in every clip."""
    time_mask_frames: Number
    """Frames of such a stretch, at most; below clips.frames."""
    frequency_masks: Number
    """Bands that are silenced in every clip."""
    frequency_mask_bins: Number
    """Bins of such a band, at most; below features.bins."""
    pitch_semitones: Semitones
    """Pitch is shifted by up to so much, up or down; clips that the objective counts as one voice move together."""
    formant_semitones: Semitones
    """The same of the formants, which makes another singer."""

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
