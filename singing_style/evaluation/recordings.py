"""Vectors of recordings: those that a list of trials names, or all of a labelled collection."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadInputError
from pipeline.model.listening import Listening
from pipeline.runtime.counting import counted
from pipeline.runtime.files import content_hash
from singing_style.evaluation.labels import Label, Labelled
from singing_style.evaluation.matching import match, suggest_root
from singing_style.evaluation.named_vectors import NamedVectors, some
from singing_style.evaluation.trial_list import TrialList
from singing_style.indexing import index_voices
from singing_style.mfcc_means import NAME, BesideMeans, columns_of_means, scaled
from singing_style.model import StyleModel
from singing_style.sounds import find_sounds
from singing_style.voice_index import VoiceIndex

Vectors = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Embedding:
    """What became of recordings.

    Attributes
    ----------
    vectors : NamedVectors
    means : NamedVectors
        Means of MFCCs of the same recordings (`singing_style.mfcc_means`), scaled over them.
    failed : dict of str to str
        Why others could not be used.
    short : tuple of str
        Those of the failed that hold too little singing to judge.
    unusable : tuple of str
        The failed ones by the names of the list.
    lost : tuple of str
        The singers of a labelled collection of whom no recording can be used.
    """

    vectors: NamedVectors
    means: NamedVectors
    failed: dict[str, str]
    short: tuple[str, ...]
    unusable: tuple[str, ...] = field(default=())
    lost: tuple[str, ...] = field(default=())


def find_listed(
    listed: TrialList,
    folder: Path,
    roots: Iterable[Path | str] = (),
    known: Sequence[str] | None = None,
    *,
    skip_missing: bool = False,
) -> dict[str, Path]:
    """Find the file of each name in a list of trials.

    Parameters
    ----------
    listed : TrialList
    folder : Path
    roots : iterable of path, optional
        Folders that names may begin with.
    known : sequence of str, optional
        Paths of the recordings in the folder, where a table lists them; by default all sound files in it.
    skip_missing : bool, optional

    Raises
    ------
    BadInputError
        The folder lacks some, unless these are to be skipped, or all.
    """
    names = list(dict.fromkeys([*listed.first, *listed.second]))
    paths = list(known or (file.relative_to(folder).as_posix() for file in find_sounds([folder])))
    rows = match(names, paths, [*roots, folder], str(folder)).rows
    missing = [name for name, row in zip(names, rows, strict=True) if row < 0]
    if len(missing) == len(names) or (missing and not skip_missing):
        root = suggest_root(missing[0], paths)
        mend = f"try --root {root}" if root else f"it holds such as {paths[0]}; correct the names"
        raise BadInputError(
            f"{listed.source}: no file for {some(missing)} of {counted(len(names), 'recording')} below {folder}; "
            f"{mend}, or leave their trials out with --skip-missing"
        )
    return {name: folder / paths[row] for name, row in zip(names, rows, strict=True) if row >= 0}


def embed_listed(
    model: StyleModel, found: dict[str, Path], folder: Path, workers: int | None = None, *, progress: bool = False
) -> Embedding:
    """Embed the recordings that a list names, each once.

    Parameters
    ----------
    model : StyleModel
    found : dict of str to Path
        From `find_listed`.
    folder : Path
        Names are relative to it.
    workers : int, optional
    progress : bool, optional
    """
    files = list(dict.fromkeys(found.values()))
    embedded = BesideMeans.of(model).embed_many(files, workers=workers, progress=progress)
    failed = {str(source): reason for source, reason in embedded.failed.items()}
    short = tuple(map(str, embedded.too_little))
    if not embedded.performances:
        first = next(iter(failed))
        raise BadInputError(
            f"{folder}: none of {counted(len(files), 'recording')} can be used; {first}: {failed[first]}"
        )
    named = [replace(one, name=Path(one.name).relative_to(folder).as_posix()) for one in embedded.performances]
    contents = [content_hash(Path(one.name)) for one in embedded.performances]
    unusable = tuple(name for name, file in found.items() if str(file) in failed)
    both = NamedVectors.of_performances(named, str(folder), contents)
    return Embedding(*_apart(both, model.listening), failed, short, unusable)


def embed_labelled(
    model: StyleModel,
    labelled: Labelled,
    source: str,
    workers: int | None = None,
    *,
    join: bool,
    progress: bool = False,
) -> Embedding:
    """Embed a labelled collection.

    Parameters
    ----------
    model : StyleModel
    labelled : Labelled
    source : str
        What to call it.
    workers : int, optional
    join : bool
        Hear the recordings of one singer and one song together; see `singing_style.indexing.index_voices`.
    progress : bool, optional
    """
    done = index_voices(BesideMeans.of(model), labelled.roster, join=join, workers=workers, progress=progress)
    vectors = NamedVectors.of_index(done.index, source)
    sexes = {label.singer: label.sex for label in labelled.labels.values()}
    labels = {
        name: labelled.labels.get(name, Label(label.singer, label.song, "", sexes[label.singer]))
        for name, label in vectors.labels.items()
    }
    return Embedding(*_apart(replace(vectors, labels=labels), model.listening), done.failed, done.short, lost=done.lost)


def _apart(both: NamedVectors, listening: Listening) -> tuple[NamedVectors, NamedVectors]:
    """Return the model's vectors, and the means behind them."""
    end = both.vectors.shape[1] - columns_of_means(listening)
    ours, means = both.vectors[:, :end], both.vectors[:, end:]
    indices = (
        _changed(both.index, lambda vectors: vectors[..., :end]),
        _changed(both.index, lambda vectors: scaled(vectors[..., end:], means).astype(np.float32)),
    )
    beside = scaled(means, means).astype(np.float64)
    return (
        replace(both, vectors=ours, index=indices[0]),
        replace(both, vectors=beside, source=NAME, by_model=False, index=indices[1]),
    )


def _changed(index: VoiceIndex | None, change: Callable[[Vectors], Vectors]) -> VoiceIndex | None:
    """Change the vectors of an index, if there is one, of performances and of clips alike."""
    if index is None:
        return None
    performances = [
        replace(voice.performance, vector=change(voice.performance.vector), clips=change(voice.performance.clips))
        for voice in index.voices
    ]
    voices = (replace(voice, performance=one) for voice, one in zip(index.voices, performances, strict=True))
    return replace(index, voices=tuple(voices))
