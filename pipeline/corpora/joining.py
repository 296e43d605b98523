"""Joining the takes of a performance into one recording, with short gaps between them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.channels import ChannelPowers
from pipeline.audio.decode import decode
from pipeline.errors import BadRecordingError

GAP_SECONDS = 0.2


def join(files: Sequence[Path], channel: int | None, target: Path) -> None:
    """Read takes and write them as one recording.

    Parameters
    ----------
    files : sequence of Path
        In the order of the performance.
    channel : int or None
        The channel that holds the voice, from 0; None mixes all of them, unless they cancel each other out.
    target : Path
        The FLAC file to write, mono, at the takes' sampling rate.

    Raises
    ------
    BadRecordingError
        A take cannot be decoded or lacks the channel, or takes differ in sampling rate.
    """
    takes = [read_voice(file, channel) for file in files]
    write_joined([samples for samples, _ in takes], [rate for _, rate in takes], target)


def read_voice(file: Path, channel: int | None) -> tuple[NDArray[np.float32], int]:
    """Read the voice of a take, mono, and its sampling rate; see `join`."""
    samples, rate = decode(file)
    if channel is None:
        return _mix(samples), rate
    if samples.shape[1] <= channel:
        raise BadRecordingError(
            f"{file.name}: the voice should be in channel {channel + 1}, and the file has {samples.shape[1]}"
        )
    return samples[:, channel], rate


def _mix(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean of the channels, or the loudest where they cancel each other out."""
    mean: NDArray[np.float32] = samples.mean(axis=1)
    powers = ChannelPowers()
    powers.add(samples.T, mean)
    return samples[:, powers.loudest] if powers.cancel else mean


def write_joined(phrases: Sequence[NDArray[np.float32]], rates: Sequence[int], target: Path) -> None:
    """Write phrases one after the other, `GAP_SECONDS` of silence between them, as a FLAC file.

    Parameters
    ----------
    phrases : sequence of ndarray of float32, shape (samples,)
        The sung phrases.
    rates : sequence of int
        Sampling rate of each, in Hz.
    target : Path
        The file to write.

    Raises
    ------
    BadRecordingError
        The rates differ.
    """
    import soundfile

    if len(set(rates)) > 1:
        raise BadRecordingError(f"its takes differ in sampling rate: {', '.join(map(str, sorted(set(rates))))} Hz")
    gap = np.zeros(round(GAP_SECONDS * rates[0]), dtype=np.float32)
    spaced = [piece for phrase in phrases for piece in (gap, phrase)][1:]
    soundfile.write(target, np.concatenate(spaced), rates[0], subtype="PCM_24", format="FLAC")
