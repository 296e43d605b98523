"""Measurements of one recording, before the pipeline runs on it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import xxhash
from numpy.typing import NDArray

from pipeline.audio.band import UNKNOWN, Band, find_band
from pipeline.audio.channels import ChannelPowers
from pipeline.audio.clicks import STRETCH
from pipeline.audio.frames import Recording
from pipeline.audio.ltas import long_term_average, pause_average, power_frames
from pipeline.audio.unsung import explain_refusal
from pipeline.audio.voice_detection import detect
from pipeline.model.listening import Listening
from singing_style.clipping import ClippedPeaks
from singing_style.hearing import resampled
from singing_style.opening import open_recording
from singing_style.register import doubt_pitch, median_pitch
from singing_style.sung import count_sung, too_little

# The average spectrum is computed from at most this many seconds at the beginning.
SPECTRUM_S = 300.0
# How many of the loudest stretches are kept to find clicks: 1 s at 192 kHz.
LOUDEST = 375


class Levels:
    """Level measurements of samples that arrive in blocks, whatever the sizes of the blocks.

    Attributes
    ----------
    channels : int
    samples : int
        Number of samples in each channel.
    """

    def __init__(self) -> None:
        self.channels = 0
        self.samples = 0
        self._peak = 0.0
        self._power = 0.0
        self._digest = xxhash.xxh3_128()
        self._clipped = ClippedPeaks()
        self._powers = ChannelPowers()
        self._unfinished = np.empty(0, np.float32)
        self._loudest = np.empty(0, np.float32)

    def add(self, block: NDArray[np.float32]) -> None:
        """Add the next samples, shape (samples, channels)."""
        self.channels = block.shape[1]
        self.samples += len(block)
        self._powers.add(block.T, block.mean(axis=1))
        size = np.abs(block)
        self._peak = max(self._peak, float(size.max(initial=0)))
        self._power += float(np.square(block, dtype=np.float64).sum())
        self._digest.update(block.tobytes())
        self._clipped.add(block)
        peaks = np.concatenate([self._unfinished, size.max(axis=1)])
        whole = len(peaks) // STRETCH * STRETCH
        self._unfinished = peaks[whole:]
        stretches = np.concatenate([self._loudest, peaks[:whole].reshape(-1, STRETCH).max(axis=1)])
        self._loudest = np.sort(stretches)[: -LOUDEST - 1 : -1]

    @property
    def peak_db(self) -> float:
        """Largest magnitude in dB re full scale."""
        return decibels(self._peak)

    @property
    def level_db(self) -> float:
        """Root mean square over all channels in dB re full scale."""
        return decibels((self._power / max(1, self.samples * self.channels)) ** 0.5)

    @property
    def clipped_share(self) -> float:
        """Share of the samples at full scale whose two neighbours are too, as in a clipped peak."""
        return self._clipped.share

    @property
    def cancel(self) -> bool:
        """Whether the channels cancel each other out, so that the loudest is heard instead of their mean."""
        return self._powers.cancel

    def click_db(self, rate: int) -> float:
        """Return how far the peak lies above what is reached for a second in all; 0 in shorter recordings."""
        second = min(rate // STRETCH, LOUDEST - 1)
        if len(self._loudest) <= second or self._loudest[second] == 0:
            return 0.0
        return self.peak_db - decibels(float(self._loudest[second]))

    @property
    def sound(self) -> str:
        """Hash of the samples: equal for equal sounds in any lossless format."""
        return f"{self.channels}-{self._digest.hexdigest()}"


@dataclass(frozen=True, eq=False)
class Checkup:
    """The measurements of one recording.

    Attributes
    ----------
    rate : int
        Sampling rate of the file in Hz.
    channels : int
    seconds : float
    peak_db, level_db : float
        Largest magnitude, and root mean square, in dB re full scale.
    clipped_share : float
        See `Levels.clipped_share`.
    click_db : float
        See `Levels.click_db`.
    cancel : bool
        See `Levels.cancel`.
    sound : str
        Equal for equal sounds; see `Levels.sound`.
    voiced_seconds : float
        How much the voice detection finds voiced.
    sung_seconds : float
        How much of that is more tone than noise; see `singing_style.sung`.
    clips : int
        Number of clips with more than half of their frames voiced; a recording without any is left out.
    spectrum, pauses : ndarray of float32, shape (bands,)
        Average spectrum in dB, and that of the pauses; the latter is empty where there are too few.
    instead : str
        What sounds where too little is sung; see `pipeline.audio.unsung.explain_refusal`.
    band : Band
        From which frequency to which it holds sound.
    pitch : float
        Median pitch as a MIDI number; NaN where there is none (`singing_style.register.median_pitch`).
    pitch_doubt : str
        Why it is hardly a voice at the right speed; see `singing_style.register.doubt_pitch`.
    glides : bool
        Whether its pitch glides as that of speech does; see `pipeline.audio.held_pitch`.
    """

    rate: int
    channels: int
    seconds: float
    peak_db: float
    level_db: float
    clipped_share: float
    click_db: float
    cancel: bool
    sound: str
    voiced_seconds: float
    sung_seconds: float
    clips: int
    spectrum: NDArray[np.float32]
    pauses: NDArray[np.float32]
    instead: str = ""
    band: Band = UNKNOWN
    pitch: float = np.nan
    pitch_doubt: str = ""
    glides: bool = False

    @property
    def lowest_hz(self) -> float:
        """Lower edge of the band in Hz."""
        return self.band.lowest

    @property
    def highest_hz(self) -> float:
        """Upper edge of the band in Hz."""
        return self.band.highest

    def refusal(self, listening: Listening) -> str:
        """Return why the recording is not judged, in the words of `singing-style index`; empty where it is."""
        sung = round(self.sung_seconds / listening.frame_seconds)
        return str(too_little(sung, self.clips, listening, self.instead) or "")


def examine(file: Path, listening: Listening) -> Checkup:
    """Measure a recording.

    Parameters
    ----------
    file : Path
    listening : Listening
        How to listen.

    Raises
    ------
    BadRecordingError
        The stages resample and voice would leave it out, for the reason stated.
    """
    rate, blocks = open_recording(file)
    levels = Levels()
    for block in blocks:
        levels.add(block)
    with resampled(file, listening) as samples:
        detection = detect(samples, listening.rate, listening.voice_settings())
        found = detection.voiced
        sung = count_sung(found.confidence, found.frames, listening.voice_method)
        refused = too_little(sung, len(found.clip_starts), listening)
        instead = explain_refusal(samples, listening.rate, listening.voice_settings()) if refused else ""
        spectrum, pauses = _spectra(samples, found.frames, listening)
        band = find_band(samples, listening.rate, listening.frame_length)
        pitch = median_pitch(samples, listening)
        pitch_doubt = doubt_pitch(samples, listening, pitch)
    return Checkup(
        rate=rate,
        channels=levels.channels,
        seconds=levels.samples / rate,
        peak_db=levels.peak_db,
        level_db=levels.level_db,
        clipped_share=levels.clipped_share,
        click_db=levels.click_db(rate),
        cancel=levels.cancel,
        sound=levels.sound,
        voiced_seconds=float(found.frames.sum()) * listening.frame_seconds,
        sung_seconds=sung * listening.frame_seconds,
        clips=len(found.clip_starts),
        spectrum=spectrum,
        pauses=pauses,
        instead=instead,
        band=band,
        pitch=pitch,
        pitch_doubt=pitch_doubt,
        glides=bool(detection.evidence and detection.evidence.glides),
    )


def decibels(magnitude: float) -> float:
    """Convert a magnitude to dB; silence is minus infinity.

    Examples
    --------
    >>> decibels(0.1)
    -20.0
    """
    return float(20 * np.log10(magnitude)) if magnitude > 0 else -np.inf


def _spectra(
    samples: Recording, voiced: NDArray[np.bool_], listening: Listening
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    beginning = np.asarray(samples[0 : int(SPECTRUM_S * listening.rate)])
    power = power_frames(beginning, listening.frame_length, listening.frame_hop)
    nothing = np.empty(0, np.float32)
    if not power.any():
        return nothing, nothing
    pauses = pause_average(power, voiced[: len(power)], listening.rate, listening.frame_hop)
    return long_term_average(power, listening.rate), nothing if pauses is None else pauses
