"""The map of a collection: all performances of an index on one page whose points can be played, as the pipeline's."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from pipeline.analysis.baselines import EMBEDDING
from pipeline.analysis.collection import Collection
from pipeline.audio.spectrogram import centre_frequencies
from pipeline.errors import BadInputError
from pipeline.model.listening import Listening
from pipeline.page.content import Content, page_data, with_media
from pipeline.page.document import Page, compose, room_for_media
from pipeline.page.facts import sampling_notes, silence_notes
from pipeline.page.media import Medium, choose_media
from pipeline.page.origin import Origin, corpora_in_words, lead
from pipeline.page.view import describe_view, sample_rows, view_vectors
from pipeline.runtime.files import written_whole
from singing_style.model import StyleModel
from singing_style.register import A4_HZ, A4_MIDI
from singing_style.studio import Studio
from singing_style.takes import Takes
from singing_style.voice_index import Voice, VoiceIndex

MOST_POINTS, NEIGHBOURS, PERPLEXITY = 5000, 5, 30.0
MEGABYTES = 30.0
SAMPLE_SEED, LAYOUT_SEED, MEDIA_SEED = 1, 2, 3
# What reproducible builds take for the date (https://reproducible-builds.org/specs/source-date-epoch/).
DATE_VARIABLE = "SOURCE_DATE_EPOCH"
NAMED = 5


@dataclass(frozen=True)
class Drawn:
    """What is on a map.

    Attributes
    ----------
    performances, singers, clips, audible : int
        How many of each there are; `audible` counts the performances with sound.
    bytes : int
        Size of the page.
    failed : dict of str to str
        Why a performance has no sound although there was room for it, by its path.
    """

    performances: int
    singers: int
    clips: int
    audible: int
    bytes: int
    failed: dict[str, str]


def draw_map(
    index: VoiceIndex,
    model: StyleModel,
    sounds: Mapping[str, Path | Takes],
    path: Path,
    *,
    source: Path,
    missing: Mapping[str, str] | None = None,
    max_megabytes: float = MEGABYTES,
    progress: bool = False,
) -> Drawn:
    """Write the map of an index: one HTML file that opens offline.

    Parameters
    ----------
    index : VoiceIndex
    model : StyleModel
        The one that embedded it.
    sounds : mapping of str to Path or Takes
        Where the recordings are, by the performance's path in the index; see
        `singing_style.whereabouts.find_recordings`. Performances that are not among them are on the map, silent.
    path : Path
        The page.
    source : Path
        The index's file, whose name and date the page says.
    missing : mapping of str to str, optional
        Why a recording is not among the sounds.
    max_megabytes : float, optional
        Largest size; if it does not suffice, fewer performances have sound, drawn at random.
    progress : bool, optional
        Show a progress bar on standard error.

    Raises
    ------
    BadInputError
        The index is another model's, or the page is larger than allowed without any sound.
    """
    index.check_model(model.identity, source)
    missing = missing or {}
    performances, clips, left_out = _sample(*collections_of(index, model.listening))
    voices = {voice.path: voice for voice in index.voices}
    shown = [voices[name] for name in performances.recording.tolist()]
    studio = Studio(model, clips, sounds)
    content = _describe_content(shown, performances, clips, studio, model.listening)
    page = _begin_page(shown, content, model, source, [*left_out, *_missing_notes(missing)])
    room = room_for_media(page, max_megabytes, "--max-megabytes", "")
    heard = [voice.path for voice in shown if voice.path in sounds]
    media = _record(studio, heard, room, progress)
    silence = silence_notes(len(media), len(heard) - len(studio.failed), max_megabytes, "--max-megabytes")
    notes = [*silence, *page.notes, *_missing_notes(studio.failed)]
    data = with_media(page_data(content), media, {**missing, **studio.failed})
    text = compose(replace(page, data=data, notes=notes)).encode()
    with written_whole(path) as temporary:
        temporary.write_bytes(text)
    singers = {voice.singer for voice in shown}
    return Drawn(len(shown), len(singers), len(clips), len(media), len(text), studio.failed)


def _describe_content(
    shown: Sequence[Voice], performances: Collection, clips: Collection, studio: Studio, listening: Listening
) -> Content:
    """Gather what the page shows of the voices, besides their media."""
    return Content(
        table=_tabulate(shown, listening),
        views=_views(performances, clips),
        attention=studio.attention,
        hertz=centre_frequencies(listening.rate, listening.feature, listening.spectrogram_settings()),
        frame_seconds=listening.frame_seconds,
        clip_frames=listening.clip_frames,
    )


def _begin_page(
    shown: Sequence[Voice], content: Content, model: StyleModel, source: Path, notes: Sequence[str]
) -> Page:
    """Make the page without its media."""
    singers, songs = {voice.singer for voice in shown}, {voice.song for voice in shown} - {""}
    taught_by = corpora_in_words(model.card["corpus"].split(", "))
    return Page(
        lead=lead(f"The recordings of {source.name}", len(shown), len(singers), len(songs)),
        learned=f"A network that learned from {taught_by} has listened to them.",
        results=None,
        notes=list(notes),
        foot=_origin(model, source).lines(),
        data=page_data(content),
    )


def _record(studio: Studio, heard: Sequence[str], room: int, progress: bool) -> dict[str, Medium]:
    """Make the media of as many performances as there is room for, without those that failed."""
    with tqdm(total=len(heard), desc="map", unit=" performances", disable=not progress) as bar:

        def record(name: str) -> Medium:
            bar.update()
            return studio.record(name)

        media = choose_media(heard, record, room, np.random.default_rng(MEDIA_SEED))
    return {name: medium for name, medium in media.items() if name not in studio.failed}


def collections_of(index: VoiceIndex, listening: Listening) -> tuple[Collection, Collection]:
    """Return the performances and the clips of an index; a song that is not known is nobody else's."""
    voices = index.voices
    rows = np.repeat(np.arange(len(voices)), [len(voice.performance.clips) for voice in voices])
    names = np.array([voice.path for voice in voices])
    singers = np.array([voice.singer for voice in voices])
    songs = np.array([voice.song or voice.path for voice in voices])
    starts = np.concatenate([np.rint(voice.performance.starts / listening.frame_seconds) for voice in voices])
    vectors = np.concatenate([voice.performance.clips for voice in voices])
    performances = Collection(index.vectors, names, singers, songs, np.zeros(len(voices), np.int32))
    return performances, Collection(vectors, names[rows], singers[rows], songs[rows], starts.astype(np.int32))


