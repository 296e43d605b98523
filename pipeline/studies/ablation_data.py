"""The clips for training and testing in `make ablation`: all of a real corpus, and the choir without its test part."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.collection import Collection
from pipeline.audio.handcrafted import without_chroma
from pipeline.audio.voicing import Voiced
from pipeline.baseline import Described, describe_recording
from pipeline.corpora.pooling import named_apart
from pipeline.corpora.schema import SPLITS
from pipeline.corpora.splits.split import Split
from pipeline.corpus import load_corpus
from pipeline.features import write_features
from pipeline.params import Params
from pipeline.resample import resample_recording
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch, scratch_folder
from pipeline.runtime.stage import fresh_folder
from pipeline.sections.corpora import CorpusName
from pipeline.storage.shard import Recording, write_shards
from pipeline.voice import detect_recording

CHOIR: Final = "demo"
# The preset's choir, the same choir with voices that are alike, and the real corpus
CORPORA = ("choir", "alike", "real")


@dataclass(frozen=True)
class Gathered:
    """The prepared corpora.

    Attributes
    ----------
    folder : Path
        Holds a shard of each of `CORPORA`, such as ``choir-000.h5``.
    real : DataFrame
        The performances of the real corpus.
    kinds : dict of str to str
        Sex of its singers, where the corpus records it.
    """

    folder: Path
    real: pd.DataFrame
    kinds: dict[str, str]


def gather_clips(params: Params) -> Gathered:
    """Load the corpora, process them as the stages do, and write a shard of each.

    Raises
    ------
    BadInputError
        A corpus is missing, or too much of it cannot be used.
    """
    folder = fresh_folder(scratch_folder() / "ablation")
    tables = {}
    for name in CORPORA:
        place = fresh_folder(folder / name)
        tables[name] = _listen(params, _load(params, name, place), place)
        write_shards(
            folder,
            name,
            _recordings(tables[name], place),
            feature=params.feature,
            clip_frames=params.clips.frames,
            max_frames=2**62,
        )
    real = tables["real"]
    sexes = real["style_sex"] if "style_sex" in real else pd.Series("", index=real.index)
    return Gathered(folder, real, dict(zip(real["singer"], sexes, strict=True)))


def describe_real(gathered: Gathered, params: Params) -> dict[str, Collection]:
    """Describe the real corpus by each kind of handcrafted vectors, not yet standardised.

    Returns
    -------
    dict of str to Collection
        ``baseline`` and ``baseline_without_chroma`` of clips, ``mfcc_means`` of performances.
    """
    folder, names = gathered.folder / "real", list(gathered.real["recording"])
    settings = params.baseline.settings(params.frames)
    done = for_each_recording(
        describe_recording,
        names,
        [
            (
                Input(folder / f"{name}.flac"),
                Input(folder / f"{name}.voice.npz"),
                Output(folder / f"{name}.baseline.npz"),
                settings,
                params.clips.frames,
            )
            for name in names
        ],
        label="baseline",
        max_bad_share=params.max_bad_share,
        scratch=Scratch.of_stage("baseline"),
    )
    each = [Described.load(folder / f"{name}.baseline.npz") for name in done.results]
    table = gathered.real[gathered.real["recording"].isin(done.results)]
    values = np.concatenate([one.values for one in each])
    clips = [len(one.starts) for one in each]
    return {
        "baseline": _named(values, table, clips),
        "baseline_without_chroma": _named(without_chroma(values, settings), table, clips),
        "mfcc_means": _named(np.stack([one.mfcc for one in each]), table, [1] * len(each)),
    }


def _named(vectors: NDArray[np.float64], table: pd.DataFrame, rows: list[int]) -> Collection:
    """Give so many rows of vectors the names of each performance."""
    recording, singer, song = (np.repeat(table[of], rows) for of in ("recording", "singer", "song"))
    return Collection(vectors.astype(np.float32), recording, singer, song, np.zeros(sum(rows), np.int32))


def _load(params: Params, name: str, folder: Path) -> pd.DataFrame:
    real = name == "real"
    corpus: CorpusName = params.ablation.corpus if real else CHOIR
    settings = params.corpus
    if name == "alike":
        demo = settings.demo.model_copy(update={"voices": "alike"})
        settings = settings.model_copy(update={"demo": demo})
    loaded = load_corpus(
        corpus,
        fresh_folder(folder / "corpus"),
        settings=settings,
        seed=params.seed,
        bad=params.max_bad_share,
        split=_everything if real else None,
    )
    table = named_apart(loaded.manifest, corpus).sort_values("recording", ignore_index=True)
    table["path"] = [folder / "corpus" / path.partition("/")[2] for path in table["path"]]
    return table if real else table[table["split"] != "test"]


def _everything(sung: pd.DataFrame, **_: object) -> Split:
    """Return a split with every singer and every song in one part."""
    singers, songs = (tuple(sorted(sung[column].unique())) for column in ("singer", "song"))
    part, *others = SPLITS
    empty = dict.fromkeys(others, ())
    return Split({part: songs, **empty}, {part: singers, **empty})


def _listen(params: Params, table: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Resample, find the voice, and compute the spectrograms; report and leave out what cannot be used."""
    frames, clips, features = params.frames, params.clips, params.features
    voicing = params.voice.settings(frames, clips, params.seed)
    spectrogram = features.settings(frames)
    steps: dict[str, tuple[Callable[..., Any], str, tuple[object, ...]]] = {
        "resample": (resample_recording, ".flac", (params.resample.rate, params.resample.quality, frames.length)),
        "voice": (detect_recording, ".voice.npz", (voicing,)),
        "features": (write_features, ".npy", (params.feature, spectrogram)),
    }
    for stage, (work, suffix, settings) in steps.items():
        names = list(table["recording"])
        sources = table["path"] if stage == "resample" else [folder / f"{name}.flac" for name in names]
        done = for_each_recording(
            work,
            names,
            [
                (Input(source), Output(folder / f"{name}{suffix}"), *settings)
                for name, source in zip(names, sources, strict=True)
            ],
            label=f"{stage} {table['corpus'].iloc[0]}",
            max_bad_share=params.max_bad_share,
            scratch=Scratch.of_stage(stage),
        )
        if done.left_out:
            print(f"{stage}: {done.summary()}", flush=True)
        table = table[table["recording"].isin(done.results)]
    return table


def _recordings(table: pd.DataFrame, folder: Path) -> Iterator[Recording]:
    for name, singer, song in table[["recording", "singer", "song"]].itertuples(index=False):
        starts = Voiced.load(folder / f"{name}.voice.npz").clip_starts
        yield Recording(name, singer, song, np.load(folder / f"{name}.npy"), starts)
