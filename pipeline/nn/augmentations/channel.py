"""What lies between a singer and a file: room, microphone, noise, level and codec."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.nn.augmentations.band import draw_band
from pipeline.nn.augmentations.codec import Codecs, draw_codecs, empty_masked
from pipeline.nn.augmentations.curves import draw_curves
from pipeline.nn.augmentations.decibels import DECIBEL, to_decibels, to_excess
from pipeline.nn.augmentations.noise import draw_noise
from pipeline.nn.augmentations.room import Rooms, draw_rooms, reverberate
from pipeline.nn.augmentations.settings import Settings

EQUALISER_ORDERS = 8
"""Cosines of the equaliser's curve."""


@dataclass(frozen=True)
class Channels:
    """A channel for each clip.

    Attributes
    ----------
    chosen : ndarray of bool, shape (count,)
        Whether a clip passes through its channel.
    gain_db, noise : ndarray, shape (count, bins)
        Equaliser, level and band limits together, in dB; the noise's power.
    rooms : Rooms
    codecs : Codecs
    """

    chosen: NDArray[np.bool_]
    gain_db: NDArray[np.float64]
    rooms: Rooms
    noise: NDArray[np.float64]
    codecs: Codecs


class Channel:
    """Sends clips through random channels.

    Parameters
    ----------
    settings : Settings
    hertz : ndarray, shape (bins,)
        Centre frequencies, ascending.
    frame_s : float
        Seconds from frame to frame.
    """

    def __init__(self, settings: Settings, hertz: NDArray[np.float64], frame_s: float) -> None:
        self._settings, self._hertz, self._frame_s = settings, hertz, frame_s

    def draw(self, count: int, generator: np.random.Generator) -> Channels:
        """Draw channels; how many numbers are drawn depends on `count` alone, whatever is switched on."""
        settings, bins = self._settings, len(self._hertz)
        chosen = generator.random(count) < settings.share
        equaliser = draw_curves(count, bins, EQUALISER_ORDERS, settings.equaliser_db, generator)
        level = settings.level_db * generator.uniform(-1, 1, (count, 1))
        band = draw_band(count, self._hertz, settings.band_octaves, generator)
        rooms = draw_rooms(count, settings.room_s, self._frame_s, generator)
        noise = draw_noise(count, bins, settings.noise_db, generator)
        codecs = draw_codecs(count, self._hertz, settings.codec, generator)
        return Channels(chosen, equaliser + level + band, rooms, noise, codecs)

    def send(self, clips: Tensor, channels: Channels) -> Tensor:
        """Send the chosen clips through their channels: singer, room, microphone, noise, codec.

        Parameters
        ----------
        clips : Tensor of float32, shape (count, frames, bins)
            In dB above the floor.
        channels : Channels
            As many.

        Returns
        -------
        Tensor
            Of the same shape; not limited to any range from above.
        """
        rows = np.flatnonzero(channels.chosen)
        if not len(rows):
            return clips
        every = len(rows) == len(clips)
        place = torch.from_numpy(rows).to(clips.device)
        sent = to_decibels(self._send(to_excess(clips if every else clips[place]), channels, rows))
        return sent if every else clips.index_copy(0, place, sent)

    def _send(self, power: Tensor, channels: Channels, rows: NDArray[np.int64]) -> Tensor:
        """Send power through the channels of the given numbers; what is switched off is passed by."""
        settings = self._settings

        def per_row(values: NDArray[np.generic]) -> Tensor:
            return torch.from_numpy(values[rows]).to(power).reshape(len(rows), 1, -1)

        if settings.room_s:
            power = reverberate(power, per_row(channels.rooms.decay), per_row(channels.rooms.amount))
        if settings.equaliser_db or settings.level_db or settings.band_octaves:
            power *= per_row(np.exp(channels.gain_db * DECIBEL))
        if settings.noise_db:
            power += per_row(channels.noise)
        coded = np.flatnonzero(channels.codecs.chosen[rows])
        if len(coded):
            place = torch.from_numpy(coded).to(power.device)
            kept, depth = per_row(channels.codecs.kept)[place], per_row(channels.codecs.depth)[place]
            power = power.index_copy_(0, place, empty_masked(power[place], kept, depth))
        return power
