"""How a sound is listened to: the settings of voice detection, of both spectrograms, and of the handcrafted baseline.

Free of numpy, so that the sections of params.yaml and a model's header can name them at no cost.
"""

from dataclasses import dataclass
from typing import Literal

# The spectrogram that the network sees.
Feature = Literal["mel", "cqt"]
# How the voice is found: the paper's K-means, or by periodicity, level and hum (`pipeline.audio.sung_frames`).
VoiceMethod = Literal["kmeans", "periodicity"]


@dataclass(frozen=True)
class VoiceSettings:
    """How the voice is found (paper 3.3).

    Attributes
    ----------
    length, hop : int
        Length and hop of the frames in samples.
    min_hz, max_hz : float
        Range of pitch in which the voicing confidence looks for a period, in Hz.
    clip_frames, clip_hop : int
        Length of a clip, and frames from one to the next.
    min_voiced : int
        A clip is kept when it has more voiced frames than this.
    pad_short : bool
        Whether a recording shorter than a clip makes one, padded with silence.
    seed : int
        Seeds K-means.
    method : {"kmeans", "periodicity"}
        The paper's K-means, or `pipeline.audio.sung_frames`.
    """

    length: int
    hop: int
    min_hz: float
    max_hz: float
    clip_frames: int
    clip_hop: int
    min_voiced: int
    pad_short: bool
    seed: int
    method: VoiceMethod = "kmeans"


@dataclass(frozen=True)
class SpectrogramSettings:
    """How spectrograms are computed (paper 3.2).

    Attributes
    ----------
    length, hop : int
        Length and hop of the frames in samples; the constant-Q transform uses the hop alone.
    bins : int
        Number of bins of either spectrogram.
    bins_per_octave : int
        Bins of the constant-Q transform in an octave.
    cqt_min_hz : float
        Centre frequency of the constant-Q transform's lowest bin.
    floor_db : float
        Range kept below the recording's maximum, in dB.
    """

    length: int
    hop: int
    bins: int
    bins_per_octave: int
    cqt_min_hz: float
    floor_db: float


@dataclass(frozen=True)
class HandcraftedSettings:
    """How a frame is described by hand (paper 4).

    Attributes
    ----------
    length, hop : int
        Length and hop of the frames in samples.
    mfcc, chroma : int
        Numbers of coefficients (at most 128) and of pitch classes.
    rolloff : float
        Share of a frame's magnitude that lies below its roll-off frequency, 0 to 1.
    """

    length: int
    hop: int
    mfcc: int
    chroma: int
    rolloff: float


@dataclass(frozen=True)
class DescriptorSettings:
    """How a recording is described as a person hears it: frames in samples, pitch range in Hz, clips in frames."""

    length: int
    hop: int
    min_hz: float
    max_hz: float
    clip_frames: int
