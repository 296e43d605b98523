"""A collection of performances by known singers, in one file that is bound to the model that embedded them."""

import shlex
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.collection import DAMAGED
from pipeline.audio.band import Band
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from pipeline.runtime.files import written_whole
from singing_style.performance import Performance
from singing_style.recognise import recognise

KIND = "singing-style index 4"
# A file that is no index, or no whole one, may be precious for another reason: it is never to be deleted.
REMEDY = "make an index with `singing-style index FOLDER -o NEW.npz`"
FIELDS = (
    "kind",
    "model",
    "paths",
    "singers",
    "songs",
    "take_counts",
    "contents",
    "vectors",
    "seconds",
    "voiced_seconds",
    "pitches",
    "bands",
    "clip_counts",
    "clip_vectors",
    "clip_starts",
    "clip_seconds",
)
# Lengths are greater than 0; a pitch or a band may be unknown, and is then NaN.
LENGTHS = ("seconds", "voiced_seconds", "clip_seconds")
FINITE = ("vectors", "clip_vectors", "clip_starts", *LENGTHS)
PERHAPS_UNKNOWN = ("pitches", "bands")


@dataclass(frozen=True, eq=False)
class Voice:
    """A performance and its singer.

    Attributes
    ----------
    path : str
        The file, relative to the indexed folder; for takes the first one and the number of further ones.
    singer : str
    song : str
        Empty where unknown.
    contents : tuple of str
        Hash of the file, or of each take in order, which identifies the same files under any name.
    performance : Performance
        Its name is the path.
    """

    path: str
    singer: str
    song: str
    contents: tuple[str, ...]
    performance: Performance

    @property
    def first_path(self) -> str:
        """The path of the file, or of the first of its takes."""
        more = len(self.contents) - 1
        return self.path.removesuffix(f" and {counted(more, 'more take')}") if more else self.path


@dataclass(frozen=True, eq=False)
class VoiceIndex:
    """Performances to search for a voice.

    Attributes
    ----------
    model : str
        Identity of the model that embedded them.
    voices : tuple of Voice
    """

    model: str
    voices: tuple[Voice, ...]

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """The performances' vectors, shape (n, d)."""
        return np.stack([voice.performance.vector for voice in self.voices])

    @cached_property
    def rows_by_singer(self) -> dict[str, NDArray[np.intp]]:
        """The places of each singer's performances among the voices, ascending; the singers in alphabetical order."""
        names, codes = np.unique([voice.singer for voice in self.voices], return_inverse=True)
        places = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])
        return dict(zip(names.tolist(), places, strict=True))

    @cached_property
    def sharing(self) -> list[list[int]]:
        """For each voice, the places of all that share a file with it, itself among them."""
        holders: dict[str, list[int]] = {}
        for row, voice in enumerate(self.voices):
            for content in voice.contents:
                holders.setdefault(content, []).append(row)
        return [sorted({row for content in voice.contents for row in holders[content]}) for voice in self.voices]

    @property
    def singers(self) -> list[str]:
        """The singers, in alphabetical order."""
        return sorted({voice.singer for voice in self.voices})

    def holding(self, contents: Sequence[str]) -> list[Voice]:
        """Return the voices that contain a file with any of these hashes."""
        return [voice for voice in self.voices if not set(contents).isdisjoint(voice.contents)]

    def without(self, voices: Sequence[Voice]) -> "VoiceIndex":
        """Return the index without some voices; for the same ones the same, since much is learned from an index."""
        left_out = set(map(id, voices))
        return _some_of(self, tuple(row for row, voice in enumerate(self.voices) if id(voice) not in left_out))

    def save(self, path: Path) -> None:
        """Write the index, whole or not at all; equal voices give equal bytes."""
        performances = [voice.performance for voice in self.voices]
        arrays: dict[str, Any] = {
            "kind": KIND,
            "model": self.model,
            "paths": [voice.path for voice in self.voices],
            "singers": [voice.singer for voice in self.voices],
            "songs": [voice.song for voice in self.voices],
            "take_counts": [len(voice.contents) for voice in self.voices],
            "contents": [content for voice in self.voices for content in voice.contents],
            "vectors": self.vectors,
            "seconds": [one.seconds for one in performances],
            "voiced_seconds": [one.voiced_seconds for one in performances],
            "pitches": [one.pitch for one in performances],
            "bands": [(one.band.lowest, one.band.highest) for one in performances],
            "clip_counts": [len(one.clips) for one in performances],
            "clip_vectors": np.concatenate([one.clips for one in performances]),
            "clip_starts": np.concatenate([one.starts for one in performances]),
            "clip_seconds": performances[0].clip_seconds,
        }
        with written_whole(path) as temporary, temporary.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> "VoiceIndex":
        """Read an index.

        Raises
        ------
        BadInputError
            The file is missing, damaged, or not an index; the message says what it is.
        """
        if not path.exists():
            name = shlex.quote(str(path.with_suffix(".npz")))
            raise BadInputError(f"{path}: no such index; make one with `singing-style index FOLDER -o {name}`")
        if path.is_dir():
            raise BadInputError(f"{path}: a folder, where an index is needed; {_explain_index_of(path)}")
        if not zipfile.is_zipfile(path):
            raise BadInputError(f"{path}: {recognise(path)}, where an index is needed; {REMEDY}")
        try:
            with np.load(path, allow_pickle=False) as content:
                if "kind" not in content or str(content["kind"]) != KIND:
                    what = f"{recognise(path)} of another version" if "kind" in content else recognise(path)
                    raise BadInputError(f"{path}: {what}, where an index is needed; {REMEDY}")
                return _assemble({name: content[name] for name in FIELDS})
        except (*DAMAGED, TokenError, TypeError, AttributeError) as fault:
            reason = " ".join(str(fault).split())[:200]
            raise BadInputError(
                f"{path}: not a whole index ({reason}); copy it again from where it came, or {REMEDY}"
            ) from None

    def check_model(self, identity: str, source: Path) -> None:
        """Raise `BadInputError` unless this model embedded the performances: vectors of two models do not compare."""
        if self.model != identity:
            raise BadInputError(
                f"{source}: made with another model ({self.model[:12]}, this one is {identity[:12]}); run "
                "`singing-style index` on the collection again, or pass the index's model with --model"
            )


