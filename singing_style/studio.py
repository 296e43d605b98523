"""Sound and spectrogram of performances as a page holds them, and the network's attention to their clips."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.collection import Collection
from pipeline.audio.clips import cut_clip
from pipeline.audio.spectrogram import spectrogram
from pipeline.errors import BadRecordingError
from pipeline.page.media import Medium, encode_opus, encode_picture, make_medium
from singing_style.hearing import resampled
from singing_style.model import BATCH, StyleModel
from singing_style.takes import Takes

# Bit rate of the sound.
KILOBITS = 24


class Studio:
    """Makes the media of performances, and notes what the network attends to while it listens.

    Attributes
    ----------
    attention : ndarray of float32, shape (clips, steps), or None
        Relative weights of the clips, zero until their performance is recorded; None for a network without attention.
    failed : dict of str to str
        Why a recording could not be used, by performance.
    """

    def __init__(self, model: StyleModel, clips: Collection, sounds: Mapping[str, Path | Takes]) -> None:
        self.listening, self.clips, self.sounds = model.listening, clips, sounds
        self.encoder = model.encoder
        silence = np.zeros((1, self.listening.clip_frames, self.listening.bins), np.float32)
        weights = self.encoder.attend(silence)
        self.attention = None if weights is None else np.zeros((len(clips), weights.shape[1]), np.float32)
        self.failed: dict[str, str] = {}

    def record(self, name: str) -> Medium:
        """Return a performance's sound and picture; empty ones where its recording cannot be used."""
        settings = self.listening.spectrogram_settings()
        try:
            with resampled(self.sounds[name], self.listening) as samples:
                decibels = spectrogram(samples, self.listening.rate, self.listening.feature, settings)
                sound = encode_opus(np.asarray(samples), self.listening.rate, KILOBITS)
        except BadRecordingError as fault:
            self.failed[name] = str(fault)
            return Medium("", "")
        self._attend(name, decibels)
        return make_medium(sound, encode_picture(decibels, self.listening.floor_db))

    def _attend(self, name: str, decibels: NDArray[np.floating]) -> None:
        rows = np.flatnonzero(self.clips.recording == name)
        if self.attention is None or not len(rows):
            return
        cut = np.stack([cut_clip(decibels, start, self.listening.clip_frames) for start in self.clips.start[rows]])
        for first in range(0, len(cut), BATCH):
            self.attention[rows[first : first + BATCH]] = self.encoder.attend(cut[first : first + BATCH])
