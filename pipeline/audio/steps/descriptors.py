"""One recording, described by what a person hears in it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.descriptors import describe_clips, measure_contours
from pipeline.audio.ltas import long_term_average, pause_average
from pipeline.audio.settings import DescriptorSettings
from pipeline.audio.stored import read_stored
from pipeline.audio.voicing import Voiced
from pipeline.errors import BadInputError, BadRecordingError
from pipeline.runtime.counting import counted


@dataclass(frozen=True, eq=False)
class Audible:
    """What a person hears in one recording.

    Attributes
    ----------
    starts : ndarray of int32, shape (clips,)
        First frame of each clip.
    clips : ndarray of float64, shape (clips, descriptors)
        See `pipeline.audio.descriptors.DESCRIPTORS`.
    ltas, pauses : ndarray of float32, shape (bands,)
        Average spectrum of the recording, and of its pauses; the latter is empty where these are too short.
    """

    starts: NDArray[np.int32]
    clips: NDArray[np.float64]
    ltas: NDArray[np.float32]
    pauses: NDArray[np.float32]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `write_audible` wrote."""
        with np.load(path, allow_pickle=False) as content:
            return cls(**content)


def write_audible(audio: Path, voice: Path, target: Path, settings: DescriptorSettings) -> None:
    """Describe the clips of one recording, and its average spectra; without pauses, theirs is empty.

    Parameters
    ----------
    audio, voice, target : Path
        The resampled recording, its `Voiced`, and the npz file to write.
    settings : DescriptorSettings

    Raises
    ------
    BadInputError
        Recording and voice do not belong together.
    BadRecordingError
        It cannot be decoded, or is silent.
    """
    samples, rate = read_stored(audio)
    voiced, hop = Voiced.load(voice), settings.hop
    contours = measure_contours(
        samples, rate, length=settings.length, hop=hop, min_hz=settings.min_hz, max_hz=settings.max_hz
    )
    if len(voiced.frames) != len(contours.power):
        fault = f"{counted(len(voiced.frames), 'frame')}, but the recording has {len(contours.power)}; run `dvc repro`"
        raise BadInputError(f"{voice}: {fault}")
    if not contours.power.any():
        raise BadRecordingError("silent throughout")
    pauses = pause_average(contours.power, voiced.frames, rate, hop)
    np.savez(
        target,
        starts=voiced.clip_starts,
        clips=describe_clips(contours, voiced.frames, voiced.clip_starts, settings.clip_frames),
        ltas=long_term_average(contours.power, rate),
        pauses=np.empty(0, np.float32) if pauses is None else pauses,
    )
