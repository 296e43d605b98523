"""A corpus heard for a study as the stages hear it: loaded whole, resampled, its voice found, described."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.collection import Collection
from pipeline.audio.handcrafted import without_chroma
from pipeline.audio.settings import HandcraftedSettings
from pipeline.audio.steps.baseline import Handcrafted, write_handcrafted
from pipeline.audio.steps.features import write_features
from pipeline.audio.steps.resample import resample_recording
from pipeline.audio.steps.voice import detect_recording
from pipeline.audio.voicing import Voiced
from pipeline.corpora.loading import load_corpus
from pipeline.corpora.pooling import named_apart
from pipeline.corpora.schema import SPLITS
from pipeline.corpora.splits.split import Split, Splitter
from pipeline.model.listening import Listening
from pipeline.params import Params
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import fresh_folder, raw_folder
from pipeline.sections.corpora import Corpus, CorpusName
from pipeline.storage.shard import ShardRecording, write_shards

# One after the other: what they write, and the stage in whose scratch store it is kept.
STEPS: dict[str, tuple[Callable[..., Any], str]] = {
    "resample": (resample_recording, ".flac"),
    "voice": (detect_recording, ".voice.npz"),
    "features": (write_features, ".npy"),
}
HEARING = ("resample", "voice")


def load_table(
    name: CorpusName, folder: Path, params: Params, *, settings: Corpus | None = None, split: Splitter | None = None
) -> pd.DataFrame:
    """Load a corpus into a folder, and return its manifest with the paths of its files and the column ``corpus``.

    Raises
    ------
    BadInputError
        It is missing, or too much of it cannot be used.
    """
    loaded = load_corpus(
        raw_folder(name),
        fresh_folder(folder),
        settings=(settings or params.corpus).settings(),
        seed=params.seed,
        max_bad_share=params.max_bad_share,
        scratch=Scratch.of_stage("corpus"),
        split=split,
    )
    table = named_apart(loaded.manifest, name).sort_values("recording", ignore_index=True)
    table["path"] = [folder / path.partition("/")[2] for path in table["path"]]
    return table


def everybody(sung: pd.DataFrame, **_: object) -> Split:
    """Return a split with every singer and every song in one part."""
    singers, songs = (tuple(sorted(sung[column].unique())) for column in ("singer", "song"))
    part, *others = SPLITS
    empty = dict.fromkeys(others, ())
    return Split({part: songs, **empty}, {part: singers, **empty})


def listen(
    table: pd.DataFrame,
    folder: Path,
    listening: Listening,
    *,
    label: str,
    max_bad_share: float,
    steps: tuple[str, ...] = tuple(STEPS),
) -> pd.DataFrame:
    """Resample, find the voice, and compute the spectrograms; report and leave out what cannot be used.

    Parameters
    ----------
    table : DataFrame
        Columns recording and path.
    folder : Path
        Existing; receives ``<recording>.flac``, ``.voice.npz`` and ``.npy``.
    listening : Listening
    label : str
        Stands behind the name of each step on its progress bar.
    max_bad_share : float
        See `for_each_recording`.
    steps : tuple of str, optional
        The first of `STEPS`; by default all of them.

    Returns
    -------
    DataFrame
        The rows of what could be used.
    """
    settings: dict[str, tuple[object, ...]] = {
        "resample": (listening.rate, listening.quality, listening.frame_length),
        "voice": (listening.voice_settings(),),
        "features": (listening.feature, listening.spectrogram_settings()),
    }
    for step in steps:
        work, suffix = STEPS[step]
        names = list(table["recording"])
        sources = table["path"] if step == "resample" else [folder / f"{name}.flac" for name in names]
        done = for_each_recording(
            work,
            names,
            [
                (Input(source), Output(folder / f"{name}{suffix}"), *settings[step])
                for name, source in zip(names, sources, strict=True)
            ],
            label=f"{step} {label}",
            max_bad_share=max_bad_share,
            scratch=Scratch.of_stage(step),
        )
        if done.left_out:
            print(f"{step}: {done.summary()}", flush=True)
        table = table[table["recording"].isin(done.results)]
    return table


def write_clips(table: pd.DataFrame, folder: Path, target: Path, name: str, listening: Listening) -> None:
    """Write the clips of what was heard into one shard of a folder, ``<name>-000.h5``."""
    write_shards(
        target,
        name,
        _recordings(table, folder),
        feature=listening.feature,
        clip_frames=listening.clip_frames,
        max_frames=2**62,
    )


def describe_heard(
    table: pd.DataFrame, folder: Path, settings: HandcraftedSettings, clip_frames: int, max_bad_share: float
) -> dict[str, Collection]:
    """Describe what was heard by each kind of handcrafted vectors, not yet standardised.

    Returns
    -------
    dict of str to Collection
        ``baseline`` and ``baseline_without_chroma`` of clips, ``mfcc_means`` of performances.
    """
    names = list(table["recording"])
    done = for_each_recording(
        write_handcrafted,
        names,
        [
            (
                Input(folder / f"{name}.flac"),
                Input(folder / f"{name}.voice.npz"),
                Output(folder / f"{name}.baseline.npz"),
                settings,
                clip_frames,
            )
            for name in names
        ],
        label="baseline",
        max_bad_share=max_bad_share,
        scratch=Scratch.of_stage("baseline"),
    )
    each = [Handcrafted.load(folder / f"{name}.baseline.npz") for name in done.results]
    table = table[table["recording"].isin(done.results)]
    values = np.concatenate([one.values for one in each])
    clips = [len(one.starts) for one in each]
    return {
        "baseline": _named(values, table, clips),
        "baseline_without_chroma": _named(without_chroma(values, settings), table, clips),
        "mfcc_means": _named(np.stack([one.mfcc for one in each]), table, [1] * len(each)),
    }


def _named(vectors: NDArray[np.float64], table: pd.DataFrame, rows: list[int]) -> Collection:
    """Label the rows of vectors, so many for each performance, by its names."""
    recording, singer, song = (np.repeat(table[of], rows) for of in ("recording", "singer", "song"))
    return Collection(vectors.astype(np.float32), recording, singer, song, np.zeros(sum(rows), np.int32))


def _recordings(table: pd.DataFrame, folder: Path) -> Iterator[ShardRecording]:
    for name, singer, song in table[["recording", "singer", "song"]].itertuples(index=False):
        starts = Voiced.load(folder / f"{name}.voice.npz").clip_starts
        yield ShardRecording(name, singer, song, np.load(folder / f"{name}.npy"), starts)
