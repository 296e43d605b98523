"""Any audio file to samples: the decoder is chosen by what the file holds, never by how it is named.

libsndfile reads WAV, AIFF, FLAC, Ogg Vorbis, Opus and MP3; FFmpeg (through PyAV) reads what libsndfile does
not know, such as AAC in MP4. A file shorter than its header promises is reported as truncated, not taken as
it is: its singer may stop in the middle of a song.
"""

import io
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile
from numpy.typing import NDArray

from pipeline.errors import BadRecordingError

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.container import InputContainer

MALFORMED = 3
"""libsndfile's SF_ERR_MALFORMED_FILE: it knows the format, and the file breaks it."""
UNKNOWN_FRAMES = 2**62
"""libsndfile's length of a FLAC that was streamed."""
MAX_BYTES = 2**32
MAX_SAMPLES = 2**29
MAX_SECONDS = 6 * 3600
STREAMED_LENGTH = 0x7FFFF000
LENGTH_SLACK_SECONDS = 0.25
FORMATS_THAT_STATE_LENGTH = frozenset({"mov", "matroska", "asf", "caf", "wav", "w64", "aiff", "avi", "flv"})
PROMISED_BYTES = re.compile(r"^ *(?:data|SSND|Data Size|riff|Riff size) *: (\d+) \(should be (\d+)\)", re.MULTILINE)
LENGTH_SLACK_BYTES = 128

Samples = NDArray[np.float32]


def decode(path: Path) -> tuple[Samples, int]:
    """Decode an audio file of any format, sampling rate, number of channels and sample width.

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
        The file is missing, not a regular file, not readable, empty, not audio, damaged, truncated or longer
        than fits in memory, or holds no sample or samples that are not finite.

    Notes
    -----
    Truncated means that fewer samples are there than the header promises. A length of 0x7FFFF000 bytes or
    more promises nothing: it is what recorders write that do not know the length beforehand. Ogg, raw AAC and
    MP3 without a Xing header state no length either.
    """
    _check_file(path)
    try:
        decoded = _decode_with_libsndfile(path)
    except PermissionError:
        raise BadRecordingError("no permission to read the file") from None
    samples, rate = _decode_with_ffmpeg(path) if decoded is None else decoded
    if not np.isfinite(samples).all():
        raise BadRecordingError("holds samples that are NaN or infinite")
    return samples, rate


def _check_file(path: Path) -> None:
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


def _decode_with_libsndfile(path: Path) -> tuple[Samples, int] | None:
    """Decode, or return None when libsndfile does not know the format or finds neither length nor samples."""
    descriptor = os.open(path, os.O_RDONLY)  # nameless, so that a .raw suffix means nothing
    try:
        file = soundfile.SoundFile(descriptor)  # closes the descriptor, also when it fails
    except soundfile.LibsndfileError as fault:
        if fault.code == MALFORMED:
            raise BadRecordingError("damaged or truncated: its header does not fit its length") from None
        return None
    with file:
        _check_promised_bytes(file.extra_info)
        if file.frames >= UNKNOWN_FRAMES:
            return None
        _check_length(file.frames, file.channels, file.samplerate)
        try:
            samples = file.read(dtype="float32", always_2d=True)
        except soundfile.LibsndfileError:
            raise BadRecordingError("damaged or truncated: libsndfile cannot decode it to the end") from None
        if file.format != "MP3" or _mp3_states_length(path):
            _check_promised_seconds(len(samples) / file.samplerate, file.frames / file.samplerate)
        return (samples, file.samplerate) if len(samples) else None


def _check_promised_bytes(log: str) -> None:
    """Compare the lengths in the header with the file's, both as libsndfile's log gives them."""
    for promised, actual in ((int(a), int(b)) for a, b in PROMISED_BYTES.findall(log)):
        if actual + LENGTH_SLACK_BYTES < promised < STREAMED_LENGTH:
            raise BadRecordingError(f"truncated: {actual} of the {promised} bytes that its header promises")


def _check_promised_seconds(seconds: float, promised: float) -> None:
    if seconds < promised - LENGTH_SLACK_SECONDS:
        raise BadRecordingError(f"truncated: {seconds:.2f} s of the {promised:.2f} s that its header promises")


def _mp3_states_length(path: Path) -> bool:
    """Tell whether an MP3 begins with a Xing or Info frame; without one, its length is a guess from its size."""
    with path.open("rb") as file:
        head = file.read(10)
        if head[:3] == b"ID3":
            tag_size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
            file.seek(10 + tag_size)
            head = b""
        head += file.read(256)
    return b"Xing" in head or b"Info" in head


def _check_length(frames: int, channels: int, rate: int) -> None:
    if frames * channels > MAX_SAMPLES or frames > MAX_SECONDS * rate:
        raise BadRecordingError(f"{frames / rate / 3600:.1f} h of {channels} channels, too long; cut it up")


def _decode_with_ffmpeg(path: Path) -> tuple[Samples, int]:
    import av

    nameless = io.BytesIO(path.read_bytes())
    only_this_file = {"protocol_whitelist": "none"}  # else a playlist may have FFmpeg open what it names
    try:
        with av.open(nameless, "r", options=only_this_file, metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise BadRecordingError("no audio stream")
            blocks, rate = _decode_stream(container)
            promised = _promised_seconds(container)
    except av.FFmpegError as fault:
        raise BadRecordingError(f"not audio, damaged or truncated: {fault.strerror}") from None
    samples = np.concatenate(blocks)
    _check_promised_seconds(len(samples) / rate, promised)
    return samples, rate


def _decode_stream(container: "InputContainer") -> tuple[list[Samples], int]:
    blocks: list[Samples] = []
    frames, channels, rate = 0, 0, 0
    for frame in container.decode(container.streams.audio[0]):
        if not blocks:  # what the stream's header says may be half the true rate (HE-AAC)
            channels, rate = frame.layout.nb_channels, frame.sample_rate
        if (frame.layout.nb_channels, frame.sample_rate) != (channels, rate):
            raise BadRecordingError("sampling rate or number of channels changes midway")
        blocks.append(_to_float(frame))
        frames += frame.samples
        _check_length(frames, channels, rate)
    if not frames:
        raise BadRecordingError("no samples")
    return blocks, rate


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
