"""Bring a corpus into one shape: recordings of single singers, a manifest, singers and songs split (paper 3.1).

Reads data/raw/<corpus.name>: demo (the embedded choir), manifest (your own), halves (yours without labels, each
recording cut in two), or a corpus of the field: acapella, damp-balanced, damp-perfs, ikala, jvs-music, m4singer,
mir-1k, mir-qbsh, nus-48e, opensinger, ravdess-song, vocadito, vocalset. The top of a corpus's module in
pipeline/corpora/datasets tells where to get it, and under which licence.

Writes data/corpus: audio/, manifest.csv (recording, path, singer, song, split and what is known of style),
left_out.csv (recording, reason) and duplicates.csv (the same recording under two names). Of several corpora each has a
folder of its own there, and its name stands before those of its singers, songs and recordings.
"""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

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
from pipeline.corpora.duplicates import describe_duplicates, find_duplicates
from pipeline.corpora.gathering import Loaded, gather
from pipeline.corpora.layout import Find
from pipeline.corpora.names import separator_faults
from pipeline.corpora.pooling import pool
from pipeline.corpora.schema import SPLITS, raise_faults, write_manifest
from pipeline.corpora.splits.balanced import balance
from pipeline.corpora.splits.by_singers import split_by_singers
from pipeline.corpora.splits.split import Splitter
from pipeline.errors import BadInputError
from pipeline.params import load_params
from pipeline.runtime.recordings import Done
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import CORPUS, fresh_folder, run
from pipeline.sections.corpora import Balanced, Corpus, CorpusName

SPLIT_SEED = 16
RAW = Path("data/raw")
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


def main() -> str:
    """Load the corpora that the parameters name."""
    params = load_params()
    names = params.corpus.name
    for raw in (RAW / name for name in names):
        if not raw.is_dir():
            raise BadInputError(f"{raw}: no such folder; bring it in: make corpus NAME={raw.name} FROM=/path/to/folder")
    corpus = fresh_folder(CORPUS)
    load = partial(load_corpus, settings=params.corpus, seed=params.seed, bad=params.max_bad_share)
    if len(names) == 1:
        return _write(load(names[0], corpus), corpus)
    return _write(pool({name: load(name, fresh_folder(corpus / name)) for name in names}), corpus)


def load_corpus(
    name: CorpusName, corpus: Path, *, settings: Corpus, seed: int, bad: float, split: Splitter | None = None
) -> Loaded:
    """Load one corpus into a folder; it is split as it would be alone, or as `split` does.

    Raises
    ------
    BadInputError
        It is not there, is not of its layout, too much of it is unreadable, or it cannot be split.
    """
    raw = RAW / name
    if not raw.is_dir():
        raise BadInputError(f"{raw}: no such folder; bring it in: make corpus NAME={name} FROM=/path/to/folder")
    split = split or _splitter(name, settings, np.random.default_rng([seed, SPLIT_SEED]))
    match name:
        case "demo":
            loaded = Loaded(
                demo.render(
                    raw,
                    corpus,
                    singers=settings.demo.singers.model_dump(),
                    songs=settings.demo.songs.model_dump(),
                    seconds=settings.demo.seconds,
                    seed=seed,
                    variety=demo.Variety(settings.demo.voices, settings.demo.effort, settings.demo.channel),
                    max_bad_share=bad,
                    scratch=Scratch.of_stage("corpus"),
                )
            )
        case "damp-balanced":
            loaded = damp_balanced.load(raw, corpus, table=settings.damp_balanced.table, max_bad_share=bad)
        case "halves":
            loaded = halves.load(raw, corpus, split=split, max_bad_share=bad, scratch=Scratch.of_stage("corpus"))
        case "manifest":
            loaded = manifest.load(raw, corpus, table=settings.manifest.table, split=split, max_bad_share=bad)
        case "ravdess-song":
            loaded = ravdess_song.load(raw, corpus, split=split, max_bad_share=bad, scratch=Scratch.of_stage("corpus"))
        case _:
            loaded = gather(LAYOUTS[name], raw, corpus, split=split, max_bad_share=bad)
    raise_faults(separator_faults(loaded.manifest), str(raw))
    return loaded


def _splitter(name: CorpusName, settings: Corpus, rng: np.random.Generator) -> Splitter:
    """Choose the split of a corpus: balanced where the settings say how, else by singers."""
    balanced: dict[str, Balanced] = {
        "acapella": settings.acapella,
        "ravdess-song": settings.ravdess_song,
        "vocalset": settings.vocalset,
    }
    shares = settings.by_singers.singer_shares
    if name == "manifest":
        shares = settings.manifest.singer_shares
        if settings.manifest.split == "balanced":
            balanced["manifest"] = settings.manifest
    if own := balanced.get(name):
        return partial(balance, songs=own.songs.model_dump(), singer_shares=own.singer_shares.model_dump(), rng=rng)
    return partial(split_by_singers, singer_shares=shares.model_dump(), rng=rng)


def _write(loaded: Loaded, corpus: Path) -> str:
    """Write what was loaded, print its report, and return the summary."""
    if loaded.report:
        print(loaded.report)
    write_manifest(loaded.manifest, corpus / "manifest.csv")
    done = Done(dict.fromkeys(loaded.manifest["recording"]), loaded.left_out)
    done.write_report(corpus / "left_out.csv")
    duplicates = find_duplicates(loaded.manifest, corpus)
    duplicates.to_csv(corpus / "duplicates.csv", index=False, lineterminator="\n")
    parts = [_count_splits(loaded.manifest), done.summary(), describe_duplicates(duplicates)]
    return "; ".join(filter(None, parts))


def _count_splits(table: pd.DataFrame) -> str:
    parts = []
    for split in SPLITS:
        part = table[table["split"] == split]
        parts.append(f"{split} {len(part)} ({part['singer'].nunique()} singers, {part['song'].nunique()} songs)")
    return "performances: " + ", ".join(parts)


if __name__ == "__main__":
    run(main, __doc__)
