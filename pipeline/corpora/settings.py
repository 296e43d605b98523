"""How corpora are loaded and split."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ChoirSettings:
    """The embedded choir; `pipeline.sections.corpora.Demo` documents each field.

    Attributes
    ----------
    singers, songs : dict of str to int
        How many there are in each part.
    seconds : float
    voices : {"alike", "mixed"}
    effort, channel : float
    """

    singers: dict[str, int]
    songs: dict[str, int]
    seconds: float
    voices: Literal["alike", "mixed"]
    effort: float
    channel: float


@dataclass(frozen=True)
class SplitSettings:
    """How a corpus is split.

    Attributes
    ----------
    singer_shares : dict of str to float
        By part.
    songs : dict of str to int or None
        How many songs there are in each part, all of them sung by each of its singers; None to split by singers alone.
    """

    singer_shares: dict[str, float]
    songs: dict[str, int] | None = None


@dataclass(frozen=True)
class CorpusSettings:
    """How each corpus is loaded.

    Attributes
    ----------
    choir : ChoirSettings
    tables : dict of str to str
        The table inside the folder of a corpus that has one.
    splits : dict of str to SplitSettings
        By corpus, where it is not `by_singers`.
    by_singers : SplitSettings
        For all other corpora.
    """

    choir: ChoirSettings
    tables: dict[str, str]
    splits: dict[str, SplitSettings]
    by_singers: SplitSettings

    def split_of(self, name: str) -> SplitSettings:
        """Return how a corpus is split."""
        return self.splits.get(name, self.by_singers)
