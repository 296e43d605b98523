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

import pandas as pd

from pipeline.corpora.duplicates import describe_duplicates, find_duplicates
from pipeline.corpora.gathering import Loaded
from pipeline.corpora.loading import load_corpus
from pipeline.corpora.pooling import pool
from pipeline.corpora.schema import SPLITS, write_manifest
from pipeline.params import load_params
from pipeline.runtime.counting import counted
from pipeline.runtime.recordings import Done
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import CORPUS, fresh_folder, raw_folder, run


def main() -> str:
    """Load the corpora that the parameters name."""
    params = load_params()
    names = params.corpus.name
    folders = {name: raw_folder(name) for name in names}
    corpus = fresh_folder(CORPUS)
    load = partial(
        load_corpus,
        settings=params.corpus.settings(),
        seed=params.seed,
        max_bad_share=params.max_bad_share,
        scratch=Scratch.of_stage("corpus"),
    )
    if len(names) == 1:
        return _write(load(folders[names[0]], corpus), corpus)
    return _write(pool({name: load(raw, fresh_folder(corpus / name)) for name, raw in folders.items()}), corpus)


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
        singers, songs = (counted(part[column].nunique(), column) for column in ("singer", "song"))
        parts.append(f"{split} {len(part)} ({singers}, {songs})")
    return "performances: " + ", ".join(parts)


if __name__ == "__main__":
    run(main, __doc__)
