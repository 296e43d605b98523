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


class DampBalanced(Section):
    """DAMP-balanced: the table (path, singer, song) inside the corpus folder. The 6/4/4 rule is the paper's."""

    table: str


class Manifest(Balanced):
    """Your own corpus: the table inside the corpus folder; the rest serves where it has no split column."""

    table: str


class Corpus(Section):
    """Which corpus, and the settings of each."""

    name: Literal["demo", "ravdess-song", "damp-balanced", "manifest"]
    demo: Demo
    ravdess_song: Balanced
    damp_balanced: DampBalanced
    manifest: Manifest
