"""Any audio file to samples: the decoder is chosen by what the file holds, never by how it is named.

libsndfile reads WAV, AIFF, FLAC, Ogg Vorbis, Opus and MP3; FFmpeg (through PyAV) reads what libsndfile does
not know, such as AAC in MP4. A file shorter than its header promises is reported as truncated, not taken as
it is: its singer may stop in the middle of a song. One that is longer is read to the end of its sound.
"""

import os
import stat
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from pipeline.audio.avi import check_parts
from pipeline.audio.continued import check_continued, check_text
from pipeline.audio.ffmpeg import decode_past, decode_with_ffmpeg
from pipeline.audio.joined import BIG_ENDIAN, begins_at, has_several_tracks, holds_bursts, joined_at
from pipeline.audio.promises import (
    BUFFERED,
    LENGTH_SLACK_SECONDS,
    bytes_after,
    check_blocks,
    check_caf,
    check_holes,
    check_length,
    check_one_sound,
    check_promised_bytes,
    check_promised_seconds,
    mp3_states_length,
    nist_samples,
    to_the_end,
)
from pipeline.errors import BadRecordingError
from pipeline.runtime.counting import counted

# libsndfile's length of a FLAC that was streamed.
UNKNOWN_FRAMES = 2**62
# libsndfile's SF_ERR_MALFORMED_FILE: it knows the format, and the file breaks it.
MALFORMED = 3
MAX_BYTES = 2**32
# Over all channels, of a recording that is decoded whole.
MAX_SAMPLES = 2**29
# Samples a channel decoded at a time.
BLOCK = 2**18
# A sample this many times full scale, which is beyond 32-bit integers that were written as floats, is damage.
IMPLAUSIBLE = 2.0**32
STDERR = 2
# How files begin that were put where the sound should be, and what they are.
IN_ITS_PLACE = {
    b"version https://git-lfs": "a pointer of Git LFS in place of the sound; run `git lfs pull`",
    b"<!doctype html": "a web page in place of the sound; download it again",
    b"<html": "a web page in place of the sound; download it again",
}
# Formats of which libsndfile hears the headers of blocks as sound.
MISREAD = frozenset({"VOC"})

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
            what = counted(channels, "channel")
            raise BadRecordingError(f"over {frames / rate / 3600:.1f} h of {what}, too long; cut it up")
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
    check_one_sound(path)
    check_blocks(path)
    check_parts(path)
    starts = joined_at(path)
    blocks = iter(()) if len(starts) > 1 or has_several_tracks(path) else _decode_with_libsndfile(path)
    head = next(blocks, None)
    if head is None:
        blocks = _decode_joined(path, starts)
        head = next(blocks)
    first, rate = head
    return rate, map(_check_samples, chain([first], (samples for samples, _ in blocks)))


def _check_samples(samples: Samples) -> Samples:
    if not np.isfinite(samples).all():
        raise BadRecordingError("holds samples that are NaN or infinite")
    if (peak := np.abs(samples).max(initial=0)) > IMPLAUSIBLE:
        raise BadRecordingError(f"damaged: holds a sample of {peak:.0e} times full scale")
    return samples


def check_file(path: Path) -> None:
    """Raise `BadRecordingError` for a path that names no regular file, or an empty, too large or unreadable one."""
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
    if not os.access(path, os.R_OK):
        raise BadRecordingError("no permission to read the file")
    with path.open("rb") as file:
        head = file.read(64).lstrip().lower()
    for beginning, what in IN_ITS_PLACE.items():
        if head.startswith(beginning):
            raise BadRecordingError(what)


def _decode_with_libsndfile(path: Path) -> Iterator[tuple[Samples, int]]:
    """Decode; yield nothing when libsndfile cannot open it or finds neither length nor samples."""
    descriptor = os.open(path, os.O_RDONLY)  # nameless, so that a .raw suffix means nothing
    place = os.dup(descriptor)  # tells how far libsndfile has read
    try:
        with _muted():
            file = soundfile.SoundFile(descriptor)  # closes the descriptor, also when it fails
        with file:
            if file.format in MISREAD or holds_bursts(path):
                check_promised_bytes(file.extra_info)
                return
            decoded = yield from _read(path, file)
            more = bytes_after(path, os.lseek(place, 0, os.SEEK_CUR), file.format)
            if more and (decoded or file.format not in BUFFERED):
                yield from _read_on(path, file, decoded, more)
    except soundfile.LibsndfileError as fault:
        if fault.code == MALFORMED:
            check_caf(path)
    finally:
        os.close(place)


def _read(path: Path, file: soundfile.SoundFile) -> Generator[tuple[Samples, int], None, int]:
    """Decode as much as the header states; return how many samples of each channel that is."""
    check_promised_bytes(file.extra_info)
    if file.frames >= UNKNOWN_FRAMES:
        return 0
    check_length(file.frames, file.channels, file.samplerate)
    decoded = 0
    try:
        while len(samples := _next_block(file)):
            decoded += len(samples)
            yield samples, file.samplerate
    except soundfile.LibsndfileError:
        raise BadRecordingError("damaged or truncated: libsndfile cannot decode it to the end") from None
    check_holes(file.extra_info)
    if file.format != "MP3" or mp3_states_length(path):
        promised = nist_samples(path) if file.format == "NIST" else file.frames
        check_promised_seconds(decoded / file.samplerate, promised / file.samplerate)
    return decoded


def _next_block(file: soundfile.SoundFile) -> Samples:
    with _muted():
        samples: Samples = file.read(BLOCK, dtype="float32", always_2d=True)
    return samples


@contextmanager
def _muted() -> Iterator[None]:
    """Keep from standard error what libmpg123 writes there, past Python, of every oddity of an MP3."""
    try:
        kept = os.dup(STDERR)
    except OSError:  # closed
        yield
        return
    sys.stderr.flush()
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), STDERR)
        yield
    finally:
        os.dup2(kept, STDERR)
        os.close(kept)


def _read_on(path: Path, file: soundfile.SoundFile, decoded: int, more: int) -> Iterator[tuple[Samples, int]]:
    """Decode what stands after the length that the header states, or report how many bytes of another file do."""
    first = path.stat().st_size - more
    if file.format in BUFFERED:
        yield from decode_past(path, decoded)
    elif not decoded or more * decoded > LENGTH_SLACK_SECONDS * file.samplerate * first:
        if begins_at(path, first) or begins_at(path, 0, BIG_ENDIAN):
            raise BadRecordingError(f"{more} bytes of other sound stand after its end, from byte {first}; cut it there")
        check_text(path, first)
        yield from check_continued(decode_past(path, decoded, to_the_end(path, file.format)), decoded)


def _decode_joined(path: Path, starts: list[int]) -> Iterator[tuple[Samples, int]]:
    """Decode with FFmpeg; files that were put one after the other are read in turn."""
    if begins_at(path, 0, BIG_ENDIAN):
        raise BadRecordingError("a big-endian WAV that is damaged or holds several files; save it as a plain WAV")
    formats = set()
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        for samples, rate in decode_with_ffmpeg(path, start, end):
            formats.add((samples.shape[1], rate))
            if len(formats) > 1:
                raise BadRecordingError(f"another file begins at byte {start}, of another sampling rate or channels")
            yield samples, rate