def _sample(performances: Collection, clips: Collection) -> tuple[Collection, Collection, list[str]]:
    """Keep as many points as a map may have, and report what was left out."""
    draw = np.random.default_rng(SAMPLE_SEED)
    kept = performances[sample_rows(len(performances), MOST_POINTS, draw)]
    among = np.flatnonzero(np.isin(clips.recording, kept.recording))
    kept_clips = clips[among[sample_rows(len(among), MOST_POINTS, draw)]]
    limit = f"at most {MOST_POINTS}"
    notes = [
        *sampling_notes("performances", len(kept), len(performances), limit),
        *sampling_notes("clips", len(kept_clips), len(clips), limit),
    ]
    return kept, kept_clips, notes


def _tabulate(voices: Sequence[Voice], listening: Listening) -> pd.DataFrame:
    """Describe recordings for the page."""
    seconds = [voice.performance.seconds for voice in voices]
    samples = [round(length * listening.rate) for length in seconds]
    pitches = np.array([voice.performance.pitch for voice in voices])
    return pd.DataFrame(
        {
            "recording": [voice.path for voice in voices],
            "singer": [voice.singer for voice in voices],
            "song": [voice.song for voice in voices],
            "seconds": seconds,
            "frames": [1 + length // listening.frame_hop for length in samples],
            "style_median_pitch_hz": A4_HZ * 2 ** ((pitches - A4_MIDI) / 12),
        }
    )


def _views(performances: Collection, clips: Collection) -> dict[str, Any]:
    """Lay performances and clips out."""
    draw = np.random.default_rng(LAYOUT_SEED)
    recordings = performances.recording.tolist()
    views = {}
    for kind, rows in (("performances", performances), ("clips", clips)):
        seen = view_vectors(rows, draw, perplexity=PERPLEXITY, neighbours=NEIGHBOURS)
        views[kind] = describe_view(rows, recordings, {EMBEDDING: seen})
    return views


def _missing_notes(missing: Mapping[str, str]) -> list[str]:
    """Report which performances are silent because their recordings cannot be used, the first few by name."""
    if not missing:
        return []
    named = [f"{name} ({reason})" for name, reason in list(missing.items())[:NAMED]]
    more = [f"and {len(missing) - NAMED} more"] if len(missing) > NAMED else []
    return [f"No sound, since the recording could not be used: {', '.join(named + more)}."]


def _origin(model: StyleModel, source: Path) -> Origin:
    """Describe which model, index and program the page comes from."""
    return Origin(
        model.identity, model.card["corpus"], f"Index {source.name} of {_day(source)}", f"singing-style {_version()}"
    )


def _day(source: Path) -> str:
    """Return the day on which the index was written, unless the environment sets another date."""
    named = os.environ.get(DATE_VARIABLE)
    try:
        return datetime.fromtimestamp(int(named) if named else source.stat().st_mtime, UTC).date().isoformat()
    except (ValueError, OverflowError):
        raise BadInputError(
            f"{DATE_VARIABLE}: not a date ({named!r}); set it to seconds since 1970, or unset it"
        ) from None


def _version() -> str:
    try:
        return version("singing-style")
    except PackageNotFoundError:
        return "from its sources"
