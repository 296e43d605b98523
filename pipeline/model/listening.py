"""How a model listens: every setting between a sound and the clips that its network sees (paper 3.2 and 3.3)."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from pipeline.audio.settings import Feature, SpectrogramSettings, VoiceMethod, VoiceSettings
from pipeline.model.numbers import Count, Positive


class Listening(BaseModel):
    """The settings with which a model was trained, and with which it must listen.

    A model file carries them, so that a network trained on one spectrogram never sees another. They have names of
    their own, apart from params.yaml, whose sections may grow while the files stay.

    Attributes
    ----------
    feature : {"mel", "cqt"}
        Which spectrogram the network sees (paper 3.2).
    rate : int
        Sampling rate in Hz.
    quality : {"MQ", "HQ", "VHQ"}
        soxr's quality of resampling.
    frame_length, frame_hop : int
        Length and hop of the analysis frames in samples.
    voice_method : {"kmeans", "periodicity"}
        How the voice is found. A file without it is of the paper's method, which is left out of files.
    pitch_min_hz, pitch_max_hz : float
        Range of pitch in which a period is looked for (paper 3.3).
    clip_frames, clip_hop : int
        Length of a clip, and from one to the next, in frames.
    min_voiced : int
        A clip is heard when it has more voiced frames than this.
    pad_short : bool
        Whether a recording shorter than a clip is padded with silence.
    bins, bins_per_octave : int
        Bins of either spectrogram, and of the constant-Q transform in an octave.
    cqt_min_hz : float
        Centre frequency of the constant-Q transform's lowest bin.
    floor_db : float
        Range kept below the recording's maximum, in dB.
    seed : int
        Seeds K-means in the voice detection.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    feature: Feature
    rate: Annotated[int, Field(ge=8000, le=192000)]
    quality: Literal["MQ", "HQ", "VHQ"]
    frame_length: Annotated[int, Field(ge=64, le=2**16, multiple_of=2)]
    frame_hop: Annotated[int, Field(ge=1, le=2**16)]
    voice_method: VoiceMethod = "kmeans"
    pitch_min_hz: Positive
    pitch_max_hz: Positive
    clip_frames: Annotated[int, Field(ge=4, le=2**16)]
    clip_hop: Count
    min_voiced: Annotated[int, Field(ge=0)]
    pad_short: bool
    bins: Annotated[int, Field(ge=4, le=2**12)]
    bins_per_octave: Count
    cqt_min_hz: Positive
    floor_db: Positive
    seed: Annotated[int, Field(ge=0, lt=2**32)]

    @model_validator(mode="after")
    def _consistent(self) -> "Listening":
        if self.pitch_min_hz >= self.pitch_max_hz:
            raise ValueError("pitch_min_hz must lie below pitch_max_hz")
        if self.min_voiced >= self.clip_frames:
            raise ValueError("min_voiced must be below clip_frames")
        return self

    @model_serializer(mode="wrap")
    def _as_before_there_were_methods(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave the paper's method out, so that a model which listens by it keeps its identity and its bytes."""
        fields: dict[str, Any] = dump(self)
        if self.voice_method == "kmeans":
            del fields["voice_method"]
        return fields

    @property
    def frame_seconds(self) -> float:
        """Seconds from one frame to the next."""
        return self.frame_hop / self.rate

    @property
    def clip_seconds(self) -> float:
        """Seconds that a clip lasts: 5.94 in the paper."""
        return self.clip_frames * self.frame_seconds

    def spectrogram_settings(self) -> SpectrogramSettings:
        """Return how the spectrogram is computed."""
        return SpectrogramSettings(
            length=self.frame_length,
            hop=self.frame_hop,
            bins=self.bins,
            bins_per_octave=self.bins_per_octave,
            cqt_min_hz=self.cqt_min_hz,
            floor_db=self.floor_db,
        )

    def voice_settings(self) -> VoiceSettings:
        """Return how the voice is found."""
        return VoiceSettings(
            length=self.frame_length,
            hop=self.frame_hop,
            min_hz=self.pitch_min_hz,
            max_hz=self.pitch_max_hz,
            clip_frames=self.clip_frames,
            clip_hop=self.clip_hop,
            min_voiced=self.min_voiced,
            pad_short=self.pad_short,
            seed=self.seed,
            method=self.voice_method,
        )
