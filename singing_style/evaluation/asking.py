"""What `similar` would say of a labelled collection: about each recording with itself left out, and as a stranger's."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tqdm import tqdm

from pipeline.model.calibration import Calibration
from singing_style.evaluation.labels import Label
from singing_style.likeness import find_similar
from singing_style.verdict import Answer, Verdict, explain
from singing_style.voice_index import Voice, VoiceIndex

# Most recordings to ask about; of a larger collection every so many are taken.
MOST = 200
# Kinds of answer of which it is known whether they are right; the others are those of `Answer`.
CLEAR_RIGHT, CLEAR_WRONG, UNCLEAR_WITH, UNCLEAR_WITHOUT = (
    "clear_right",
    "clear_wrong",
    "unclear_with",
    "unclear_without",
)
KINDS = (CLEAR_RIGHT, CLEAR_WRONG, UNCLEAR_WITH, UNCLEAR_WITHOUT, str(Answer.NOBODY), str(Answer.UNDECIDED))
# A verdict needs no calibration, and an index is evaluated without its model.
NONE = Calibration(
    bias=0.0, slope=0.0, threshold=0.0, equal_error_rate=0.5, prior=0.5, pairs=0, singers=0, corpus="none"
)


@dataclass(frozen=True)
class Asked:
    """The verdicts on the recordings of a collection.

    Attributes
    ----------
    source : str
        Whose vectors were asked.
    recordings : int
        How many the collection holds.
    known : dict of str to int
        How often each of `KINDS` is the answer about a recording that is itself left out, of singers with others.
    strangers : dict of str to int
        How often each `Answer` is given about a recording whose singer is left out.
    why : str
        Why the first undecided recording is undecided; empty where none is.
    """

    source: str
    recordings: int
    known: dict[str, int]
    strangers: dict[str, int]
    why: str = ""

    def as_plain(self) -> dict[str, Any]:
        """Return the same in the types of JSON."""
        return {
            "vectors": self.source,
            "recordings": self.recordings,
            "asked": sum(self.known.values()),
            "answers": self.known,
            "strangers_asked": sum(self.strangers.values()),
            "strangers": self.strangers,
            "undecided_because": self.why,
        }


def ask(index: VoiceIndex, source: str, *, progress: bool = False) -> Asked:
    """Ask about the recordings of a collection of two singers or more.

    Parameters
    ----------
    index : VoiceIndex
    source : str
        Whose vectors it holds.
    progress : bool, optional
        Show a progress bar on standard error.
    """
    known = Counter(dict.fromkeys(KINDS, 0))
    strangers = Counter(dict.fromkeys(map(str, Answer), 0))
    why = ""
    chosen = set(range(0, len(index.voices), -(-len(index.voices) // MOST)))
    with tqdm(total=len(chosen), desc=f"asking {source}", unit=" recordings", disable=not progress) as bar:
        for rows in index.rows_by_singer.values():
            # one index for all that a singer sings: what is learned from it is kept from one question to the next
            others = index.without([index.voices[row] for row in rows])
            for voice in (index.voices[row] for row in rows if row in chosen):
                strangers[str(_verdict(voice, others).answer)] += 1
                if _has_more(voice, index):
                    verdict = _verdict(voice, index, voice.contents)
                    known[kind_of(verdict, voice.singer)] += 1
                    why = why or ("; ".join(explain(verdict)) if verdict.answer is Answer.UNDECIDED else "")
                bar.update()
    return Asked(source, len(index.voices), dict(known), dict(strangers), why)


def labelled_anew(index: VoiceIndex, labels: Mapping[str, Label]) -> VoiceIndex | None:
    """Return an index whose singers are those of labels, by path; None where these lack one."""
    if any(not labels.get(voice.path, Label()).singer for voice in index.voices):
        return None
    return replace(index, voices=tuple(replace(voice, singer=labels[voice.path].singer) for voice in index.voices))


def _verdict(voice: Voice, index: VoiceIndex, contents: tuple[str, ...] = ()) -> Verdict:
    return find_similar(voice.performance, index, NONE, contents=contents, top=1, moments=0).verdict


def _has_more(voice: Voice, index: VoiceIndex) -> bool:
    """Return whether the collection holds another recording of a singer, which shares no file with this one."""
    own = index.holding(voice.contents)
    return any(other.singer == voice.singer for other in index.without(own).voices)


def kind_of(verdict: Verdict, singer: str) -> str:
    """Return which of `KINDS` a verdict is about a recording of this singer."""
    if verdict.answer is Answer.CLEAR:
        return CLEAR_RIGHT if verdict.nearest == singer else CLEAR_WRONG
    if verdict.answer is Answer.UNCLEAR:
        return UNCLEAR_WITH if singer in verdict.singers else UNCLEAR_WITHOUT
    return str(verdict.answer)
