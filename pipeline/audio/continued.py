"""Whether what stands behind the sound that a header states can be more of it, or is something else altogether.

A recorder that crashes leaves sound there. Anything else would be heard as noise and judged as the singer's.
"""

import codecs
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadRecordingError

# Bytes that tell text. Samples are none: as they pass through zero, they are characters that no text holds.
TEXT_BYTES, BLANKS = 2**16, "\t\n\f\r"
# Archives, pictures and unknown formats, taken for samples, are about as loud as samples can be (a standard deviation
# of 0.58 where all values are equally frequent, 0.3 in G.711), and no sample tells anything about the next: their
# correlation is within 1/sqrt(n) of 0. That of singing is above 0.5, of hissing softer by far.
LOUD, UNRELATED = 0.2, 0.1

Samples = NDArray[np.float32]


def check_text(path: Path, start: int) -> None:
    """Raise `BadRecordingError` where a file goes on with text from a byte on."""
    with path.open("rb") as file:
        file.seek(start)
        head = file.read(TEXT_BYTES).rstrip(b"\0")
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return
    if text and all(character.isprintable() or character in BLANKS for character in text):
        raise BadRecordingError(f"text stands after the end of its sound, from byte {start}; cut it there")


def check_continued(blocks: Iterable[tuple[Samples, int]], decoded: int) -> Iterator[tuple[Samples, int]]:
    """Pass on what is read past the length that a header states, a second at a time as to whether it is sound.

    Parameters
    ----------
    blocks : iterable of tuple
        Samples, shape (samples, channels), and the sampling rate in Hz.
    decoded : int
        How many samples of each channel stand before.

    Raises
    ------
    BadRecordingError
        What follows is no sound.
    """
    at = decoded
    for samples, rate in blocks:
        for part in np.array_split(samples, max(1, len(samples) // rate)):
            if _is_anything(part):
                raise BadRecordingError(
                    f"what stands {at / rate:.2f} s from its beginning, past the length that its header states, is no "
                    "sound; cut it there"
                )
            at += len(part)
        yield samples, rate


def _is_anything(samples: Samples) -> bool:
    """Return whether samples are as loud and unrelated as those made of bytes that are none."""
    with np.errstate(over="ignore", invalid="ignore"):  # what is no number is told as damage
        centred = samples.astype(np.float64) - samples.mean(axis=0, dtype=np.float64)
        power = float(np.square(centred).sum())
        related = abs(float((centred[1:] * centred[:-1]).sum()))
    return power > LOUD**2 * samples.size and related < UNRELATED * power
