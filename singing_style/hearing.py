"""From a sound to the clips that a network sees, by the steps of the pipeline's stages (paper 3.2 and 3.3)."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.band import UNKNOWN, Band, find_band
from pipeline.audio.clicks import mend_clicks
from pipeline.audio.clips import cut_clip
from pipeline.audio.frames import Recording
from pipeline.audio.resample import check_long_enough, limit_peak, resample, to_mono
from pipeline.audio.spectrogram import spectrogram
from pipeline.audio.spool import Spool, naming_folder
from pipeline.audio.sung_frames import Evidence
from pipeline.audio.unsung import explain_refusal
from pipeline.audio.voice_detection import detect
from pipeline.audio.voicing import Voiced
from pipeline.errors import BadInputError, BadRecordingError
from pipeline.model.listening import Listening
from singing_style.clipping import note_clipping
from singing_style.opening import open_recording
from singing_style.register import doubt_pitch, median_pitch
from singing_style.sung import GLIDES, count_sung, passed_over, too_little
from singing_style.takes import Takes, open_takes

Source = Path | str | Takes | Sequence[Path | str]
Sound = Source | NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class Heard:
    """What a model hears of a recording.

    Attributes
    ----------
    energy, confidence : ndarray of float32, shape (frames,)
        Root mean square and voicing confidence of each frame, `Listening.frame_seconds` apart.
    voiced : ndarray of bool, shape (frames,)
        Whether the voice detection finds each frame voiced (paper 3.3).
    spectrogram : ndarray of float16, shape (frames, bins)
        In decibels above the floor.
    clip_starts : ndarray of int32, shape (clips,)
        First frame of each clip, ascending; at least one, unless it is refused.
    seconds, voiced_seconds : float
        Duration of the recording, and how much of it is sung (`singing_style.sung`).
    pitch : float
        Median pitch as a MIDI number; NaN where there is none (`singing_style.register`).
    refusal : str
        Why it is not judged; empty where it holds enough singing.
    evidence : Evidence or None
        Why each frame is sung or is not; None of a model that finds the voice by K-means.
    band : Band
        From which frequency to which it holds sound.
    remarks : tuple of str
        What is odd about it, in words.
    """

    energy: NDArray[np.float32]
    confidence: NDArray[np.float32]
    voiced: NDArray[np.bool_]
    spectrogram: NDArray[np.float16]
    clip_starts: NDArray[np.int32]
    seconds: float
    voiced_seconds: float
    pitch: float
    refusal: str = ""
    evidence: Evidence | None = None
    band: Band = UNKNOWN
    remarks: tuple[str, ...] = ()

    def clips(self, first: int, last: int, length: int) -> NDArray[np.float16]:
        """Cut out clips `first` to `last` of `length` frames, padded with silence where the recording is shorter."""
        return np.stack([cut_clip(self.spectrogram, start, length) for start in self.clip_starts[first:last]])


def hear(sound: Sound, listening: Listening, rate: int | None = None, *, refuse: bool = True) -> Heard:
    """Listen to a recording.

    Parameters
    ----------
    sound : path, sequence of paths, or ndarray of shape (samples,) or (samples, channels)
        An audio file of any format; files that are takes of one performance, heard one after the other; or
        floating-point samples from -1 to 1.
    listening : Listening
    rate : int, optional
        Sampling rate in Hz of an array; a file knows its own.
    refuse : bool, optional
        Whether to refuse too little singing; else `Heard.refusal` says why, and there may be no clips.

    Raises
    ------
    TooLittleSinging
        It holds too little singing to judge; see `singing_style.sung`.
    BadRecordingError
        The file or the samples cannot be used, or takes differ in sampling rate.
    BadInputError
        An array is passed without its rate, or a file with one.
    """
    from threadpoolctl import threadpool_limits

    remarks: list[str] = []
    # products this small gain nothing from threads, which wait for one another on busy cores
    with threadpool_limits(1), resampled(sound, listening, rate, remarks) as samples:
        detection = detect(samples, listening.rate, listening.voice_settings())
        found = detection.voiced
        sung = count_sung(found.confidence, found.frames, listening.voice_method)
        fault = too_little(sung, len(found.clip_starts), listening)
        pitch = median_pitch(samples, listening)
        doubt = doubt_pitch(samples, listening, pitch)
        if fault:
            instead = explain_refusal(samples, listening.rate, listening.voice_settings()) or doubt
            fault = too_little(sung, len(found.clip_starts), listening, instead)
        if fault and refuse:
            raise fault
        decibels = spectrogram(samples, listening.rate, listening.feature, listening.spectrogram_settings())
        within = count_sung(found.confidence, found.frames & _within_clips(found, listening), listening.voice_method)
        remarks += filter(None, [doubt, "" if fault else passed_over(sung, within, listening)])
        remarks += [GLIDES] if detection.evidence and detection.evidence.glides else []
        return Heard(
            energy=found.energy,
            confidence=found.confidence,
            voiced=found.frames,
            spectrogram=decibels.astype(np.float16),
            clip_starts=found.clip_starts,
            seconds=len(samples) / listening.rate,
            voiced_seconds=sung * listening.frame_seconds,
            pitch=pitch,
            refusal=str(fault or ""),
            evidence=detection.evidence,
            band=find_band(samples, listening.rate, listening.frame_length),
            remarks=tuple(remarks),
        )


def _within_clips(found: Voiced, listening: Listening) -> NDArray[np.bool_]:
    """Return which frames lie within clips."""
    within = np.zeros(len(found.frames), np.bool_)
    for start in found.clip_starts:
        within[start : start + listening.clip_frames] = True
    return within


@contextmanager
def resampled(
    sound: Sound, listening: Listening, rate: int | None = None, remarks: list[str] | None = None
) -> Iterator[Recording]:
    """Open a sound as one channel at the model's sampling rate, kept in a nameless file, so that hours fit in memory.

    Parameters and errors are those of `hear`; `remarks` gets what is odd about the sound.
    """
    folder = Path(tempfile.gettempdir())
    told: list[str] = [] if remarks is None else remarks
    source_rate, mono = _open(sound, rate, folder, told)
    with Spool(folder) as spool, tempfile.TemporaryFile(dir=folder) as file:
        for block in resample(
            mend_clicks(mono, source_rate, folder, told), source_rate, listening.rate, listening.quality
        ):
            spool.append(block)
        check_long_enough(len(spool), listening.rate, listening.frame_length)
        for block in limit_peak(spool):
            with naming_folder(folder):
                file.write(block.tobytes())
        with naming_folder(folder):
            file.flush()
        yield np.memmap(file, np.float32, "r")


def as_source(source: Source) -> Path | Takes:
    """Interpret an argument as a file, or as the takes of one performance."""
    match source:
        case Takes():
            return source
        case Path() | str():
            return Path(source)
    return Takes(tuple(map(Path, source)))


def _open(
    sound: Sound, rate: int | None, folder: Path, remarks: list[str]
) -> tuple[int, Iterator[NDArray[np.float32]]]:
    """Return the sampling rate, and the samples of one channel in blocks."""
    if isinstance(sound, np.ndarray):
        return _check_rate(rate), to_mono(note_clipping([_check_samples(sound)], remarks), folder, remarks)
    source = as_source(sound)
    if rate is not None:
        raise BadInputError(f"{source}: rate: a file has its own; leave it out")
    if isinstance(source, Takes):
        return open_takes(source, folder, remarks)
    source_rate, blocks = open_recording(source)
    return source_rate, to_mono(note_clipping(blocks, remarks), folder, remarks)


def _check_rate(rate: int | None) -> int:
    if rate is None:
        raise BadInputError("rate: missing; samples need their sampling rate in Hz")
    if rate < 1:
        raise BadInputError(f"rate: should be a positive number of Hz, got {rate}")
    return rate


def _check_samples(samples: NDArray[np.floating]) -> NDArray[np.float32]:
    if samples.dtype.kind != "f":
        raise BadRecordingError(f"samples are {samples.dtype}; scale them to floating-point numbers from -1 to 1")
    if samples.ndim not in (1, 2) or not samples.size:
        raise BadRecordingError(f"samples have shape {samples.shape}, not (samples,) or (samples, channels)")
    if not np.isfinite(samples).all():
        raise BadRecordingError("some samples are NaN or infinite")
    return np.atleast_2d(samples.astype(np.float32).T).T
