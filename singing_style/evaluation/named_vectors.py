"""Vectors with names, whoever made them, and how they are compared."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.evaluation.labels import Label
from singing_style.performance import Performance
from singing_style.voice_index import VoiceIndex

Distance = Literal["cosine", "euclidean"]
# Names to show in a message.
NAMED = 3


@dataclass(frozen=True, eq=False)
class NamedVectors:
    """One vector for each recording.

    Attributes
    ----------
    source : str
        Where they are from: the file, or the folder of recordings.
    names : tuple of str
    vectors : ndarray of float64, shape (n, d)
    distance : str
        How the model compares its vectors: those of this program by ``euclidean`` distance; those of anybody else by
        ``cosine``, which is the convention.
    labels : mapping of str to Label
        What is known of the recordings, by name; may be empty.
    contents : tuple of str
        Hash of each recording's files, by which copies are known; empty where they are not at hand.
    by_model : bool
        Whether a model of this program made them of recordings, now or for an index.
    index : VoiceIndex or None
        The same as performances of known singers, about which `similar` can be asked; None where they are not at hand.
    """

    source: str
    names: tuple[str, ...]
    vectors: NDArray[np.float64]
    distance: Distance = "cosine"
    labels: Mapping[str, Label] = field(default_factory=dict)
    contents: tuple[str, ...] = ()
    by_model: bool = False
    index: VoiceIndex | None = None

    def __post_init__(self) -> None:
        """Reject vectors that cannot be compared."""
        if not self.names:
            raise BadInputError(f"{self.source}: holds no vectors; embed recordings first")
        if not self.vectors.shape[1]:
            raise BadInputError(
                f"{self.source}: {counted(len(self.names), 'vector')} without numbers; embed recordings again"
            )
        doubled = [name for name, count in Counter(self.names).items() if count > 1]
        if doubled:
            raise BadInputError(f"{self.source}: {some(doubled)} named more than once; keep one vector of each name")
        faulty = [name for name, its in zip(self.names, self.vectors, strict=True) if not np.isfinite(its).all()]
        if faulty:
            raise BadInputError(
                f"{self.source}: NaN or infinity in {some(faulty)} of {counted(len(self.names), 'vector')}; leave "
                "them out of the file, and their trials with --skip-missing"
            )

    @classmethod
    def of_performances(
        cls, performances: Sequence[Performance], source: str, contents: Sequence[str] = ()
    ) -> "NamedVectors":
        """Convert what `singing_style.StyleModel.embed_many` made."""
        vectors = np.array([one.vector for one in performances], np.float64)
        names = tuple(one.name for one in performances)
        return cls(source, names, vectors, "euclidean", contents=tuple(contents), by_model=True)

    @classmethod
    def of_index(cls, index: VoiceIndex, source: str) -> "NamedVectors":
        """Convert an index, with its singers and songs."""
        return cls(
            source,
            tuple(voice.path for voice in index.voices),
            index.vectors.astype(np.float64),
            "euclidean",
            {voice.path: Label(voice.singer, voice.song) for voice in index.voices},
            tuple(" ".join(voice.contents) for voice in index.voices),
            by_model=True,
            index=index,
        )


def compared(
    source: str, names: Sequence[str], vectors: NDArray[np.float64], distance: Distance
) -> NDArray[np.float64]:
    """Return vectors whose Euclidean distance ranks as the distance asked for: for cosine, of unit length.

    Raises
    ------
    BadInputError
        A vector of length zero has no direction.
    """
    if distance == "euclidean":
        return vectors
    empty = [name for name, its in zip(names, vectors, strict=True) if not its.any()]
    if empty:
        raise BadInputError(
            f"{source}: {some(empty)} of {counted(len(names), 'vector')} have length zero, and cosine needs a "
            "direction; leave them out, or use --distance euclidean"
        )
    # the largest coordinate first: squares of very large or small numbers are no numbers
    scaled = vectors / np.abs(vectors).max(axis=1, keepdims=True)
    unit: NDArray[np.float64] = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
    return unit


def some(names: Sequence[str]) -> str:
    """Count names, and show the first.

    Examples
    --------
    >>> some(["a", "b", "c", "d"])
    '4 (a, b, c, ...)'
    """
    more = ", ..." if len(names) > NAMED else ""
    return f"{len(names)} ({', '.join(names[:NAMED])}{more})"
