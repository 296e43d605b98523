"""Means of MFCCs over the frames that a model finds sung: the simplest rival of its vectors, which has learned nothing.

A model is worth its training where it errs less than these. They are heard as it hears.
"""

from dataclasses import dataclass, replace

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from pipeline.model.listening import Listening
from singing_style.hearing import Heard
from singing_style.model import StyleModel
from singing_style.performance import Performance

NAME = "MFCC means"
# Those that librosa computes, without the zeroth, the level.
FIRST, END = 1, 20

Means = NDArray[np.float32]


def mfcc_means(heard: Heard, clip_frames: int) -> tuple[Means, Means]:
    """Average MFCC 1 to 19 over the sung frames of a recording.

    Parameters
    ----------
    heard : Heard
        Its spectrogram in decibels, and which of its frames are sung.
    clip_frames : int
        Length of a clip.

    Returns
    -------
    vector : ndarray of float32, shape (d,)
        Over the whole recording; d is 19, or fewer where the spectrogram has fewer than 20 bins.
    clips : ndarray of float32, shape (clips, d)
    """
    cepstra = scipy.fft.dct(heard.spectrogram.astype(np.float64), norm="ortho")[:, FIRST:END]
    parts = [slice(start, start + clip_frames) for start in heard.clip_starts]
    clips = np.stack([cepstra[part][heard.voiced[part]].mean(axis=0) for part in parts])
    return cepstra[heard.voiced].mean(axis=0).astype(np.float32), clips.astype(np.float32)


@dataclass(frozen=True, eq=False)
class BesideMeans(StyleModel):
    """Puts means of MFCCs behind a model's vectors, so that recordings are heard once for both."""

    @classmethod
    def of(cls, model: StyleModel) -> "BesideMeans":
        """Return a model that does so and is otherwise the same."""
        return cls(model.encoder, model.shape, model.listening, model.calibration, model.card)

    def embed_heard(self, heard: Heard, name: str) -> Performance:
        """Embed in both ways what was heard; see `columns_of_means`."""
        ours, (vector, clips) = super().embed_heard(heard, name), mfcc_means(heard, self.listening.clip_frames)
        return replace(
            ours,
            vector=np.concatenate([ours.vector, vector]),
            clips=np.concatenate([ours.clips, clips], axis=1),
        )


def columns_of_means(listening: Listening) -> int:
    """Return how many of the last columns of the vectors of `BesideMeans` are means."""
    return min(END, listening.bins) - FIRST


def scaled(means: NDArray[np.floating], over: NDArray[np.floating]) -> NDArray[np.floating]:
    """Divide each coefficient by its standard deviation over some recordings, (n, d), where these differ in it.

    So means know what they are compared with, which the vectors of a model do not.
    """
    deviations = over.std(axis=0)
    return means / np.where(deviations > 0, deviations, 1)
