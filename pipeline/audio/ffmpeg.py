"""Decoding with FFmpeg (through PyAV): what libsndfile does not know, and sound that it does not read to the end."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.promises import (
    LENGTH_SLACK_SECONDS,
    check_container,
    check_length,
    check_promised_seconds,
    is_whole_avi,
)
from pipeline.audio.tags import tags_begin_at
from pipeline.errors import BadRecordingError

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

# Samples a channel decoded at a time.
BLOCK = 2**18
# A track of which no sample is greater is passed over where another has sound.
SILENT = 1e-4
FORMATS_THAT_STATE_LENGTH = frozenset({"mov", "matroska", "caf", "wav", "w64", "aiff", "avi"})
FORMATS_THAT_STATE_BYTES = frozenset({"matroska", "avi", "asf"})
# Formats whose lost packets leave a gap in time.
FORMATS_WITH_GAPS = frozenset({"asf", "mpegts"})
# Codecs whose blocks have checksums, and what has FFmpeg compare these.
CHECKSUMMED, COMPARE_CHECKSUMS = frozenset({"wavpack", "tta", "flac"}), {"err_detect": "crccheck+explode"}
# Flash video states one length alone, at which the last of its streams ends.
FLASH = "flv"

Samples = NDArray[np.float32]


class UndecodableError(BadRecordingError):
    """FFmpeg cannot decode the file, or not on from where it is."""


def decode_with_ffmpeg(
    path: Path,
    start: int = 0,
    end: int | None = None,
    *,
    past_the_length: bool = False,
    header: tuple[int, bytes] = (0, b""),
) -> Iterator[tuple[Samples, int]]:
    """Decode the first audio track that has sound.

    Parameters
    ----------
    path : Path
    start, end : int, optional
        The part of the file to read, in bytes.
    past_the_length : bool, optional
        Read to the end of the file, whatever length the header states.
    header : tuple of int and bytes, optional
        From which byte on, and what, is read in place of some of the header.

    Yields
    ------
    samples : ndarray of float32, shape (samples, channels)
    rate : int
        Sampling rate in Hz, always the same.

    Raises
    ------
    BadRecordingError
        No audio, damaged, truncated, too long, or its format changes midway.
    """
    import av

    try:
        opened = partial(_opened, path, start, end, header, past_the_length=past_the_length)
        with opened() as container:
            track = _track_with_sound(container)
        with opened() as container:
            stream = container.streams.audio[track]
            if stream.codec_context is None:
                raise BadRecordingError("damaged, or of a codec that is not known")
            if stream.codec_context.name in CHECKSUMMED:
                stream.codec_context.options = COMPARE_CHECKSUMS
            decoded = rate = 0
            ends = [0.0]
            for samples, rate in _decode_stream(container, stream, ends):
                decoded += len(samples)
                yield samples, rate
            name = container.format.name.split(",")[0]
            if not past_the_length and name == FLASH:
                check_promised_seconds(max(ends), (container.duration or 0) / 1e6)
            elif not past_the_length and not is_whole_avi(path):
                check_promised_seconds(decoded / rate, _promised_seconds(container, stream))
                if name in FORMATS_THAT_STATE_BYTES:
                    check_container(path)
    except av.FFmpegError as fault:
        raise UndecodableError(f"not audio, damaged or truncated: {fault.strerror}") from None


def decode_past(path: Path, decoded: int, header: tuple[int, bytes] = (0, b"")) -> Iterator[tuple[Samples, int]]:
    """Decode what a file holds past the length that its header states; see `decode_with_ffmpeg`.

    Parameters
    ----------
    path : Path
    decoded : int
        How many samples of each channel are known already.
    header : tuple of int and bytes, optional
        As of `decode_with_ffmpeg`.

    Yields
    ------
    samples, rate
        Nothing where less than `LENGTH_SLACK_SECONDS` follow, or what follows is no sound.
    """
    held: list[tuple[Samples, int]] = []
    at = fresh = 0
    try:
        for samples, rate in decode_with_ffmpeg(path, past_the_length=True, header=header):
            new = samples[max(0, decoded - at) :]
            at += len(samples)
            fresh += len(new)
            if len(new):
                held.append((new, rate))
            if fresh > LENGTH_SLACK_SECONDS * rate:
                yield from held
                held = []
    except UndecodableError:
        if fresh and not held:
            raise


@contextmanager
def _opened(
    path: Path, start: int, end: int | None, header: tuple[int, bytes], *, past_the_length: bool
) -> Iterator["InputContainer"]:
    import av

    # without the first, a playlist may have FFmpeg open what it names
    options = {"protocol_whitelist": "none", **({"ignore_length": "1"} if past_the_length else {})}
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as whole:
        at, content = header
        whole[at : at + len(content)] = content  # of the copy; the file stays as it is
        part = Part(whole, start, tags_begin_at(whole, start, len(whole) if end is None else end))
        with av.open(part, "r", options=options, metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise BadRecordingError("no audio stream")
            yield container


class Part:
    """Some bytes of a file, read as a nameless file of their own; past its end there is nothing, as in any file."""

    def __init__(self, whole: mmap.mmap, start: int, end: int) -> None:
        self._whole, self._start, self._end = whole, start, end
        self._at = start

    def read(self, count: int) -> bytes:
        """Return the next bytes, at most `count`."""
        content = self._whole[self._at : max(self._at, min(self._end, self._at + count))]
        self._at += len(content)
        return content

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a byte, as `io.IOBase.seek` does."""
        self._at = offset + (self._start, self._at, self._end)[whence]
        return self.tell()

    def tell(self) -> int:
        """Return the number of the next byte."""
        return self._at - self._start


