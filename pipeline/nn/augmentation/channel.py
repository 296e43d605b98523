"""Random recording channels: what lies between a singer and a file, from room to codec."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from pipeline.nn.augmentation.codec import Codecs, draw_codecs, empty_masked
from pipeline.nn.augmentation.curves import DECIBEL, draw_curves, from_excess, to_excess
from pipeline.nn.augmentation.room import Rooms, draw_rooms, reverberate
from pipeline.nn.augmentation.strengths import AugmentationStrengths
from pipeline.nn.device import to_device

# Number of cosines in the equaliser's curve.
EQUALISER_ORDERS = 8
# Least and greatest roll-off in dB per octave: filters of second to eighth order.
SLOPES = (12.0, 48.0)
# Number of cosines in the noise's spectrum, and its standard deviation.
NOISE_ORDERS, NOISE_DEVIATION_DB = 4, 3.0


@dataclass(frozen=True)
class Channels:
    """A channel for each clip.

    Attributes
    ----------
    chosen : ndarray of bool, shape (count,)
        Whether a clip passes through its channel.
    gain_db, noise : ndarray, shape (count, bins)
        Gain of equaliser, level and band limits together in dB, and the noise's power.
    rooms : Rooms
    codecs : Codecs
    """

    chosen: NDArray[np.bool_]
    gain_db: NDArray[np.float64]
    rooms: Rooms
    noise: NDArray[np.float64]
    codecs: Codecs


class ChannelAugmenter:
    """Sends clips through random channels.

    Parameters
    ----------
    strengths : AugmentationStrengths
    hertz : ndarray, shape (bins,)
        Centre frequencies, ascending.
    frame_s : float
        Seconds from frame to frame.
    """

    def __init__(self, strengths: AugmentationStrengths, hertz: NDArray[np.float64], frame_s: float) -> None:
        self._strengths, self._hertz, self._frame_s = strengths, hertz, frame_s

    def draw(self, count: int, generator: np.random.Generator) -> Channels:
        """Draw channels; the number of random draws depends on `count` alone, whatever is switched on."""
        strengths, bins = self._strengths, len(self._hertz)
        chosen = generator.random(count) < strengths.share
        equaliser = draw_curves(count, bins, EQUALISER_ORDERS, strengths.equaliser_db, generator)
        level = strengths.level_db * generator.uniform(-1, 1, (count, 1))
        band = draw_band(count, self._hertz, strengths.band_octaves, generator)
        rooms = draw_rooms(count, strengths.room_s, self._frame_s, generator)
        noise = draw_noise(count, bins, strengths.noise_db, generator)
        codecs = draw_codecs(count, self._hertz, strengths.codec, generator)
        return Channels(chosen, equaliser + level + band, rooms, noise, codecs)

    def send(self, clips: Tensor, channels: Channels) -> Tensor:
        """Send the chosen clips through their channels: room, microphone, noise, codec.

        Parameters
        ----------
        clips : Tensor of float32, shape (count, frames, bins)
            In dB above the floor.
        channels : Channels
            One for each clip.

        Returns
        -------
        Tensor
            Of the same shape, without an upper limit.
        """
        rows = np.flatnonzero(channels.chosen)
        if not len(rows):
            return clips
        every = len(rows) == len(clips)
        place = to_device(rows, clips.device)
        sent = from_excess(self._send(to_excess(clips if every else clips[place]), channels, rows))
        return sent if every else clips.index_copy(0, place, sent)

    def _send(self, power: Tensor, channels: Channels, rows: NDArray[np.int64]) -> Tensor:
        """Send power through the channels of the given rows, skipping what is switched off."""
        strengths = self._strengths

        def per_row(values: NDArray[np.generic]) -> Tensor:
            return to_device(values[rows], power.device, power.dtype).reshape(len(rows), 1, -1)

        if strengths.room_s:
            power = reverberate(power, per_row(channels.rooms.decay), per_row(channels.rooms.amount))
        if strengths.equaliser_db or strengths.level_db or strengths.band_octaves:
            power *= per_row(np.exp(channels.gain_db * DECIBEL))
        if strengths.noise_db:
            power += per_row(channels.noise)
        coded = np.flatnonzero(channels.codecs.chosen[rows])
        if len(coded):
            place = to_device(coded, power.device)
            kept, depth = per_row(channels.codecs.kept)[place], per_row(channels.codecs.depth)[place]
            power = power.index_copy_(0, place, empty_masked(power[place], kept, depth))
        return power


def draw_band(
    count: int, hertz: NDArray[np.float64], octaves: float, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Draw band limits: edges and slopes.

    Parameters
    ----------
    count : int
        Number of clips.
    hertz : ndarray, shape (bins,)
        Centre frequencies, ascending.
    octaves : float
        Greatest distance of an edge from the lowest or highest bin, inwards; uniformly distributed.
    generator : numpy.random.Generator

    Returns
    -------
    ndarray, shape (count, bins)
        Gain in dB, 0 within the band; the two edges of a clip have slopes of their own.
    """
    inside, slope = generator.uniform(0, octaves, (2, count, 1)), generator.uniform(*SLOPES, (2, count, 1))
    return band_gain(np.log2(hertz), inside, slope)


def band_gain(
    octave: NDArray[np.float64], inside: NDArray[np.float64], slope: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Compute the gain of band limits in dB.

    Parameters
    ----------
    octave : ndarray, shape (bins,)
        Logarithm to base 2 of the frequencies.
    inside, slope : ndarray, shape (2, count, 1)
        Of the low and the high edge: octaves from the outermost bin, and dB per octave.
    """
    below, above = octave[0] + inside[0] - octave, octave - octave[-1] + inside[1]
    gain: NDArray[np.float64] = -slope[0] * np.maximum(below, 0) - slope[1] * np.maximum(above, 0)
    return gain


def draw_noise(count: int, bins: int, highest_db: float, generator: np.random.Generator) -> NDArray[np.float64]:
    """Draw the power of noise, the same in all frames of a clip.

    Parameters
    ----------
    count, bins : int
        Numbers of clips and of bins.
    highest_db : float
        The level averaged over the bins is uniform between 0 and this many dB above the floor; 0 is no noise.
    generator : numpy.random.Generator

    Returns
    -------
    ndarray, shape (count, bins)
        Power in excess of the floor; a silent clip becomes the noise alone.
    """
    level = generator.uniform(0, highest_db, (count, 1))
    shape = draw_curves(count, bins, NOISE_ORDERS, NOISE_DEVIATION_DB, generator)
    return np.maximum(np.expm1((level + shape * (highest_db > 0)) * DECIBEL), 0)
