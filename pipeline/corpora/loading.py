"""Loading any corpus by its name: each in its own layout, and split as it would be alone."""

from functools import partial
from pathlib import Path

import numpy as np

from pipeline.corpora.datasets import (
    acapella,
    damp_balanced,
    damp_perfs,
    demo,
    halves,
    ikala,
    jvs_music,
    m4singer,
    manifest,
    mir_1k,
    mir_qbsh,
    nus_48e,
    opensinger,
    ravdess_song,
    vocadito,
    vocalset,
)
from pipeline.corpora.gathering import Loaded, gather
from pipeline.corpora.layout import Find
from pipeline.corpora.names import separator_faults
from pipeline.corpora.schema import raise_faults
from pipeline.corpora.settings import ChoirSettings, CorpusSettings, SplitSettings
from pipeline.corpora.splits.balanced import balance
from pipeline.corpora.splits.by_singers import split_by_singers
from pipeline.corpora.splits.split import Splitter
from pipeline.runtime.scratch import Scratch

SPLIT_SEED = 16
# Public corpora, read in the layout in which they are distributed.
LAYOUTS: dict[str, Find] = {
    "acapella": acapella.find,
    "damp-perfs": damp_perfs.find,
    "ikala": ikala.find,
    "jvs-music": jvs_music.find,
    "m4singer": m4singer.find,
    "mir-1k": mir_1k.find,
    "mir-qbsh": mir_qbsh.find,
    "nus-48e": nus_48e.find,
    "opensinger": opensinger.find,
    "vocadito": vocadito.find,
    "vocalset": vocalset.find,
}


def load_corpus(
    raw: Path,
    corpus: Path,
    *,
    settings: CorpusSettings,
    seed: int,
    max_bad_share: float,
    scratch: Scratch,
    split: Splitter | None = None,
) -> Loaded:
    """Load one corpus into a folder.

    Parameters
    ----------
    raw : Path
        The existing folder of the corpus, called by its name.
    corpus : Path
        The folder to write into.
    settings : CorpusSettings
    seed : int
        Draws the split, and all of the choir.
    max_bad_share : float
        See `pipeline.runtime.recordings.for_each_recording`.
    scratch : Scratch
        Keeps what is rendered or joined.
    split : Splitter, optional
        By default as the settings say.

    Raises
    ------
    BadInputError
        It is not of its layout, too much of it is unreadable, or it cannot be split.
    """
    name = raw.name
    split = split or _splitter(settings.split_of(name), np.random.default_rng([seed, SPLIT_SEED]))
    match name:
        case "demo":
            loaded = _render(settings.choir, raw, corpus, seed, max_bad_share, scratch)
        case "damp-balanced":
            loaded = damp_balanced.load(raw, corpus, table=settings.tables[name], max_bad_share=max_bad_share)
        case "halves":
            loaded = halves.load(raw, corpus, split=split, max_bad_share=max_bad_share, scratch=scratch)
        case "manifest":
            loaded = manifest.load(raw, corpus, table=settings.tables[name], split=split, max_bad_share=max_bad_share)
        case "ravdess-song":
            loaded = ravdess_song.load(raw, corpus, split=split, max_bad_share=max_bad_share, scratch=scratch)
        case _:
            loaded = gather(LAYOUTS[name], raw, corpus, split=split, max_bad_share=max_bad_share)
    raise_faults(separator_faults(loaded.manifest), str(raw))
    return loaded


def _render(choir: ChoirSettings, raw: Path, corpus: Path, seed: int, max_bad_share: float, scratch: Scratch) -> Loaded:
    return Loaded(
        demo.render(
            raw,
            corpus,
            singers=choir.singers,
            songs=choir.songs,
            seconds=choir.seconds,
            seed=seed,
            variety=demo.Variety(choir.voices, choir.effort, choir.channel),
            max_bad_share=max_bad_share,
            scratch=scratch,
        )
    )


def _splitter(settings: SplitSettings, rng: np.random.Generator) -> Splitter:
    """Choose the split: balanced where there are numbers of songs, else by singers."""
    if settings.songs is None:
        return partial(split_by_singers, singer_shares=settings.singer_shares, rng=rng)
    return partial(balance, songs=settings.songs, singer_shares=settings.singer_shares, rng=rng)
