"""Any audio file to samples: the decoder is chosen by what the file holds, never by how it is named.

libsndfile reads WAV, AIFF, FLAC, Ogg Vorbis, Opus and MP3; FFmpeg (through PyAV) reads what libsndfile does
not know, such as AAC in MP4. A file shorter than its header promises is reported as truncated, not taken as
it is: its singer may stop in the middle of a song.
"""

import mmap
import os
import re
import stat
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile
from numpy.typing import NDArray

from pipeline.errors import BadRecordingError

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer

# libsndfile's SF_ERR_MALFORMED_FILE: it knows the format, and the file breaks it.
MALFORMED = 3
# libsndfile's length of a FLAC that was streamed.
UNKNOWN_FRAMES = 2**62
MAX_BYTES = 2**32
# Over all channels, of a recording that is decoded whole.
MAX_SAMPLES = 2**29
# Samples a channel decoded at a time.
BLOCK = 2**18
MAX_SECONDS = 6 * 3600
STREAMED_LENGTH = 0x7FFFF000
LENGTH_SLACK_SECONDS = 0.25
FORMATS_THAT_STATE_LENGTH = frozenset({"mov", "matroska", "asf", "caf", "wav", "w64", "aiff", "avi", "flv"})
PROMISED_BYTES = re.compile(r"^ *(?:data|SSND|Data Size|riff|Riff size) *: (\d+) \(should be (\d+)\)", re.MULTILINE)
LENGTH_SLACK_BYTES = 128

Samples = NDArray[np.float32]


def decode(path: Path) -> tuple[Samples, int]:
    """Decode a whole audio file of any format, sampling rate, number of channels and sample width.

    Parameters
    ----------
    path : Path
        The file; its suffix is not looked at.

    Returns
    -------
    samples : ndarray of float32, shape (samples, channels)
        Integer formats are scaled to -1..1; floating-point formats are kept as they are.
    rate : int
        Sampling rate in Hz.

    Raises
    ------
    BadRecordingError
        As `decode_blocks`, or the file is longer than fits in memory.
    """
    rate, blocks = decode_blocks(path)
    held: list[Samples] = []
    for block in blocks:
        held.append(block)
        frames, channels = sum(map(len, held)), block.shape[1]
        if frames * channels > MAX_SAMPLES:
            raise BadRecordingError(f"over {frames / rate / 3600:.1f} h of {channels} channels, too long; cut it up")
    return np.concatenate(held), rate


def decode_blocks(path: Path) -> tuple[int, Iterator[Samples]]:
    """Decode an audio file a few seconds at a time, so that hours of it fit in memory.

    Parameters
    ----------
    path : Path
        The file; its suffix is not looked at.

    Returns
    -------
    rate : int
        Sampling rate in Hz.
    blocks : iterator of ndarray of float32, shape (samples, channels)
        At least one; as of `decode`.

    Raises
    ------
    BadRecordingError
        The file is missing, not a regular file, not readable, empty, not audio, damaged, truncated or too long, or
        holds no sample or samples that are not finite. Some of this shows only after the last block.

    Notes
    -----
    Truncated means that fewer samples are there than the header promises. A length of 0x7FFFF000 bytes or
    more promises nothing: it is what recorders write that do not know the length beforehand. Ogg, raw AAC and
    MP3 without a Xing header state no length either.
    """
    check_file(path)
    blocks = _decode_with_libsndfile(path)
    head = next(blocks, None)
    if head is None:
        blocks = _decode_with_ffmpeg(path)
        head = next(blocks)
    first, rate = head
    return rate, map(_check_finite, chain([first], (samples for samples, _ in blocks)))


def _check_finite(samples: Samples) -> Samples:
    if not np.isfinite(samples).all():
        raise BadRecordingError("holds samples that are NaN or infinite")
    return samples


def check_file(path: Path) -> None:
    """Raise `BadRecordingError` for a path that names no regular file, an empty one or one that is too large."""
    try:
        status = path.stat()
    except FileNotFoundError:
        raise BadRecordingError("no such file") from None
    except OSError as fault:
        raise BadRecordingError(f"cannot be read: {fault.strerror}") from None
    if not stat.S_ISREG(status.st_mode):
        raise BadRecordingError("not a regular file")
    if status.st_size == 0:
        raise BadRecordingError("empty file (0 bytes)")
    if status.st_size > MAX_BYTES:
        raise BadRecordingError(f"{status.st_size / 2**30:.1f} GiB, too large for one recording; cut it up")


