"""Random changes of clips for training: other voices, other channels, masks. Off in the reproduction of the paper."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.audio.settings import Feature, SpectrogramSettings
from pipeline.audio.spectrogram import centre_frequencies
from pipeline.nn.augmentation.channel import ChannelAugmenter
from pipeline.nn.augmentation.strengths import AugmentationStrengths
from pipeline.nn.augmentation.voice import VoiceShift
from pipeline.nn.device import to_device


class Augmenter:
    """Changes clips anew at every call: the voice first, then its channel, then masks.

    Every random number is drawn on the processor from the generator passed in, in a fixed order. How many are drawn
    does not depend on the strengths, except for masks, which come last: two augmentations that differ in one strength
    share all other draws of a batch.

    Frames at the end of a clip that are 0 dB throughout count as the padding of a short recording and stay silent;
    pauses within the singing receive noise and reverberation.

    Parameters
    ----------
    strengths : AugmentationStrengths
        How strongly to change clips.
    hertz : ndarray, shape (bins,)
        Centre frequencies of the bins, ascending.
    frame_s : float
        Seconds from frame to frame.
    floor_db : float
        The highest value: the level of a recording's maximum above the floor.
    """

    def __init__(
        self, strengths: AugmentationStrengths, *, hertz: NDArray[np.float64], frame_s: float, floor_db: float
    ) -> None:
        self.strengths, self._floor_db = strengths, floor_db
        self._voice = VoiceShift(hertz, strengths.pitch_semitones, strengths.formant_semitones)
        self._channel = ChannelAugmenter(strengths, hertz, frame_s)

    def __call__(self, clips: Tensor, voice: NDArray[np.int64], generator: np.random.Generator) -> Tensor:
        """Change clips.

        Parameters
        ----------
        clips : Tensor of float32, shape (count, 1, frames, bins)
            In dB above the floor; not modified.
        voice : ndarray of int, shape (count,)
            Clips of one number get the same shift of pitch and formants, as those of one singer should; everything else
            is drawn for each clip.
        generator : numpy.random.Generator

        Returns
        -------
        Tensor
            Changed clips of the same shape, on the same device, between 0 and `floor_db`.
        """
        factors, row = self._voice.draw(voice, generator)
        channels = self._channel.draw(len(clips), generator)
        kept = self._draw_masks(clips, generator)
        changed = clips.squeeze(1)
        sounding = _before_padding(changed)
        if self.strengths.changes_voice:
            matrices = self._voice.matrices(factors, clips.device)
            changed = torch.bmm(changed, matrices[to_device(row, clips.device)]).clamp_(min=0)
        if self.strengths.changes_channel:
            changed = self._channel.send(changed, channels)
        changed = changed.clamp(0, self._floor_db).mul_(sounding)
        for places in kept:
            changed *= to_device(places, clips.device)
        return changed.unsqueeze(1)

    def _draw_masks(self, clips: Tensor, generator: np.random.Generator) -> list[NDArray[np.bool_]]:
        strengths, (count, _, frames, bins) = self.strengths, clips.shape
        if not strengths.masks:
            return []
        time = draw_masks(count, frames, strengths.time_masks, strengths.time_mask_frames, generator)
        frequency = draw_masks(count, bins, strengths.frequency_masks, strengths.frequency_mask_bins, generator)
        return [time[:, :, None], frequency[:, None, :]]


def build_augmentation(
    strengths: AugmentationStrengths, feature: Feature, rate: int, spectrograms: SpectrogramSettings
) -> Augmenter | None:
    """Build the augmentation for spectrograms of a kind; None if nothing is switched on.

    Parameters
    ----------
    strengths : AugmentationStrengths
    feature : str
        Kind of spectrogram of the clips.
    rate : int
        Sampling rate in Hz.
    spectrograms : SpectrogramSettings
        How the spectrograms were computed.
    """
    if not (strengths.changes_voice or strengths.changes_channel or strengths.masks):
        return None
    return Augmenter(
        strengths,
        hertz=centre_frequencies(rate, feature, spectrograms),
        frame_s=spectrograms.hop / rate,
        floor_db=spectrograms.floor_db,
    )


def draw_masks(count: int, extent: int, masks: int, widest: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Draw masks, and return the places that they leave unchanged.

    Parameters
    ----------
    count : int
        Number of clips.
    extent : int
        Number of frames or bins.
    masks : int
        Number of masks per clip; they may overlap.
    widest : int
        Greatest width of a mask; widths from 0 to this, and places, are uniformly distributed.
    generator : numpy.random.Generator

    Returns
    -------
    ndarray of bool, shape (count, extent)
    """
    width = generator.integers(0, min(widest, extent), (count, masks, 1), endpoint=True)
    start = generator.integers(0, extent - width, endpoint=True)
    place = np.arange(extent)
    masked: NDArray[np.bool_] = np.any((place >= start) & (place < start + width), axis=1)
    return ~masked


def _before_padding(clips: Tensor) -> Tensor:
    """Mark with 1 all frames up to the last that is not silent: (count, frames, bins) to (count, frames, 1)."""
    sounds = (clips.amax(dim=2) > 0).to(clips.dtype)
    return sounds.flip(1).cummax(dim=1).values.flip(1).unsqueeze(2)
