"""How strongly clips are changed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AugmentationStrengths:
    """Strength of each change; 0 is none. `pipeline.sections.augmentation` documents each field.

    Attributes
    ----------
    share, codec : float
        Shares of the clips.
    equaliser_db, level_db, noise_db : float
    band_octaves : float
    room_s : float
    time_masks, time_mask_frames, frequency_masks, frequency_mask_bins : int
    pitch_semitones, formant_semitones : float
    """

    share: float = 0.0
    equaliser_db: float = 0.0
    level_db: float = 0.0
    noise_db: float = 0.0
    band_octaves: float = 0.0
    room_s: float = 0.0
    codec: float = 0.0
    time_masks: int = 0
    time_mask_frames: int = 0
    frequency_masks: int = 0
    frequency_mask_bins: int = 0
    pitch_semitones: float = 0.0
    formant_semitones: float = 0.0

    @property
    def changes_channel(self) -> bool:
        """Whether the channel changes: microphone, room, noise or codec."""
        strengths = (self.equaliser_db, self.level_db, self.noise_db, self.band_octaves, self.room_s, self.codec)
        return self.share > 0 and any(strengths)

    @property
    def changes_voice(self) -> bool:
        """Whether pitch or formants are shifted."""
        return bool(self.pitch_semitones or self.formant_semitones)

    @property
    def masks(self) -> bool:
        """Whether frames or bins are masked."""
        return bool(self.time_masks * self.time_mask_frames or self.frequency_masks * self.frequency_mask_bins)
