"""Write the page on which one hears the maps: report/index.html, one file that opens offline.

Reads data/embeddings, data/baseline, data/resampled, data/features, data/voice, models/style, metrics/knn.json and
metrics/training.json; where they exist, metrics/statistics.json and the figures of statistics, probe and look.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.collection import Collection, Names
from pipeline.audio.clips import cut_clip
from pipeline.audio.decode import decode
from pipeline.audio.spectrogram import Settings, centre_frequencies
from pipeline.corpora.schema import read_manifest
from pipeline.errors import BadInputError
from pipeline.nn.networks.factory import load_model
from pipeline.page.attention import relative_attention
from pipeline.page.content import Content, describe, with_media
from pipeline.page.document import Page, Picture, compose
from pipeline.page.facts import Intervals, corpus_notes, facts, reading, sampling_notes, silence_notes, unanswered
from pipeline.page.media import Medium, choose_media, encode_opus, encode_picture, make_medium
from pipeline.page.view import VECTORS, describe_view, sample_rows, view_vectors
from pipeline.params import load_params
from pipeline.runtime.metrics import read_json
from pipeline.runtime.stage import (
    BASELINE,
    EMBEDDINGS,
    FEATURES,
    METRICS,
    MODELS,
    PLOTS,
    RESAMPLED,
    VOICE,
    fresh_folder,
    run,
)
from pipeline.sections.listening import Features, Frames

FILE = Path("report/index.html")
SAMPLE_SEED, LAYOUT_SEED, MEDIA_SEED = 20, 21, 22
MEGABYTE = 10**6
CAPTIONS = {
    "statistics": ("How sure, how soon", "Accuracy with its intervals, verification, and seconds of singing heard."),
    "probe": (
        "What did it learn?",
        "How well each property of the singing is read from a point's vector by a linear rule: 1 is perfectly, 0 not "
        "at all. Dots are the estimates, lines their intervals.",
    ),
    "voicing": ("Where is singing?", "Loudness and periodicity decide which moments count as sung (paper, figure 2)."),
}
"""Figures of other stages, by file name; those of knn, losses and tsne are drawn anew, to be touched."""


def main() -> str:
    """Gather what is known, and write the page."""
    params = load_params()
    generator = np.random.default_rng([params.seed, SAMPLE_SEED])
    most = params.report.max_points
    performances, all_performances = _load("performances", None, most, generator)
    clips, all_clips = _load("clips", performances["embedding"].recording, most, generator)
    singing, sung = performances["embedding"], clips["embedding"]
    table = _manifest(singing.recording)
    look = partial(view_vectors, perplexity=params.tsne.perplexity, neighbours=params.report.neighbours)
    layout = np.random.default_rng([params.seed, LAYOUT_SEED])
    views = {
        kind: describe_view(rows["embedding"], table["recording"], {name: look(rows[name], layout) for name in VECTORS})
        for kind, rows in (("clips", clips), ("performances", performances))
    }
    knn = read_json(METRICS / "knn.json", "dvc repro knn")
    content = Content(
        table=table,
        views=views,
        attention=_attention(sung, params.clips.frames, params.embed.batch),
        knn=knn,
        intervals=_intervals(_read_optional(METRICS / "statistics.json")),
        training=pd.read_csv(MODELS / "history.csv"),
        validation=pd.read_csv(MODELS / "validation.csv"),
        hertz=_hertz(params.resample.rate, params.feature, params.frames, params.features),
        frame_seconds=params.frames.hop / params.resample.rate,
        clip_frames=params.clips.frames,
    )
    notes = [
        *corpus_notes(singing, sum(name.startswith("style_") for name in table.columns)),
        *sampling_notes("performances", len(singing), all_performances),
        *sampling_notes("clips", len(sung), all_clips),
        *unanswered(knn),
        *(f"{title}: {PLOTS}/{stem}.png was not there." for stem, (title, _) in CAPTIONS.items() if not _figure(stem)),
    ]
    page = Page(
        _lead(singing),
        reading(knn),
        facts(read_json(METRICS / "training.json", "dvc repro embed")),
        _pictures(),
        notes,
        describe(content),
    )
    media = choose_media(
        table["recording"].tolist(),
        partial(_medium, kilobits=params.report.kilobits, range_db=params.features.floor_db),
        _room(page, params.report.max_megabytes),
        np.random.default_rng([params.seed, MEDIA_SEED]),
    )
    silence = silence_notes(len(media), len(table), params.report.max_megabytes)
    size = _write(replace(page, data=with_media(page.data, media), notes=[*silence, *notes]))
    return f"{FILE}, {size / MEGABYTE:.1f} MB: {len(sung)} clips, {len(media)} of {len(table)} performances to hear"


def _write(page: Page) -> int:
    """Write the page; return its size in bytes."""
    fresh_folder(FILE.parent)
    return FILE.write_bytes(compose(page).encode())


def _load(
    kind: str, among: Names | None, most: int, generator: np.random.Generator
) -> tuple[dict[str, Collection], int]:
    """Load embedding and baseline, of the recordings named, at most so many rows; say how many rows there are."""
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


def _hertz(rate: int, feature: Literal["mel", "cqt"], frames: Frames, features: Features) -> NDArray[np.float64]:
    settings = Settings(
        length=frames.length,
        hop=frames.hop,
        bins=features.bins,
        bins_per_octave=features.bins_per_octave,
        cqt_min_hz=features.cqt_min_hz,
        floor_db=features.floor_db,
    )
    return centre_frequencies(rate, feature, settings)


def _attention(clips: Collection, clip_frames: int, batch: int) -> NDArray[np.float32] | None:
    network, _ = load_model(MODELS)
    return relative_attention(network, _spectrograms(clips, clip_frames, batch))


def _spectrograms(clips: Collection, clip_frames: int, batch: int) -> Iterator[NDArray[np.floating]]:
    for first in range(0, len(clips), batch):
        rows = slice(first, first + batch)
        cut = [
            cut_clip(np.load(FEATURES / f"{name}.npy", mmap_mode="r"), int(start), clip_frames)
            for name, start in zip(clips.recording[rows], clips.start[rows], strict=True)
        ]
        yield np.stack(cut)


def _medium(recording: str, *, kilobits: int, range_db: float) -> Medium:
    samples, rate = decode(RESAMPLED / f"{recording}.flac")
    picture = encode_picture(np.load(FEATURES / f"{recording}.npy"), range_db)
    return make_medium(encode_opus(samples[:, 0], rate, kilobits), picture)


def _room(page: Page, max_megabytes: float) -> int:
    """Bytes left for sound and pictures, after a reserve for a note on what is left out."""
    bare = len(compose(page).encode()) + 1000
    room = int(max_megabytes * MEGABYTE) - bare
    if room < 0:
        raise BadInputError(
            f"params.yaml: report.max_megabytes: the page takes {bare / MEGABYTE:.1f} MB without any sound; "
            f"allow more than that, or fewer report.max_points"
        )
    return room


def _lead(performances: Collection) -> str:
    counts = [("performance", len(performances))]
    counts += [(name, len(set(getattr(performances, name)))) for name in ("singer", "song")]
    performed, singers, songs = (f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts)
    return f"{performed} by {singers} of {songs}"


def _pictures() -> list[Picture]:
    drawn = {stem: _figure(stem) for stem in CAPTIONS}
    return [Picture(*CAPTIONS[stem], png) for stem, png in drawn.items() if png]


def _figure(stem: str) -> bytes | None:
    path = PLOTS / f"{stem}.png"
    return path.read_bytes() if path.exists() else None


def _read_optional(path: Path) -> dict[str, Any] | None:
    return read_json(path, "dvc repro") if path.exists() else None


def _intervals(statistics: dict[str, Any] | None) -> Intervals:
    """Take the intervals of the accuracies; there is none where there is only one singer."""
    return {
        vectors: {
            task: {k: (one["low"], one["high"]) for k, one in by_k.items() if "low" in one}
            for task, by_k in by_task.items()
        }
        for vectors, by_task in (statistics or {}).get("accuracy", {}).items()
    }


if __name__ == "__main__":
    run(main, __doc__)
