"""One recording, described by handcrafted features (paper 4)."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.handcrafted import describe_frames, mfcc_means, summarise_clips
from pipeline.audio.settings import HandcraftedSettings
from pipeline.audio.stored import StoredRecording
from pipeline.audio.voicing import Voiced
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted


@dataclass(frozen=True, eq=False)
class Handcrafted:
    """The handcrafted features of one recording.

    Attributes
    ----------
    values : ndarray of float64, shape (clips, values)
        Mean and standard deviation of each feature over a clip.
    starts : ndarray of int32, shape (clips,)
        First frame of each clip.
    mfcc : ndarray of float64, shape (coefficients,)
        Means over the voiced frames.
    """

    values: NDArray[np.float64]
    starts: NDArray[np.int32]
    mfcc: NDArray[np.float64]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `write_handcrafted` wrote."""
        with np.load(path, allow_pickle=False) as content:
            return cls(**content)


def write_handcrafted(audio: Path, voice: Path, target: Path, settings: HandcraftedSettings, clip_frames: int) -> None:
    """Describe one recording and its clips.

    Parameters
    ----------
    audio, voice, target : Path
        The resampled recording, its `Voiced`, and the npz file to write.
    settings : HandcraftedSettings
    clip_frames : int

    Raises
    ------
    BadInputError
        Recording and voice do not belong together.
    BadRecordingError
        It cannot be decoded.
    """
    voiced = Voiced.load(voice)
    starts = voiced.clip_starts
    with StoredRecording(audio) as samples:
        frames = describe_frames(samples, samples.rate, settings)
    if starts.max(initial=0) >= len(frames):
        fault = f"a clip starts at frame {starts.max()} of {len(frames)}; run `dvc repro`"
        raise BadInputError(f"{voice}: {fault}")
    if len(voiced.frames) != len(frames):
        fault = f"{counted(len(voiced.frames), 'frame')}, but the recording has {len(frames)}; run `dvc repro`"
        raise BadInputError(f"{voice}: {fault}")
    np.savez(
        target,
        values=summarise_clips(frames, starts, clip_frames),
        starts=starts,
        mfcc=mfcc_means(frames, voiced.frames, settings),
    )
