"""The simplest rival of a model: means of MFCCs over the frames that it finds sung, asked by the same rule.

Nothing is trained. Unlike the model's, these vectors know the collection: each coefficient is scaled by its standard
deviation over the recordings of the index.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from singing_style.hearing import Heard
from singing_style.model import StyleModel
from singing_style.performance import Performance
from singing_style.voice_index import Voice, VoiceIndex

# As many as librosa gives, without the zeroth, the level.
COEFFICIENTS = 20


@dataclass(frozen=True, eq=False)
class MfccMeans(StyleModel):
    """Listens as a model does, and makes vectors of means of MFCCs instead."""

    def embed_heard(self, heard: Heard, name: str) -> Performance:
        """Average the coefficients over the sung frames: of each clip, and of the whole recording."""
        cepstra = scipy.fft.dct(heard.spectrogram.astype(np.float64), norm="ortho")[:, 1:COEFFICIENTS]
        clips = [slice(start, start + self.listening.clip_frames) for start in heard.clip_starts]
        return replace(
            super().embed_heard(heard, name),
            vector=_mean(cepstra, heard.voiced),
            clips=np.stack([_mean(cepstra[clip], heard.voiced[clip]) for clip in clips]),
        )


def _mean(cepstra: NDArray[np.float64], sung: NDArray[np.bool_]) -> NDArray[np.float32]:
    mean: NDArray[np.float32] = cepstra[sung].mean(axis=0).astype(np.float32)
    return mean


def scale_by(index: VoiceIndex, voices: Iterable[Voice]) -> tuple[Voice, ...]:
    """Divide each coefficient of recordings by its standard deviation over an index."""
    deviations = index.vectors.std(axis=0)
    return tuple(replace(voice, performance=_divide(voice.performance, deviations)) for voice in voices)


def _divide(performance: Performance, deviations: NDArray[np.float32]) -> Performance:
    return replace(performance, vector=performance.vector / deviations, clips=performance.clips / deviations)
