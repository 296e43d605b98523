"""Write the page of maps whose points can be played: report/index.html, one file that opens offline.

Reads data/embeddings, data/baseline, data/resampled, data/features, data/voice, models/style, and of metrics/ knn.json,
statistics.json, probe.json and training.json; where they exist, the figures of statistics, probe and look.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.collection import Collection, Names
from pipeline.analysis.held_style import describe_held_style
from pipeline.audio.clips import cut_clip
from pipeline.audio.spectrogram import centre_frequencies
from pipeline.audio.stored import read_stored
from pipeline.corpora.names import enumerate_names
from pipeline.corpora.schema import read_manifest
from pipeline.errors import BadInputError
from pipeline.model.listening import Listening
from pipeline.model.model_file import identify
from pipeline.model.network_encoder import weights_of
from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.networks.factory import load_model
from pipeline.page.attention import relative_attention
from pipeline.page.content import Content, page_data, with_media
from pipeline.page.document import MEGABYTE, MeasuredResults, Page, Picture, compose, room_for_media
from pipeline.page.facts import corpus_notes, facts, intervals, reading, sampling_notes, silence_notes, unanswered
from pipeline.page.media import Medium, choose_media, encode_opus, encode_picture, make_medium
from pipeline.page.origin import Origin, lead, learned, recorded
from pipeline.page.results import describe_results
from pipeline.page.standing import standings
from pipeline.page.view import VECTORS, describe_view, sample_rows, view_vectors
from pipeline.params import load_params
from pipeline.runtime.commit import last_commit
from pipeline.runtime.counting import counted
from pipeline.runtime.metrics import read_json
from pipeline.runtime.stage import (
    BASELINE,
    EMBEDDINGS,
    FEATURES,
    METRICS,
    MODELS,
    PAGE,
    PLOTS,
    RESAMPLED,
    VOICE,
    fresh_folder,
    run,
)
from pipeline.sections.listening import listening_of

SAMPLE_SEED, LAYOUT_SEED, MEDIA_SEED = 20, 21, 22
Collections = dict[str, Collection]

# Figures of other stages, by file name; those of knn, losses and tsne are drawn anew, so that one can click on them.
CAPTIONS = {
    "statistics": ("How sure, how soon", "Accuracy with its intervals, verification, and seconds of singing heard."),
    "probe": (
        "What did it learn?",
        "How well each property of the singing is read from a point's vector by a linear rule: 1 is perfectly, 0 not "
        "at all. Dots are the estimates, lines their intervals.",
    ),
    "voicing": ("Where is singing?", "Loudness and periodicity decide which moments count as sung (paper, figure 2)."),
}


def main() -> str:
    """Collect what is known, and write the page."""
    params = load_params()
    generator = np.random.default_rng([params.seed, SAMPLE_SEED])
    most = params.report.max_points
    performances, all_performances = _load("performances", None, most, generator)
    clips, all_clips = _load("clips", performances["embedding"].recording, most, generator)
    singing, sung = performances["embedding"], clips["embedding"]
    table = _manifest(singing.recording)
    knn = read_json(METRICS / "knn.json", "dvc repro knn")
    statistics = read_json(METRICS / "statistics.json", "dvc repro statistics")
    network, configuration = load_model(MODELS)
    content = Content(
        table=table,
        views=_views(clips, performances, params.seed, params.tsne.perplexity, params.report.neighbours),
        attention=relative_attention(network, _spectrograms(sung, params.clips.frames, params.embed.batch)),
        hertz=centre_frequencies(params.resample.rate, params.feature, params.features.settings(params.frames)),
        frame_seconds=params.frames.hop / params.resample.rate,
        clip_frames=params.clips.frames,
    )
    training = read_json(METRICS / "training.json", "dvc repro embed")
    history, validation = (pd.read_csv(MODELS / f"{name}.csv") for name in ("history", "validation"))
    charts = describe_results(knn, intervals(statistics), history, validation, training["validation_measure"])
    notes = [
        *corpus_notes(singing, sum(name.startswith("style_") for name in table.columns)),
        *sampling_notes("performances", len(singing), all_performances, "report.max_points"),
        *sampling_notes("clips", len(sung), all_clips, "report.max_points"),
        *unanswered(knn),
        *(f"{title}: {PLOTS}/{stem}.png was not there." for stem, (title, _) in CAPTIONS.items() if not _figure(stem)),
    ]
    listening = listening_of(
        params.seed, params.feature, params.resample, params.frames, params.voice, params.clips, params.features
    )
    page = Page(
        lead=lead(recorded(params.corpus.name), *map(_distinct, (singing.recording, singing.singer, singing.song))),
        learned=learned(_distinct(singing.singer), training["steps"]),
        results=MeasuredResults(
            [*reading(knn), *_held_style()],
            standings(statistics),
            facts(training),
            _pictures(),
        ),
        notes=notes,
        foot=_origin(network, configuration["network"], listening, params.corpus.name).lines(),
        data=page_data(content) | charts,
    )
    media = choose_media(
        table["recording"].tolist(),
        partial(_medium, kilobits=params.report.kilobits, range_db=params.features.floor_db),
        room_for_media(
            page, params.report.max_megabytes, "params.yaml: report.max_megabytes", ", or fewer report.max_points"
        ),
        np.random.default_rng([params.seed, MEDIA_SEED]),
    )
    silence = silence_notes(len(media), len(table), params.report.max_megabytes, "report.max_megabytes")
    size = _write(replace(page, data=with_media(page.data, media), notes=[*silence, *notes]))
    heard = f"{len(media)} of {counted(len(table), 'performance')} to hear"
    return f"{PAGE}, {size / MEGABYTE:.1f} MB: {counted(len(sung), 'clip')}, {heard}"


def _views(
    clips: Collections, performances: Collections, seed: int, perplexity: float, neighbours: int
) -> dict[str, dict[str, Any]]:
    """Lay clips and performances out by each kind of vectors."""
    recordings = performances["embedding"].recording.tolist()
    look = partial(view_vectors, perplexity=perplexity, neighbours=neighbours)
    layout = np.random.default_rng([seed, LAYOUT_SEED])
    return {
        kind: describe_view(rows["embedding"], recordings, {name: look(rows[name], layout) for name in VECTORS})
        for kind, rows in (("clips", clips), ("performances", performances))
    }


def _write(page: Page) -> int:
    """Write the page; return its size in bytes."""
    fresh_folder(PAGE.parent)
    return PAGE.write_bytes(compose(page).encode())


def _load(kind: str, among: Names | None, most: int, generator: np.random.Generator) -> tuple[Collections, int]:
    """Load embedding and baseline, at most `most` rows of the recordings named, and count those there were."""
    folders = dict(zip(VECTORS, (EMBEDDINGS, BASELINE), strict=True))
    both = {name: Collection.load(folder / f"{kind}.npz") for name, folder in folders.items()}
    embedding = both["embedding"]
    embedding.check_same_rows(both["baseline"], str(EMBEDDINGS), str(BASELINE))
    named = np.arange(len(embedding)) if among is None else np.flatnonzero(np.isin(embedding.recording, among))
    rows = named[sample_rows(len(named), most, generator)]
    return {name: collection[rows] for name, collection in both.items()}, len(embedding)


def _manifest(recordings: Names) -> pd.DataFrame:
    table = read_manifest(VOICE / "manifest.csv").set_index("recording", drop=False)
    missing = sorted(set(recordings.tolist()) - set(table.index))
    if missing:
        raise BadInputError(f"{VOICE}/manifest.csv: lacks {missing[0]}, which {EMBEDDINGS} holds; run `dvc repro`")
    shown: pd.DataFrame = table.loc[recordings.tolist()]
    return shown.reset_index(drop=True)


def _origin(network: Embedder, shape: dict[str, Any], listening: Listening, corpora: Sequence[str]) -> Origin:
    """Describe which model, corpus and commit the page comes from; the date is the commit's."""
    commit = last_commit(Path())
    changes = f", and changes to {enumerate_names(commit.changed)}" if commit and commit.changed else ""
    return Origin(
        identify(weights_of(network), shape, listening),
        enumerate_names(corpora),
        f"Corpus {enumerate_names(corpora)}",
        f"Commit {commit.name} of {commit.day}{changes}" if commit else "No Git commit",
    )


