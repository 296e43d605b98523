"""Change clips at random for training: other voices, other channels, masks. Off in the reproduction of the paper."""

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.audio.settings import SpectrogramSettings
from pipeline.audio.spectrogram import centre_frequencies
from pipeline.nn.augmentation.channel import Channel
from pipeline.nn.augmentation.settings import Settings
from pipeline.nn.augmentation.voice import VoiceShift


class Augmentation:
    """Changes clips afresh at every call: the voice first, then its channel, then masks.

    Every random number is drawn on the processor from the generator passed in, in a fixed order. How many does not
    depend on the strengths, masks apart, which come last: in a batch, settings that differ in one strength share all
    other draws.

    Frames at the end of a clip that are 0 dB throughout are taken for the padding of a short recording and stay silent;
    pauses within the singing get their noise and reverberation.

    Parameters
    ----------
    settings : Settings
        How much.
    hertz : ndarray, shape (bins,)
        Centre frequencies of the bins, ascending.
    frame_s : float
        Seconds from frame to frame.
    floor_db : float
        The highest value: so far above the floor lies the maximum of a recording.
    """

    def __init__(self, settings: Settings, *, hertz: NDArray[np.float64], frame_s: float, floor_db: float) -> None:
        self.settings, self._floor_db = settings, floor_db
        self._voice = VoiceShift(hertz, settings.pitch_semitones, settings.formant_semitones)
        self._channel = Channel(settings, hertz, frame_s)

    def __call__(self, clips: Tensor, voice: NDArray[np.int64], generator: np.random.Generator) -> Tensor:
        """Change clips.

        Parameters
        ----------
        clips : Tensor of float32, shape (count, 1, frames, bins)
            In dB above the floor; left as they are.
        voice : ndarray of int, shape (count,)
            Clips of one number get the same shift of pitch and formants, as those of one singer; all else is drawn for
            each clip.
        generator : numpy.random.Generator

        Returns
        -------
        Tensor
            Of the same shape, on the same device, between 0 and `floor_db`.
        """
        factors, row = self._voice.draw(voice, generator)
        channels = self._channel.draw(len(clips), generator)
        kept = self._draw_masks(clips, generator)
        changed = clips.squeeze(1)
        sounding = _before_padding(changed)
        if self.settings.changes_voice:
            matrices = self._voice.matrices(factors, clips.device)
            changed = torch.bmm(changed, matrices[torch.from_numpy(row).to(clips.device)]).clamp_(min=0)
        if self.settings.changes_channel:
            changed = self._channel.send(changed, channels)
        changed = changed.clamp(0, self._floor_db).mul_(sounding)
        for places in kept:
            changed *= torch.from_numpy(places).to(clips.device)
        return changed.unsqueeze(1)

    def _draw_masks(self, clips: Tensor, generator: np.random.Generator) -> list[NDArray[np.bool_]]:
        settings, (count, _, frames, bins) = self.settings, clips.shape
        if not settings.masks:
            return []
        time = draw_masks(count, frames, settings.time_masks, settings.time_mask_frames, generator)
        frequency = draw_masks(count, bins, settings.frequency_masks, settings.frequency_mask_bins, generator)
        return [time[:, :, None], frequency[:, None, :]]


def build_augmentation(
    settings: Settings, feature: Literal["mel", "cqt"], rate: int, spectrograms: SpectrogramSettings
) -> Augmentation | None:
    """Make the augmentation for spectrograms of that kind; None where nothing is switched on.

    Parameters
    ----------
    settings : Settings
    feature : str
        Which spectrogram the clips hold.
    rate : int
        Sampling rate in Hz.
    spectrograms : SpectrogramSettings
        How the spectrograms were computed.
    """
    if not (settings.changes_voice or settings.changes_channel or settings.masks):
        return None
    return Augmentation(
        settings,
        hertz=centre_frequencies(rate, feature, spectrograms),
        frame_s=spectrograms.hop / rate,
        floor_db=spectrograms.floor_db,
    )


def draw_masks(count: int, extent: int, masks: int, widest: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Draw the places that are left as they are.

    Parameters
    ----------
    count : int
        Number of clips.
    extent : int
        Number of frames or bins.
    masks : int
        Masks of a clip; they may overlap.
    widest : int
        A mask is 0 to so many frames or bins wide, all equally likely, and so is its place.
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
    """Mark with 1 every frame that is not silent, and those before one: (count, frames, bins) to (count, frames, 1)."""
    sounds = (clips.amax(dim=2) > 0).to(clips.dtype)
    return sounds.flip(1).cummax(dim=1).values.flip(1).unsqueeze(2)
