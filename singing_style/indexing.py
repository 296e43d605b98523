"""Embedding a collection, listening only to what is new since the last time."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from pipeline.audio.decode import check_file
from pipeline.errors import BadInputError, BadRecordingError
from pipeline.runtime.counting import counted
from pipeline.runtime.files import content_hash
from pipeline.runtime.workers import in_processes
from singing_style.model import StyleModel
from singing_style.performance import Performance
from singing_style.roster import Entry, Roster, join_entries, list_entries
from singing_style.takes import measure_take
from singing_style.voice_index import Voice, VoiceIndex

Contents = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Indexed:
    """The result of indexing a collection.

    Attributes
    ----------
    index : VoiceIndex
    kept, heard : int
        Number of performances whose content was known from the earlier index, and of those listened to.
    gone : int
        Number of performances of the earlier index whose path is gone.
    failed : dict of str to str
        By path, why a recording could not be used; joined takes are listed under the first.
    short : tuple of str
        Those of the failed paths that hold too little singing to judge.
    lost : tuple of str
        The singers of whom no recording can be used.
    """

    index: VoiceIndex
    kept: int
    heard: int
    gone: int
    failed: dict[str, str]
    short: tuple[str, ...]
    lost: tuple[str, ...]

    @property
    def too_little(self) -> int:
        """How many of the failed ones hold too little singing to judge."""
        return len(self.short)


def index_voices(
    model: StyleModel,
    roster: Roster,
    earlier: VoiceIndex | None = None,
    *,
    join: bool = False,
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
        An index by the same model; performances with known content are taken from it, whatever their names.
    join : bool, optional
        Treat recordings of one singer and one song (of one singer, if songs are unknown) as takes, to be heard together
        up to about a minute per performance (`singing_style.roster`).
    workers : int, optional
        Number of processes that listen.
    progress : bool, optional
        Show a progress bar on standard error.

    Raises
    ------
    BadInputError
        The roster has faults, the earlier index belongs to another model, or no recording can be used.
    """
    table = roster.checked().table
    if earlier:
        earlier.check_model(model.identity, roster.source)
    hashes, failed = _hash_all(roster.folder, list(table["path"]))
    entries = list_entries(table)
    if join:
        seconds, faulty = _measure_all(roster.folder, list(hashes), workers, progress)
        copies = _find_copies(entries, {path: hashes[path] for path in seconds})
        seconds = {path: length for path, length in seconds.items() if path not in copies}
        failed |= faulty | copies
        entries = join_entries(entries, seconds)
    contents = {entry: tuple(hashes[path] for path in entry.paths) for entry in entries if entry.paths[0] in hashes}
    known = {voice.contents: voice.performance for voice in earlier.voices} if earlier else {}
    new = {held: entry.under(roster.folder) for entry, held in contents.items() if held not in known}
    embedded = model.embed_many(new.values(), workers=workers, progress=progress)
    by_name = {performance.name: performance for performance in embedded.performances}
    heard = {held: by_name[str(source)] for held, source in new.items() if str(source) in by_name}
    reasons = {held: embedded.failed[source] for held, source in new.items() if source in embedded.failed}
    failed |= {str(entry): reasons[held] for entry, held in contents.items() if held in reasons}
    refused = set(embedded.too_little)
    short = tuple(str(entry) for entry, held in contents.items() if new.get(held) in refused)
    voices = _voices(contents, known | heard)
    if not voices:
        raise _unusable(str(roster.source), len(table), failed, 0 if join else len(short))
    lost = tuple(sorted(set(table["singer"]) - {voice.singer for voice in voices}))
    paths = {voice.path for voice in voices}
    gone = [voice for voice in earlier.voices if voice.path not in paths] if earlier else []
    kept = sum(voice.contents in known for voice in voices)
    return Indexed(VoiceIndex(model.identity, voices), kept, len(voices) - kept, len(gone), failed, short, lost)


def _unusable(source: str, recordings: int, failed: Mapping[str, str], short: int) -> BadInputError:
    """Describe a collection of which nothing can be used; so many takes are too short, and not joined."""
    remedy = f"join takes (--join), since {counted(short, 'holds', 'hold')} too little singing alone; " if short else ""
    path, reason = next(iter(failed.items()))
    return BadInputError(f"{source}: {remedy}none of {counted(recordings, 'recording')} can be used; {path}: {reason}")


def _hash_all(folder: Path, paths: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    hashes, failed = {}, {}
    for path in paths:
        try:
            check_file(folder / path)
            hashes[path] = content_hash(folder / path)
        except BadRecordingError as fault:
            failed[path] = str(fault)
        except OSError as fault:
            failed[path] = f"cannot be read: {fault.strerror}"
    return hashes, failed


def _find_copies(entries: Sequence[Entry], hashes: Mapping[str, str]) -> dict[str, str]:
    """Find takes that are another one of the same singer and song: heard twice, they would count as more singing."""
    first: dict[tuple[str, str, str], str] = {}
    copies = {}
    for path, entry in ((entry.paths[0], entry) for entry in entries if entry.paths[0] in hashes):
        other = first.setdefault((entry.singer, entry.song, hashes[path]), path)
        if other != path:
            copies[path] = f"the same file as {other}, which is heard"
    return copies


def _measure_all(
    folder: Path, paths: Sequence[str], workers: int | None, progress: bool
) -> tuple[dict[str, float], dict[str, str]]:
    """Measure how long each take lasts, and find those that cannot be used: one must not spoil the others."""
    seconds, failed = {}, {}
    files = [(folder / path).absolute() for path in paths]
    measured = in_processes(_attempt_to_measure, files, workers)
    bar = tqdm(measured, "takes", len(paths), unit=" files", disable=not progress)
    for path, outcome in zip(paths, bar, strict=True):
        if isinstance(outcome, str):
            failed[path] = outcome
        else:
            seconds[path] = outcome
    return seconds, failed


def _attempt_to_measure(file: Path) -> float | str:
    try:
        return measure_take(file, Path(tempfile.gettempdir()))
    except BadRecordingError as fault:
        return str(fault)


def _voices(contents: Mapping[Entry, Contents], performances: Mapping[Contents, Performance]) -> tuple[Voice, ...]:
    """Combine singers and performances, in the order of the paths."""
    return tuple(
        Voice(str(entry), entry.singer, entry.song, held, replace(performances[held], name=str(entry)))
        for entry, held in contents.items()
        if held in performances
    )