def _decode_with_libsndfile(path: Path) -> Iterator[tuple[Samples, int]]:
    """Decode; yield nothing when libsndfile does not know the format or finds neither length nor samples."""
    try:
        descriptor = os.open(path, os.O_RDONLY)  # nameless, so that a .raw suffix means nothing
    except PermissionError:
        raise BadRecordingError("no permission to read the file") from None
    try:
        file = soundfile.SoundFile(descriptor)  # closes the descriptor, also when it fails
    except soundfile.LibsndfileError as fault:
        if fault.code == MALFORMED:
            raise BadRecordingError("damaged or truncated: its header does not fit its length") from None
        return
    with file:
        _check_promised_bytes(file.extra_info)
        if file.frames >= UNKNOWN_FRAMES:
            return
        _check_length(file.frames, file.channels, file.samplerate)
        decoded = 0
        try:
            while len(samples := file.read(BLOCK, dtype="float32", always_2d=True)):
                decoded += len(samples)
                yield samples, file.samplerate
        except soundfile.LibsndfileError:
            raise BadRecordingError("damaged or truncated: libsndfile cannot decode it to the end") from None
        if file.format != "MP3" or _mp3_states_length(path):
            _check_promised_seconds(decoded / file.samplerate, file.frames / file.samplerate)


def _check_promised_bytes(log: str) -> None:
    """Compare the lengths in the header with the file's, both as libsndfile's log states them."""
    for promised, actual in ((int(a), int(b)) for a, b in PROMISED_BYTES.findall(log)):
        if actual + LENGTH_SLACK_BYTES < promised < STREAMED_LENGTH:
            raise BadRecordingError(f"truncated: {actual} of the {promised} bytes that its header promises")


def _check_promised_seconds(seconds: float, promised: float) -> None:
    if seconds < promised - LENGTH_SLACK_SECONDS:
        raise BadRecordingError(f"truncated: {seconds:.2f} s of the {promised:.2f} s that its header promises")


def _mp3_states_length(path: Path) -> bool:
    """Return whether an MP3 begins with a Xing or Info frame; without one, its length is a guess from its size."""
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3":
            tag_size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
            file.seek(10 + tag_size)
            head = b""
        head += file.read(256)
    return b"Xing" in head or b"Info" in head


def _check_length(frames: int, channels: int, rate: int) -> None:
    if frames > MAX_SECONDS * rate:
        raise BadRecordingError(f"{frames / rate / 3600:.1f} h of {channels} channels, too long; cut it up")


def _decode_with_ffmpeg(path: Path) -> Iterator[tuple[Samples, int]]:
    import av

    only_this_file = {"protocol_whitelist": "none"}  # else a playlist may have FFmpeg open what it names
    try:
        with (
            path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as nameless,
            av.open(nameless, "r", options=only_this_file, metadata_errors="ignore") as container,
        ):
            if not container.streams.audio:
                raise BadRecordingError("no audio stream")
            decoded = rate = 0
            for samples, rate in _decode_stream(container):
                decoded += len(samples)
                yield samples, rate
            _check_promised_seconds(decoded / rate, _promised_seconds(container))
    except av.FFmpegError as fault:
        raise BadRecordingError(f"not audio, damaged or truncated: {fault.strerror}") from None
    except ValueError:  # of the file in memory, where FFmpeg seeks past its end
        raise BadRecordingError("not audio, damaged or truncated: it points past its own end") from None


def _decode_stream(container: "InputContainer") -> Iterator[tuple[Samples, int]]:
    """Join the stream's frames, which are short, into blocks."""
    gathered: list[Samples] = []
    waiting, frames, channels, rate = 0, 0, 0, 0
    for frame in container.decode(container.streams.audio[0]):
        if not frames:  # what the stream's header states may be half the true rate (HE-AAC)
            channels, rate = frame.layout.nb_channels, frame.sample_rate
        if (frame.layout.nb_channels, frame.sample_rate) != (channels, rate):
            raise BadRecordingError("sampling rate or number of channels changes midway")
        gathered.append(_to_float(frame))
        frames += frame.samples
        waiting += frame.samples
        _check_length(frames, channels, rate)
        if waiting >= BLOCK:
            yield np.concatenate(gathered), rate
            gathered, waiting = [], 0
    if not frames:
        raise BadRecordingError("no samples")
    if gathered:
        yield np.concatenate(gathered), rate


def _to_float(frame: "AudioFrame") -> Samples:
    values = frame.to_ndarray()
    by_channel = values if frame.format.is_planar else values.reshape(-1, frame.layout.nb_channels).T
    zero = 128.0 if values.dtype.kind == "u" else 0.0
    full_scale = 1.0 if values.dtype.kind == "f" else 2.0 ** (8 * values.itemsize - 1)
    return ((by_channel.T.astype(np.float64) - zero) / full_scale).astype(np.float32)


def _promised_seconds(container: "InputContainer") -> float:
    """Return the length that the header states, or 0 where FFmpeg would only guess it from the bit rate."""
    stream = container.streams.audio[0]
    if container.format.name.split(",")[0] not in FORMATS_THAT_STATE_LENGTH:
        return 0.0
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / 1e6