def name_index_of(folder: Path) -> str:
    """Name an index after the folder of the recordings."""
    return f"{(folder.name if folder.name not in ('', '..') else folder.resolve().name) or 'index'}.npz"


def _explain_index_of(folder: Path) -> str:
    """Return which index of a folder is there, or how to make one."""
    name = name_index_of(folder)
    for place in dict.fromkeys([Path(name), folder.with_name(name) if folder.name else Path(name), folder / name]):
        if place.is_file() and recognise(place) == "an index":
            return f"did you mean {place}?"
    typed = shlex.join(["singing-style", "index", str(folder), "-o", name])
    return f"make an index of it first: {typed}"


@lru_cache(maxsize=4)
def _some_of(index: VoiceIndex, rows: tuple[int, ...]) -> VoiceIndex:
    return replace(index, voices=tuple(index.voices[row] for row in rows))


def _assemble(held: dict[str, NDArray[Any]]) -> VoiceIndex:
    clip_counts, take_counts = held["clip_counts"], held["take_counts"]
    if held["clip_vectors"].ndim != 2 or len(clip_counts) == 0 or clip_counts.min() < 1:
        raise ValueError("a performance has no clips")
    if not clip_counts.sum() == len(held["clip_vectors"]) == len(held["clip_starts"]):
        raise ValueError("its clips do not add up")
    if take_counts.min() < 1 or take_counts.sum() != len(held["contents"]):
        raise ValueError("its takes do not add up")
    if held["vectors"].shape[1:] != held["clip_vectors"].shape[1:]:
        raise ValueError("its vectors have several lengths")
    if not all(held[name].dtype.kind in "fiu" for name in (*FINITE, *PERHAPS_UNKNOWN)):
        raise ValueError("it holds something else where numbers belong")
    if not all(np.isfinite(held[name]).all() for name in FINITE):
        raise ValueError("it holds numbers that are not finite")
    if min(held[name].min() for name in LENGTHS) <= 0:
        raise ValueError("it holds performances of no length")
    cuts = np.cumsum(clip_counts)[:-1]
    rows = zip(
        *(held[name] for name in ("paths", "singers", "songs", "vectors")),
        np.split(held["contents"], np.cumsum(take_counts)[:-1]),
        np.split(held["clip_vectors"], cuts),
        np.split(held["clip_starts"], cuts),
        held["seconds"].tolist(),
        held["voiced_seconds"].tolist(),
        held["pitches"].tolist(),
        held["bands"].tolist(),
        strict=True,
    )
    length = float(held["clip_seconds"])
    voices = [
        Voice(
            str(path),
            str(singer),
            str(song),
            tuple(map(str, contents)),
            Performance(str(path), vector, clips, starts, length, seconds, voiced, pitch, Band(*band)),
        )
        for path, singer, song, vector, contents, clips, starts, seconds, voiced, pitch, band in rows
    ]
    return VoiceIndex(str(held["model"]), tuple(voices))
