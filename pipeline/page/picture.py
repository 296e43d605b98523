"""A spectrogram as a small grey picture: dark is loud, low frequencies are at the bottom, one column a frame."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

WIDEST = 16_000
"""WebP ends at 16 383 pixels; a longer recording has several frames to a column."""

QUALITY = 60


def encode_picture(decibels: NDArray[np.floating], range_db: float) -> bytes:
    """Draw a spectrogram.

    Parameters
    ----------
    decibels : ndarray, shape (frames, bins)
        0 to `range_db`.
    range_db : float
        What is drawn black; 0 dB is drawn white.

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
    """Frames that the picture of so many frames covers: its last column may stand for some that are not there."""
    together = -(-frames // WIDEST)
    return -(-frames // together) * together


def join_frames(decibels: NDArray[np.floating], columns: int) -> NDArray[np.float32]:
    """Take the maximum of so many neighbouring frames that no more than `columns` are left."""
    together = -(-len(decibels) // columns)
    missing = -len(decibels) % together
    padded = np.pad(decibels.astype(np.float32), ((0, missing), (0, 0)))
    joined: NDArray[np.float32] = padded.reshape(-1, together, decibels.shape[1]).max(axis=1)
    return joined
