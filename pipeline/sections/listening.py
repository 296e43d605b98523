"""Parameters of the way from audio to shards (paper 3.2 and 3.3): rate, frames, voice, clips, spectrograms."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.audio.settings import DescriptorSettings, Feature, SpectrogramSettings, VoiceMethod, VoiceSettings
from pipeline.model.listening import Listening
from pipeline.model.numbers import Count, Positive, Size
from pipeline.sections.section import Section


class Resample(Section):
    """Resampling (paper 3.2)."""

    rate: Annotated[int, Field(ge=8000, le=192000)]
    """Sampling rate in Hz."""
    quality: Literal["MQ", "HQ", "VHQ"]
    """Quality of soxr: medium, high, very high."""


class AnalysisFrames(Section):
    """Analysis frames of voicing, features and baseline (paper 3.2)."""

    length: Annotated[int, Field(ge=64, le=2**16, multiple_of=2)]
    """Samples in a frame."""
    hop: Annotated[int, Field(ge=32, le=2**16)]
    """Samples from one frame to the next."""


class VoiceDetection(Section):
    """How the voice is found, and the range of pitch in which a period is looked for (paper 3.3).

    ``min_hz`` lies below ``max_hz``; their periods last from one sample to half of ``frames.length``.
    """

    method: VoiceMethod
    """`kmeans`, as in the paper: energy and voicing confidence always cut a recording in two; `periodicity`: a frame is
    sung if it is periodic, does not die away, and is no hum of the mains. A recording without pauses keeps all its
    frames, and one in which nobody sings has none."""
    min_hz: Positive
    """Lowest pitch, in Hz."""
    max_hz: Positive
    """Highest pitch, in Hz."""

    @model_validator(mode="after")
    def _ordered(self) -> "VoiceDetection":
        if self.min_hz >= self.max_hz:
            raise ValueError("min_hz must lie below max_hz")
        return self

    def settings(self, frames: AnalysisFrames, clips: "Clips", seed: int) -> VoiceSettings:
        """Return how the voice is found, and the clips with it."""
        return VoiceSettings(
            length=frames.length,
            hop=frames.hop,
            min_hz=self.min_hz,
            max_hz=self.max_hz,
            clip_frames=clips.frames,
            clip_hop=clips.hop,
            min_voiced=clips.min_voiced,
            pad_short=clips.pad_short,
            seed=seed,
            method=self.method,
        )

    def descriptor_settings(self, frames: AnalysisFrames, clip_frames: int) -> DescriptorSettings:
        """Return how recordings are described as a person hears them."""
        return DescriptorSettings(
            length=frames.length, hop=frames.hop, min_hz=self.min_hz, max_hz=self.max_hz, clip_frames=clip_frames
        )


class Clips(Section):
    """Clips (paper 3.3: 256 frames, 20 % hop, more than half voiced). ``min_voiced`` lies below ``frames``."""

    frames: Annotated[int, Field(ge=4, le=2**14)]
    """Frames of a clip: 256 of 512 samples are 5.9 s."""
    hop: Count
    """Frames from one clip to the next."""
    min_voiced: Annotated[int, Field(ge=0, le=2**14)]
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

    bins: Annotated[int, Field(ge=4, le=4096)]
    """Number of bins of mel and CQT spectrograms."""
    bins_per_octave: Size
    """Bins per octave of the CQT."""
    cqt_min_hz: Positive
    """Lowest frequency of the CQT, in Hz; the default is C2."""
    floor_db: Positive
    """Distance of the floor below the recording's maximum, in dB; all below the floor becomes 0."""

    def settings(self, frames: AnalysisFrames) -> SpectrogramSettings:
        """Return how spectrograms are computed."""
        return SpectrogramSettings(
            length=frames.length,
            hop=frames.hop,
            bins=self.bins,
            bins_per_octave=self.bins_per_octave,
            cqt_min_hz=self.cqt_min_hz,
            floor_db=self.floor_db,
        )


class Shards(Section):
    """HDF5 shards."""

    max_frames: Annotated[int, Field(ge=1000, le=10**7)]
    """Largest number of frames in one file."""


def listening_of(
    seed: int,
    feature: Feature,
    resample: Resample,
    frames: AnalysisFrames,
    voice: VoiceDetection,
    clips: Clips,
    features: Features,
) -> Listening:
    """Gather from the sections of params.yaml how the stages listen."""
    return Listening(
        feature=feature,
        rate=resample.rate,
        quality=resample.quality,
        frame_length=frames.length,
        frame_hop=frames.hop,
        voice_method=voice.method,
        pitch_min_hz=voice.min_hz,
        pitch_max_hz=voice.max_hz,
        clip_frames=clips.frames,
        clip_hop=clips.hop,
        min_voiced=clips.min_voiced,
        pad_short=clips.pad_short,
        bins=features.bins,
        bins_per_octave=features.bins_per_octave,
        cqt_min_hz=features.cqt_min_hz,
        floor_db=features.floor_db,
        seed=seed,
    )
