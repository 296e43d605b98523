"""Bring a corpus into one shape: recordings of single singers, a manifest, singers and songs split (paper 3.1).

Reads data/raw/<corpus.name>. Writes data/corpus: audio/, manifest.csv (recording, path, singer, song, split and
what is known of style), left_out.csv (recording, reason) and duplicates.csv (the same recording under two names).
"""

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.corpora import damp_balanced, demo, manifest, ravdess_song
from pipeline.corpora.duplicates import find_duplicates, tell_duplicates
from pipeline.corpora.loaded import Loaded
from pipeline.corpora.schema import SPLITS, write_manifest
from pipeline.errors import BadInputError
from pipeline.params import load_params
from pipeline.recordings import Done
from pipeline.scratch import Scratch
from pipeline.stage import CORPUS, fresh_folder, run

RAW = Path("data/raw")


def main() -> str:
    """Load the corpus that the parameters name."""
    params = load_params()
    raw = RAW / params.corpus.name
    if not raw.is_dir():
        raise BadInputError(f"{raw}: no such folder; bring it in: make corpus NAME={raw.name} FROM=/path/to/folder")
    rng = np.random.default_rng([params.seed, 1])
    corpus = fresh_folder(CORPUS)
    match params.corpus.name:
        case "demo":
            loaded = Loaded(
                demo.render(
                    raw,
                    corpus,
                    singers=params.corpus.demo.singers.model_dump(),
                    songs=params.corpus.demo.songs.model_dump(),
                    seconds=params.corpus.demo.seconds,
                    seed=params.seed,
                    max_bad_share=params.max_bad_share,
                    scratch=Scratch.of_stage("corpus"),
                )
            )
        case "ravdess-song":
            loaded = ravdess_song.load(
                raw,
                corpus,
                songs=params.corpus.ravdess_song.songs.model_dump(),
                singer_shares=params.corpus.ravdess_song.singer_shares.model_dump(),
                rng=rng,
                max_bad_share=params.max_bad_share,
                scratch=Scratch.of_stage("corpus"),
            )
        case "damp-balanced":
            loaded = damp_balanced.load(
                raw, corpus, table=params.corpus.damp_balanced.table, max_bad_share=params.max_bad_share
            )
        case "manifest":
            loaded = manifest.load(
                raw,
                corpus,
                table=params.corpus.manifest.table,
                songs=params.corpus.manifest.songs.model_dump(),
                singer_shares=params.corpus.manifest.singer_shares.model_dump(),
                rng=rng,
                max_bad_share=params.max_bad_share,
            )
    return _write(loaded, corpus)


def _write(loaded: Loaded, corpus: Path) -> str:
    """Write what was loaded, print its report, and give the summary."""
    if loaded.report:
        print(loaded.report)
    write_manifest(loaded.manifest, corpus / "manifest.csv")
    done = Done(dict.fromkeys(loaded.manifest["recording"]), loaded.left_out)
    done.write_report(corpus / "left_out.csv")
    duplicates = find_duplicates(loaded.manifest, corpus)
    duplicates.to_csv(corpus / "duplicates.csv", index=False, lineterminator="\n")
    told = [_count_splits(loaded.manifest), done.summary(), tell_duplicates(duplicates)]
    return "; ".join(filter(None, told))


def _count_splits(table: pd.DataFrame) -> str:
    parts = []
    for split in SPLITS:
        part = table[table["split"] == split]
        parts.append(f"{split} {len(part)} ({part['singer'].nunique()} singers, {part['song'].nunique()} songs)")
    return "performances: " + ", ".join(parts)


if __name__ == "__main__":
    run(main, __doc__)
