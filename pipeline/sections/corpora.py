"""Parameters of the corpora (paper 3.1): sizes, tables and splits."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, field_validator

from pipeline.corpora.settings import ChoirSettings, CorpusSettings, SplitSettings
from pipeline.sections.section import Counts, Section, Shares, SingerCounts

RealCorpusName = Literal[
    "manifest",
    "halves",
    "acapella",
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
CorpusName = Literal["demo", RealCorpusName]
_ONE: TypeAdapter[CorpusName] = TypeAdapter(CorpusName)


def _listed(name: object) -> object:
    """Turn a single name into a tuple of one."""
    return tuple(name) if isinstance(name, list | tuple) else (_ONE.validate_python(name),)


CorpusNames = Annotated[
    tuple[CorpusName, ...],
    BeforeValidator(_listed, json_schema_input_type=CorpusName | tuple[CorpusName, ...]),
    Field(min_length=1),
]


class Demo(Section):
    """The embedded choir: every singer of a part sings each of its songs once; there is one score per song."""

    singers: SingerCounts
    """Singers"""
    songs: Counts
    """Songs"""
    seconds: Annotated[float, Field(ge=6.5, le=600)]
    """Length of each recording, in seconds."""
    voices: Literal["alike", "mixed"]
    """``mixed``: men and women, which generalises better to real voices; ``alike``: registers within half an octave."""
    effort: Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
    """How far a singer's tilt, breath, singer's formant, register, dynamics, vibrato and formants move from performance
    to performance: 0 not at all, 1 as those of a real singer."""
    channel: Annotated[float, Field(ge=0, le=4, allow_inf_nan=False)]
    """How far microphones, rooms, bands, noise and codecs differ from recording to recording: 0 not at all, 1 mildly,
    2.5 as telephones and studios do. Above 2 a growing share is telephone band, half of them at 4."""

    def settings(self) -> ChoirSettings:
        """Return how the choir is rendered."""
        return ChoirSettings(
            singers=self.singers.model_dump(),
            songs=self.songs.model_dump(),
            seconds=self.seconds,
            voices=self.voices,
            effort=self.effort,
            channel=self.channel,
        )


class Balanced(Section):
    """A corpus that is split here, so that every singer of a part sings all songs of that part."""

    songs: Counts
    """Songs"""
    singer_shares: Shares
    """Of the singers who fit several parts, the share"""

    def settings(self) -> SplitSettings:
        """Return how the corpus is split."""
        return SplitSettings(self.singer_shares.model_dump(), self.songs.model_dump())


class BySingers(Section):
    """Corpora whose singers sang different songs, split by singers."""

    singer_shares: Shares
    """Of the singers, the share"""

    def settings(self) -> SplitSettings:
        """Return how these corpora are split."""
        return SplitSettings(self.singer_shares.model_dump())


class DampBalanced(Section):
    """DAMP-balanced. The split is the paper's 6/4/4 rule."""

    table: str
    """The table (path, singer, song) inside the corpus folder."""


class Manifest(Balanced):
    """Your own corpus. All parameters but ``table`` apply only if the table has no column ``split``."""

    table: str
    """The table inside the corpus folder."""
    split: Literal["balanced", "by_singers"]
    """``balanced``: every singer of a part sings all its songs; ``by_singers``: ``songs`` is ignored."""

    def settings(self) -> SplitSettings:
        """Return how the corpus is split."""
        balanced = super().settings()
        return balanced if self.split == "balanced" else SplitSettings(balanced.singer_shares)


class Corpus(Section):
    """The corpus, and the settings of each; ``by_singers`` applies to every corpus without a section of its own."""

    name: CorpusNames
    """The corpus ``data/raw/<name>``, or a list of several, which are pooled for training."""
    demo: Demo
    acapella: Balanced
    ravdess_song: Balanced
    vocalset: Balanced
    by_singers: BySingers
    damp_balanced: DampBalanced
    manifest: Manifest

    def settings(self) -> CorpusSettings:
        """Return how each corpus is loaded and split."""
        return CorpusSettings(
            choir=self.demo.settings(),
            tables={"damp-balanced": self.damp_balanced.table, "manifest": self.manifest.table},
            splits={
                "acapella": self.acapella.settings(),
                "manifest": self.manifest.settings(),
                "ravdess-song": self.ravdess_song.settings(),
                "vocalset": self.vocalset.settings(),
            },
            by_singers=self.by_singers.settings(),
        )

    @field_validator("name")
    @classmethod
    def _each_once(cls, names: tuple[CorpusName, ...]) -> tuple[CorpusName, ...]:
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"names {', '.join(doubled)} twice; name each corpus once")
        return names
