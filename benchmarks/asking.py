"""Asking `similar` about the RAVDESS songs: in the index, as strangers to it, and as recordings much longer than it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from tqdm import tqdm

from benchmarks.mfcc_means import MfccMeans, scale_by
from benchmarks.transmitted import name_songs, transmit_performances
from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.model.calibration import Calibration
from pipeline.studies.judge_channels import ChannelKind
from singing_style.evaluation.asking import CLEAR_RIGHT, kind_of
from singing_style.indexing import index_voices
from singing_style.likeness import find_similar
from singing_style.model import StyleModel
from singing_style.roster import Roster, read_roster
from singing_style.takes import Takes, hash_takes
from singing_style.verdict import Answer
from singing_style.voice_index import Voice, VoiceIndex

# Long recordings: in so many halvings all takes of one half of a singer's are one, and those of the other are paired.
HALVINGS, TOGETHER = 3, 2
STRANGERS_CLEAR = "strangers_clear"
DRAWS, LEVEL = 10_000, 0.95


@dataclass(frozen=True)
class Answers:
    """The verdicts on some recordings.

    Attributes
    ----------
    singers : list of str
        Who sings each.
    known : list of str
        Of `singing_style.evaluation.asking.KINDS`; unclear answers name the singer among others, or do not.
    strangers : list of bool
        Whether the answer is clear once the singer has been removed from the index.
    """

    singers: list[str]
    known: list[str]
    strangers: list[bool]

    def __add__(self, other: "Answers") -> "Answers":
        """Put others behind these."""
        return Answers(self.singers + other.singers, self.known + other.known, self.strangers + other.strangers)

    def counts(self) -> dict[str, int]:
        """Count the recordings, the answers of each kind, and the strangers who are clear."""
        counted = dict(sorted(Counter(self.known).items()))
        return {"recordings": len(self.known), **counted, STRANGERS_CLEAR: sum(self.strangers)}

    def less(self, other: "Answers") -> dict[str, Estimate]:
        """Estimate how many more of the same recordings are clear and right, and how many more strangers clear.

        Returns
        -------
        dict of str to Estimate
            Differences of shares, -1 to 1, with 95 % intervals over singers.
        """
        bootstrap = Bootstrap.over(np.array(self.singers), DRAWS, LEVEL, np.random.default_rng(0))
        right, others_right = (np.array(one.known) == CLEAR_RIGHT for one in (self, other))
        return {
            CLEAR_RIGHT: bootstrap.mean(right.astype(float) - others_right),
            STRANGERS_CLEAR: bootstrap.mean(np.array(self.strangers, float) - np.array(other.strangers)),
        }


@cache
def index_corpus(corpus: Path, kind: str, style: StyleModel) -> VoiceIndex:
    """Index the corpus with its takes joined in a way of `pipeline.studies.answers_table.KINDS`."""
    roster = read_roster(corpus)
    if kind == "performances":
        roster = replace(roster, table=roster.table.assign(song=name_songs(roster.table["path"])))
    return _index(style, roster, join=kind != "single files")


def index_transmitted(corpus: Path, channels: ChannelKind, styles: Sequence[StyleModel]) -> list[VoiceIndex]:
    """Index the performances of the corpus, each through a channel of its own, once for each of some models."""
    with TemporaryDirectory() as folder:
        transmit_performances(corpus, channels, Path(folder))
        return [_index(style, read_roster(Path(folder)), join=False) for style in styles]


def _index(style: StyleModel, roster: Roster, *, join: bool) -> VoiceIndex:
    index = index_voices(style, roster, join=join).index
    return replace(index, voices=scale_by(index, index.voices)) if isinstance(style, MfccMeans) else index


def without(index: VoiceIndex, singers: Collection[str]) -> VoiceIndex:
    """Return an index without some singers."""
    return replace(index, voices=tuple(voice for voice in index.voices if voice.singer not in singers))


def ask(
    index: VoiceIndex,
    calibration: Calibration,
    asked: Iterable[Voice],
    way: Callable[[Voice], str] | None = None,
) -> Answers:
    """Query recordings against an index, and again with their singer removed from it.

    Parameters
    ----------
    index : VoiceIndex
    calibration : Calibration
    asked : iterable of Voice
    way : callable, optional
        How a recording is sung: if given, the index holds none of its singer's that are sung in the same way.
    """
    answers = Answers([], [], [])
    for voice in asked:
        known = index if way is None else _without_way(index, voice, way)
        verdict = find_similar(voice.performance, known, calibration, contents=voice.contents).verdict
        others = without(index, {voice.singer})
        answers.singers.append(voice.singer)
        answers.known.append(kind_of(verdict, voice.singer))
        answers.strangers.append(find_similar(voice.performance, others, calibration).verdict.answer is Answer.CLEAR)
    return answers


def _without_way(index: VoiceIndex, voice: Voice, way: Callable[[Voice], str]) -> VoiceIndex:
    kept = [other for other in index.voices if other.singer != voice.singer or way(other) != way(voice)]
    return replace(index, voices=tuple(kept))


def ask_long(corpus: Path, style: StyleModel, halvings: int = HALVINGS) -> Answers:
    """Query all takes of half of a singer's as one recording, against an index of the other halves, two by two."""
    answers = Answers([], [], [])
    for seed in tqdm(range(halvings), desc="long recordings", unit=" halvings"):
        index, asked = _halve(corpus, style, np.random.default_rng(seed))
        if isinstance(style, MfccMeans):
            asked = scale_by(index, asked)
            index = replace(index, voices=scale_by(index, index.voices))
        answers += ask(index, style.calibration, asked)
    return answers


def _halve(corpus: Path, style: StyleModel, generator: np.random.Generator) -> tuple[VoiceIndex, tuple[Voice, ...]]:
    """Deal the takes of each singer into two halves: an index of pairs of the one, and all of the other together."""
    singers: dict[Takes, str] = {}
    asked = []
    table = read_roster(corpus).checked().table
    for singer in sorted(set(table["singer"])):
        files = [corpus / path for path in generator.permutation(table["path"][table["singer"] == singer].to_numpy())]
        half = len(files) // 2
        pairs = zip(*(files[place:half:TOGETHER] for place in range(TOGETHER)), strict=False)
        singers |= dict.fromkeys(map(Takes, pairs), singer)
        asked.append(Takes(tuple(files[half:])))
        singers[asked[-1]] = singer
    embedded = style.embed_many(singers)
    heard = {performance.name: performance for performance in embedded.performances}
    voices = {
        takes: Voice(str(takes), singer, "", hash_takes(takes), heard[str(takes)])
        for takes, singer in singers.items()
        if str(takes) in heard
    }
    indexed = tuple(voice for takes, voice in voices.items() if takes not in asked)
    return VoiceIndex(style.identity, indexed), tuple(voices[takes] for takes in asked)
