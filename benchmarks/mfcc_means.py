"""Means of MFCCs in place of a model's vectors, to be asked by the same rule."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from singing_style.hearing import Heard
from singing_style.mfcc_means import mfcc_means, scaled
from singing_style.model import StyleModel
from singing_style.performance import Performance
from singing_style.voice_index import Voice, VoiceIndex


@dataclass(frozen=True, eq=False)
class MfccMeans(StyleModel):
    """Listens as a model does, and makes vectors of means of MFCCs instead."""

    def embed_heard(self, heard: Heard, name: str) -> Performance:
        """Average the coefficients over the sung frames: of each clip, and of the whole recording."""
        vector, clips = mfcc_means(heard, self.listening.clip_frames)
        return replace(super().embed_heard(heard, name), vector=vector, clips=clips)


def scale_by(index: VoiceIndex, voices: Iterable[Voice]) -> tuple[Voice, ...]:
    """Divide each coefficient of recordings by its standard deviation over an index."""
    return tuple(replace(voice, performance=_scale_by(index, voice.performance)) for voice in voices)


def _scale_by(index: VoiceIndex, performance: Performance) -> Performance:
    vector, clips = (scaled(means, index.vectors) for means in (performance.vector, performance.clips))
    return replace(performance, vector=vector, clips=clips)
