"""The media of a performance: its sound as Ogg Opus (RFC 6716, RFC 7845), its spectrogram as a small grey picture."""

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.audio.resample import resample

# Opus supports 8, 12, 16, 24 and 48 kHz.
RATE = 24_000
# Otherwise the container gets a random serial number, and the page differs from run to run.
EXACT = {"fflags": "+bitexact"}
# WebP is limited to 16 383 pixels; a longer recording has several frames per column.
WIDEST = 16_000
QUALITY = 60


@dataclass(frozen=True)
class Medium:
    """The media of one performance in base64: its sound (Ogg Opus) and its spectrogram (WebP)."""

    sound: str
    picture: str

    def size(self) -> int:
        """Return its size in the page in bytes."""
        return len(self.sound) + len(self.picture)


def make_medium(sound: bytes, picture: bytes) -> Medium:
    """Encode sound and picture in base64."""
    return Medium(base64.b64encode(sound).decode(), base64.b64encode(picture).decode())


def choose_media(
    recordings: Sequence[str], make: Callable[[str], Medium], budget: int, generator: np.random.Generator
) -> dict[str, Medium]:
    """Choose performances in random order for as long as they fit.

    Parameters
    ----------
    recordings : sequence of str
        All performances.
    make : callable
        Returns the medium of one; called only until the budget is spent.
    budget : int
        Bytes that all media may take together.
    generator : numpy.random.Generator
        Draws the order.

    Returns
    -------
    dict of str to Medium
        All of them if they fit; otherwise those before the first that did not.
    """
    chosen: dict[str, Medium] = {}
    for number in generator.permutation(len(recordings)):
        medium = make(recordings[number])
        budget -= medium.size()
        if budget < 0:
            break
        chosen[recordings[number]] = medium
    return chosen


def encode_opus(samples: NDArray[np.float32], rate: int, kilobits: int) -> bytes:
    """Encode a recording reproducibly.

    Parameters
    ----------
    samples : ndarray of float32, shape (samples,)
        Mono, -1 to 1.
    rate : int
        Sampling rate in Hz; resampled to 24 kHz if different.
    kilobits : int
        Bit rate in kbit/s.

    Returns
    -------
    bytes
        An Ogg file of the recording's duration.
    """
    audible = samples if rate == RATE else np.concatenate(list(resample([samples], rate, RATE, "HQ")))
    file = io.BytesIO()
    with av.open(file, "w", format="ogg", container_options=EXACT) as container:
        stream = container.add_stream("libopus", rate=RATE, options={"vbr": "constrained", "flags": "+bitexact"})
        stream.bit_rate = 1000 * kilobits
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(audible[None]), format="flt", layout="mono")
        frame.sample_rate = RATE
        frame.pts = 0
        for part in (frame, None):
            for packet in stream.encode(part):
                container.mux(packet)
    return file.getvalue()


def encode_picture(decibels: NDArray[np.floating], range_db: float) -> bytes:
    """Draw a spectrogram.

    Parameters
    ----------
    decibels : ndarray, shape (frames, bins)
        0 to `range_db`.
    range_db : float
        Level drawn black; 0 dB is drawn white.

    Returns
    -------
    bytes
        A WebP file of `bins` rows and at most 16 000 columns.
    """
    grey = 255 - np.rint(np.clip(join_frames(decibels, WIDEST) / range_db, 0, 1) * 255)
    image = Image.fromarray(np.ascontiguousarray(grey.T[::-1]).astype(np.uint8))
    file = io.BytesIO()
    image.save(file, "WEBP", quality=QUALITY, method=4)
    return file.getvalue()


def drawn_frames(frames: int) -> int:
    """Return how many frames the picture of a recording covers: its last column may extend past the end."""
    together = -(-frames // WIDEST)
    return -(-frames // together) * together


def join_frames(decibels: NDArray[np.floating], columns: int) -> NDArray[np.float32]:
    """Reduce neighbouring frames to their maximum, so that at most `columns` remain."""
    together = -(-len(decibels) // columns)
    missing = -len(decibels) % together
    padded = np.pad(decibels.astype(np.float32), ((0, missing), (0, 0)))
    joined: NDArray[np.float32] = padded.reshape(-1, together, decibels.shape[1]).max(axis=1)
    return joined
