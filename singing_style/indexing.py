"""Listening to a collection: only to what is new since the last time."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from pipeline.audio.decode import check_file
from pipeline.content import content_hash
from pipeline.errors import BadInputError, BadRecordingError
from singing_style.model import StyleModel
from singing_style.performance import Performance
from singing_style.roster import Roster
from singing_style.voice_index import Voice, VoiceIndex


@dataclass(frozen=True, eq=False)
class Indexed:
    """What became of a collection.

    Attributes
    ----------
    index : VoiceIndex
    kept, heard : int
        Recordings known from before by their content, and those that were listened to.
    gone : int
        Paths of the earlier index that are there no more.
    failed : dict of str to str
        By path, why a recording could not be used.
    """

    index: VoiceIndex
    kept: int
    heard: int
    gone: int
    failed: dict[str, str]


def index_voices(
    model: StyleModel,
    roster: Roster,
    earlier: VoiceIndex | None = None,
    *,
    workers: int | None = None,
    progress: bool = False,
) -> Indexed:
    """Embed a collection of performances.

    Parameters
    ----------
    model : StyleModel
    roster : Roster
        Who sings in which file; see `singing_style.roster.read_roster`.
    earlier : VoiceIndex, optional
        An index of the same model; recordings whose content it has are taken from it, whatever they were called.
    workers : int, optional
        Processes that listen.
    progress : bool, optional
        Show a progress bar on standard error.

    Raises
    ------
    BadInputError
        The roster has faults, the earlier index is another model's, or none of the recordings can be used.
    """
    table = roster.checked().table
    if earlier:
        earlier.check_model(model.identity, roster.source)
    contents, failed = _hash_all(roster.folder, list(table["path"]))
    known = {voice.content: voice.performance for voice in earlier.voices} if earlier else {}
    new = {content: roster.folder / path for path, content in contents.items() if content not in known}
    embedded = model.embed_many(new.values(), workers=workers, progress=progress)
    by_file = {performance.name: performance for performance in embedded.performances}
    heard = {content: by_file[str(file)] for content, file in new.items() if str(file) in by_file}
    reasons = {content: embedded.failed[file] for content, file in new.items() if file in embedded.failed}
    failed |= {path: reasons[content] for path, content in contents.items() if content in reasons}
    voices = _voices(table, contents, known | heard)
    if not voices:
        path, reason = next(iter(failed.items()))
        raise BadInputError(f"{roster.source}: none of {len(table)} recordings can be used; {path}: {reason}")
    paths = {voice.path for voice in voices}
    gone = [voice for voice in earlier.voices if voice.path not in paths] if earlier else []
    kept = sum(voice.content in known for voice in voices)
    return Indexed(VoiceIndex(model.identity, voices), kept, len(voices) - kept, len(gone), failed)


def _hash_all(folder: Path, paths: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    contents, failed = {}, {}
    for path in paths:
        try:
            check_file(folder / path)
            contents[path] = content_hash(folder / path)
        except BadRecordingError as fault:
            failed[path] = str(fault)
        except OSError as fault:
            failed[path] = f"cannot be read: {fault.strerror}"
    return contents, failed


def _voices(table: pd.DataFrame, contents: dict[str, str], performances: dict[str, Performance]) -> tuple[Voice, ...]:
    """Bring singers and performances together, in the order of the paths."""
    songs = table["song"] if "song" in table else [""] * len(table)
    told = sorted(zip(table["path"], table["singer"], songs, strict=True))
    return tuple(
        Voice(path, singer, song, contents[path], replace(performances[contents[path]], name=path))
        for path, singer, song in told
        if contents.get(path) in performances
    )