def _track_with_sound(container: "InputContainer") -> int:
    """Return the first audio track that is not silent, the first of all where every one is."""
    import av

    places = {stream.index: place for place, stream in enumerate(container.streams.audio)}
    if len(places) == 1:
        return 0
    heard: set[int] = set()
    try:
        for packet in container.demux(audio=tuple(places.values())):
            place = places[packet.stream.index]
            if place not in heard and any(map(_sounds, packet.decode())):
                heard.add(place)
            if 0 in heard:
                break
    except av.FFmpegError:  # decoding the track that is chosen tells what is wrong
        pass
    return min(heard, default=0)


def _sounds(frame: object) -> bool:
    from av.audio.frame import AudioFrame

    return isinstance(frame, AudioFrame) and float(np.abs(_to_float(frame)).max(initial=0)) > SILENT


def _decode_stream(
    container: "InputContainer", stream: "AudioStream", ends: list[float]
) -> Iterator[tuple[Samples, int]]:
    """Join the stream's frames, which are short, into blocks; note where every packet ends, in seconds."""
    import av

    gathered: list[Samples] = []
    after: AudioFrame | None = None
    waiting, frames, channels, rate = 0, 0, 0, 0
    try:
        for frame in _frames(container, stream, ends):
            if not frames:  # what the stream's header states may be half the true rate (HE-AAC)
                channels, rate = frame.layout.nb_channels, frame.sample_rate
            if (frame.layout.nb_channels, frame.sample_rate) != (channels, rate):
                raise BadRecordingError("sampling rate or number of channels changes midway")
            if container.format.name in FORMATS_WITH_GAPS:
                _check_gap(frame, after)
                after = frame
            gathered.append(_to_float(frame))
            frames += frame.samples
            waiting += frame.samples
            check_length(frames, channels, rate)
            if waiting >= BLOCK:
                yield np.concatenate(gathered), rate
                gathered, waiting = [], 0
    except av.FFmpegError:
        if gathered:  # so that who asked knows that sound was there
            yield np.concatenate(gathered), rate
        raise
    if not frames:
        raise BadRecordingError("no samples")
    if gathered:
        yield np.concatenate(gathered), rate


def _frames(container: "InputContainer", stream: "AudioStream", ends: list[float]) -> Iterator["AudioFrame"]:
    """Decode one stream, and note in `ends` where the last packet of any ends; pictures are not decoded."""
    for packet in container.demux():
        if packet.pts is not None and packet.time_base is not None:
            ends[0] = max(ends[0], float((packet.pts + (packet.duration or 0)) * packet.time_base))
        if packet.stream.index == stream.index:
            yield from cast("list[AudioFrame]", packet.decode())


def _check_gap(frame: "AudioFrame", after: "AudioFrame | None") -> None:
    """Raise `BadRecordingError` where a frame begins later than the one before ends."""
    if after is None or after.time is None or frame.time is None:
        return
    ended = after.time + after.samples / after.sample_rate
    if frame.time - ended > LENGTH_SLACK_SECONDS:
        raise BadRecordingError(f"damaged: {frame.time - ended:.2f} s are missing, {ended:.2f} s from its beginning")


def _to_float(frame: "AudioFrame") -> Samples:
    values = frame.to_ndarray()
    by_channel = values if frame.format.is_planar else values.reshape(-1, frame.layout.nb_channels).T
    zero = 128.0 if values.dtype.kind == "u" else 0.0
    full_scale = 1.0 if values.dtype.kind == "f" else 2.0 ** (8 * values.itemsize - 1)
    with np.errstate(invalid="ignore", over="ignore"):  # what is beyond single precision is told as damage
        return ((by_channel.T.astype(np.float64) - zero) / full_scale).astype(np.float32)


def _promised_seconds(container: "InputContainer", stream: "AudioStream") -> float:
    """Return the length that the header states, or 0 where it states none of this track.

    What it states of all tracks together may be that of pictures, which run on; then the bytes are compared. FFmpeg
    would guess it from the bit rate where it is missing.
    """
    name = container.format.name.split(",")[0]
    if name not in FORMATS_THAT_STATE_LENGTH:
        return 0.0
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if len(container.streams) > 1 and name in FORMATS_THAT_STATE_BYTES:
        return 0.0
    begins = float(stream.start_time * stream.time_base) if stream.start_time and stream.time_base else 0.0
    return (container.duration or 0) / 1e6 - max(0.0, begins)
