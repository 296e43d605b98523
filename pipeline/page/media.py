"""Sound and picture of the performances, as many as the page may carry."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Medium:
    """What the page carries of one performance, in base64: its sound (Ogg Opus) and its spectrogram (WebP)."""

    sound: str
    picture: str

    def size(self) -> int:
        """Bytes in the page."""
        return len(self.sound) + len(self.picture)


def make_medium(sound: bytes, picture: bytes) -> Medium:
    """Write sound and picture in base64."""
    return Medium(base64.b64encode(sound).decode(), base64.b64encode(picture).decode())


def choose_media(
    recordings: Sequence[str], make: Callable[[str], Medium], budget: int, generator: np.random.Generator
) -> dict[str, Medium]:
    """Take performances in random order for as long as they fit.

    Parameters
    ----------
    recordings : sequence of str
        All performances.
    make : callable
        Gives the medium of one; called only until the budget is spent.
    budget : int
        Bytes that all media together may take.
    generator : numpy.random.Generator
        Draws the order.

    Returns
    -------
    dict of str to Medium
        All of them where they fit; else those before the first that did not.
    """
    chosen: dict[str, Medium] = {}
    for number in generator.permutation(len(recordings)):
        medium = make(recordings[number])
        budget -= medium.size()
        if budget < 0:
            break
        chosen[recordings[number]] = medium
    return chosen
