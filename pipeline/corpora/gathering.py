"""From the takes of a corpus to its performances: split, joined if there are several takes, and put in place."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipeline.corpora.joining import join
from pipeline.corpora.layout import Find, Take
from pipeline.corpora.names import name_recordings
from pipeline.corpora.placement import locate_all, place
from pipeline.corpora.splits.split import Splitter
from pipeline.errors import printable
from pipeline.runtime.counting import counted
from pipeline.runtime.recordings import LeftOut, for_each_recording


@dataclass(frozen=True)
class Loaded:
    """A corpus whose audio is in place.

    Attributes
    ----------
    manifest : DataFrame
        One row per recording; see `pipeline.corpora.schema`.
    left_out : list of LeftOut
        Recordings that could not be used, and why.
    report : str
        Further information, such as how the corpus was split; may have several lines.
    """

    manifest: pd.DataFrame
    left_out: list[LeftOut] = field(default_factory=list)
    report: str = ""


def gather(find: Find, raw: Path, corpus: Path, *, split: Splitter, max_bad_share: float) -> Loaded:
    """Load a published corpus: find its takes, split it, and join the takes of each performance.

    Parameters
    ----------
    find : callable
        Reads the layout: ``find`` of a module of `pipeline.corpora.datasets`.
    raw : Path
        The folder as downloaded.
    corpus : Path
        Where ``audio/`` is written.
    split : callable
        Splits singers and songs; see `pipeline.corpora.splits.split`.
    max_bad_share : float
        Share of takes that may lack their file, and of performances that may be unreadable, 0 to 1.

    Raises
    ------
    BadInputError
        The folder lacks the layout, too many files cannot be used, or the corpus is too small to split.
    """
    found = find(raw)
    listed = pd.DataFrame([(take.path, take.path) for take in found.takes], columns=["recording", "path"])
    files = locate_all(listed, raw, max_bad_share)
    takes = [take for take in found.takes if take.path in files.results]
    performances = tabulate(takes)
    kinds = (
        dict(zip(performances["singer"], performances[f"style_{found.spread}"], strict=True)) if found.spread else {}
    )
    parts = split(performances, source=str(raw), kinds=kinds)
    chosen = parts.assign(performances)
    own = _files(takes, files.results)
    placed = for_each_recording(
        bring,
        list(chosen["recording"]),
        [
            (own[performance], found.channel, name, corpus.absolute())
            for name, performance in zip(chosen["recording"], chosen["performance"], strict=True)
        ],
        label="placing performances",
        max_bad_share=max_bad_share,
    )
    kept = chosen[chosen["recording"].isin(placed.results)].drop(columns="performance")
    total = counted(len(performances), "performance")
    report = f"{parts.report()}\n{len(performances) - len(chosen)} of {total} fit no part"
    return Loaded(
        kept.assign(path=[placed.results[name] for name in kept["recording"]]),
        [*found.left_out, *files.left_out, *placed.left_out],
        "\n".join(filter(None, [report, found.report])),
    )


def tabulate(takes: Sequence[Take]) -> pd.DataFrame:
    """Return the table of performances: recording, performance, singer, song and ``style_*``, one row each.

    Names that differ only in case or Unicode form get the spelling that comes first. They come from the file system, so
    what a line of a table cannot hold is escaped.
    """
    first = {take.performance: take for take in reversed(takes)}
    performances = sorted(first)
    rows = [
        {
            "performance": performance,
            "singer": first[performance].singer,
            "song": first[performance].song,
            **{f"style_{kind}": printable(value) for kind, value in first[performance].style.items()},
        }
        for performance in performances
    ]
    table = pd.DataFrame(rows)
    table.insert(0, "recording", name_recordings([f"{performance}.take" for performance in performances]))
    return table.assign(singer=_one_spelling(table["singer"]), song=_one_spelling(table["song"]))


def bring(files: Sequence[Path], channel: int | None, recording: str, corpus: Path) -> str:
    """Add a performance to the corpus: linked if it is one whole file, else joined into a FLAC file.

    Returns
    -------
    str
        The new path, relative to the corpus folder.

    Raises
    ------
    BadRecordingError
        A file that must be read is unreadable.
    """
    if len(files) == 1 and channel is None:
        return place(files[0], recording, corpus)
    target = corpus / "audio" / f"{recording}.flac"
    target.parent.mkdir(parents=True, exist_ok=True)
    join(files, channel, target)
    return f"audio/{target.name}"


def _files(takes: Sequence[Take], located: dict[str, Path]) -> dict[str, list[Path]]:
    files: dict[str, list[Path]] = {}
    for take in takes:
        files.setdefault(take.performance, []).append(located[take.path])
    return files


def _one_spelling(names: "pd.Series[str]") -> list[str]:
    composed = [printable(unicodedata.normalize("NFC", name)) for name in names]
    first: dict[str, str] = {}
    return [first.setdefault(name.casefold(), name) for name in composed]
