"""Parameters of the corpora (paper 3.1): sizes, tables and splits."""

from typing import Annotated, Literal

from pydantic import Field

from pipeline.sections.section import Counts, Section, Shares


class Demo(Section):
    """The embedded choir: singers and songs of each part, seconds sung in each recording."""

    singers: Counts
    songs: Counts
    seconds: Annotated[float, Field(ge=6.5, le=600)]


class Balanced(Section):
    """A corpus that is split here: songs of each part, and how singers who fit several parts are dealt out."""

    songs: Counts
    singer_shares: Shares


class BySingers(Section):
    """Corpora whose singers sang songs of their own, split by singers: the share of singers of each part."""

    singer_shares: Shares


class DampBalanced(Section):
    """DAMP-balanced: the table (path, singer, song) inside the corpus folder. The 6/4/4 rule is the paper's."""

    table: str


class Manifest(Balanced):
    """Your own corpus: the table inside the corpus folder; the rest serves where it has no split column.

    ``split`` is ``balanced`` (every singer sings all songs of a part) or ``by_singers`` (``songs`` does not matter).
    """

    table: str
    split: Literal["balanced", "by_singers"]


class Corpus(Section):
    """Which corpus, and the settings of each; ``by_singers`` serves every corpus that has no section of its own."""

    name: Literal[
        "demo",
        "manifest",
        "damp-balanced",
        "damp-perfs",
        "ikala",
        "jvs-music",
        "m4singer",
        "mir-1k",
        "mir-qbsh",
        "nus-48e",
        "opensinger",
        "ravdess-song",
        "vocadito",
        "vocalset",
    ]
    demo: Demo
    ravdess_song: Balanced
    vocalset: Balanced
    by_singers: BySingers
    damp_balanced: DampBalanced
    manifest: Manifest