def _distinct(names: Names) -> int:
    return len(set(names.tolist()))


def _spectrograms(clips: Collection, clip_frames: int, batch: int) -> Iterator[NDArray[np.floating]]:
    for first in range(0, len(clips), batch):
        rows = slice(first, first + batch)
        cut = [
            cut_clip(np.load(FEATURES / f"{name}.npy", mmap_mode="r"), int(start), clip_frames)
            for name, start in zip(clips.recording[rows], clips.start[rows], strict=True)
        ]
        yield np.stack(cut)


def _medium(recording: str, *, kilobits: int, range_db: float) -> Medium:
    samples, rate = read_stored(RESAMPLED / f"{recording}.flac")
    picture = encode_picture(np.load(FEATURES / f"{recording}.npy"), range_db)
    return make_medium(encode_opus(samples, rate, kilobits), picture)


def _pictures() -> list[Picture]:
    drawn = {stem: _figure(stem) for stem in CAPTIONS}
    return [Picture(*CAPTIONS[stem], png) for stem, png in drawn.items() if png]


def _figure(stem: str) -> bytes | None:
    path = PLOTS / f"{stem}.png"
    return path.read_bytes() if path.exists() else None


def _held_style() -> list[str]:
    """Report which parameters of style the maps hold, where the corpus knows them."""
    probes = read_json(METRICS / "probe.json", "dvc repro probe")
    labels = {"embedding": "The embedding", "baseline": "The handcrafted baseline", "mfcc_means": "A mean of MFCC"}
    said = [describe_held_style(label, probes[name]) for name, label in labels.items()]
    return [sentence for sentence in said if sentence]


if __name__ == "__main__":
    run(main, __doc__)
