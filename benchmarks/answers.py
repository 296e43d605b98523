"""What the answers of `singing-style` are worth on real singers whom its model has not heard (`make answers`).

On the RAVDESS songs: how many verdicts of `similar` are clear and right, of singers in the index and of strangers; what
it is worth to represent a singer by the lines between performances; which takes `index` names as not agreeing with the
others of their singer; what a threshold of `calibrate` promises for singers who were not in the fit; and what
`evaluate` prints. All of it goes into metrics/answers.json, from which `make tables` writes the tables of the
documents.
"""

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.singer_forms import WAYS
from pipeline.errors import BadInputError
from pipeline.model.calibration import Calibration
from pipeline.runtime.metrics import rounded, write_json
from pipeline.runtime.program import one_line_faults
from pipeline.studies.answers_table import KINDS, LONG, TARGET
from singing_style.calibration.held_out import fit
from singing_style.calibration.pairs import VoicePairs
from singing_style.disagreement import find_disagreements
from singing_style.indexing import index_voices
from singing_style.likeness import find_similar
from singing_style.model import PACKAGED, StyleModel
from singing_style.rehearsal import rehearse
from singing_style.roster import read_roster
from singing_style.takes import Takes, hash_takes
from singing_style.verdict import Answer
from singing_style.voice_index import Voice, VoiceIndex

# Spans were chosen on these; the others are reported.
CHOSEN_ON = frozenset(f"ravdess_{number:02d}" for number in (1, 2, 5, 6, 9, 10, 13, 14))
RATES = (0.02, 0.05, 0.1, 0.2)
SPLITS, FITTED = 100, 8
SWAPS = 60
# Long recordings: in so many halvings all takes of one half of a singer's are one, and those of the other are paired.
HALVINGS, TOGETHER = 3, 2
RAVDESS_NAME = "03-02-(?P<emotion>[0-9]{2})-[0-9]{2}-(?P<lyrics>[0-9]{2})"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.answers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path, help="the folder of the RAVDESS songs, with their manifest.csv")
    corpus = parser.parse_args().corpus
    with one_line_faults("answers"):
        check_corpus(corpus)
        write_json(TARGET, measure(corpus))
        print(f"written: {TARGET}; now: make tables")


def check_corpus(corpus: Path) -> None:
    """Check that a folder holds the RAVDESS songs, of whose names the emotions and lyrics are read.

    Raises
    ------
    BadInputError
        It does not.
    """
    manifest = corpus / "manifest.csv"
    if not manifest.is_file():
        raise BadInputError(f"{manifest}: no such file; name the folder of the RAVDESS songs, which holds it")
    takes = read_roster(corpus).checked().table
    named = takes["path"].str.extract(RAVDESS_NAME)["emotion"].notna()
    known = named & takes["singer"].str.fullmatch(r"ravdess_[0-9]{2}")
    if not known.all():
        raise BadInputError(f"{manifest}: {takes['path'][~known].iloc[0]} is not a recording of the RAVDESS songs")


def measure(corpus: Path, model: Path = PACKAGED) -> dict[str, Any]:
    """Measure everything.

    Returns
    -------
    dict
        What metrics/answers.json holds; see docs/reference/metrics.md.
    """
    indices = {kind: index_corpus(corpus, kind, model) for kind in tqdm(KINDS, desc="listening", unit=" indexes")}
    calibration = StyleModel.load(model).calibration
    singers = indices["performances"].singers
    few = {kind: without(indices[kind], CHOSEN_ON) for kind in ("performances", "joined")}
    return {
        "model": indices["performances"].model,
        "singers": len(singers),
        "verdicts": {kind: sum_up(*ask(index, calibration, index.voices)) for kind, index in indices.items()}
        | {LONG: ask_long(corpus, model)},
        "ways": compare_ways(few, calibration),
        "disagreements": {kind: count_disagreements(index) for kind, index in indices.items()},
        "promises": rounded(keep_promises(indices["performances"])),
        "evaluation": evaluate(indices["performances"]),
    }


@cache
def index_corpus(corpus: Path, kind: str, model: Path) -> VoiceIndex:
    """Index the corpus with its takes joined in a way of `KINDS`."""
    roster = read_roster(corpus)
    if kind == "performances":
        takes = pd.read_csv(corpus / "manifest.csv")
        fields = takes["path"].str.extract(RAVDESS_NAME)
        song = fields["emotion"] + "-" + fields["lyrics"]
        roster = replace(roster, table=roster.table.assign(song=song.to_numpy()))
    return index_voices(StyleModel.load(model), roster, join=kind != "single files").index


def evaluate(index: VoiceIndex) -> list[str]:
    """Return the lines that `singing-style evaluate` prints of an index."""
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder) / "choir.npz")
        command = [sys.executable, "-m", "singing_style", "evaluate", "choir.npz", "--quiet"]
        printed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    return [line.rstrip() for line in printed.strip().splitlines()]


def without(index: VoiceIndex, singers: Collection[str]) -> VoiceIndex:
    """Return an index without some singers."""
    return replace(index, voices=tuple(voice for voice in index.voices if voice.singer not in singers))


def ask(index: VoiceIndex, calibration: Calibration, asked: Iterable[Voice]) -> tuple[list[str], list[bool]]:
    """Query recordings against an index, and again with their singer removed from it.

    Returns
    -------
    known : list of str
        Of each recording ``clear_right``, ``clear_wrong``, ``unclear_with`` (its singer is named among others),
        ``unclear_without``, ``nobody`` or ``undecided``.
    strangers : list of bool
        Whether the answer is clear although the singer is not in the index.
    """
    known, strangers = [], []
    for voice in asked:
        verdict = find_similar(voice.performance, index, calibration, contents=voice.contents).verdict
        right = {
            Answer.CLEAR: "_right" if verdict.nearest == voice.singer else "_wrong",
            Answer.UNCLEAR: "_with" if voice.singer in verdict.singers else "_without",
        }
        known.append(str(verdict.answer) + right.get(verdict.answer, ""))
        others = without(index, {voice.singer})
        strangers.append(find_similar(voice.performance, others, calibration).verdict.answer is Answer.CLEAR)
    return known, strangers


def ask_long(corpus: Path, model: Path = PACKAGED) -> dict[str, int]:
    """Query all takes of half of a singer's as one recording, against an index of the other halves, two by two."""
    style = StyleModel.load(model)
    known, strangers = [], []
    for seed in tqdm(range(HALVINGS), desc="long recordings", unit=" halvings"):
        index, asked = halve(corpus, style, np.random.default_rng(seed))
        answers, clear = ask(index, style.calibration, asked)
        known += answers
        strangers += clear
    return sum_up(known, strangers)


def halve(corpus: Path, style: StyleModel, generator: np.random.Generator) -> tuple[VoiceIndex, list[Voice]]:
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
    return VoiceIndex(style.identity, indexed), [voices[takes] for takes in asked]


def sum_up(known: list[str], strangers: list[bool]) -> dict[str, int]:
    """Count the answers of `ask`."""
    return {"recordings": len(known), **dict(sorted(Counter(known).items())), "strangers_clear": sum(strangers)}


def compare_ways(indices: dict[str, VoiceIndex], calibration: Calibration) -> dict[str, dict[str, dict[str, int]]]:
    """Ask about each recording of some indices, once for each way to represent a singer.

    Returns
    -------
    dict
        By way and index the counts of `sum_up`, and how many of the clear and right answers `only_lines` or `only_this`
        way gives.
    """
    found: dict[str, dict[str, dict[str, int]]] = {}
    by_lines: dict[str, NDArray[np.bool_]] = {}
    for way, nearest in WAYS.items():
        found[way] = {}
        for kind, index in indices.items():
            with represented(nearest):
                known, strangers = ask(index, calibration, index.voices)
            right = np.array([answer == "clear_right" for answer in known])
            lines = by_lines.setdefault(kind, right)
            alone = {"only_lines": int((lines & ~right).sum()), "only_this": int((right & ~lines).sum())}
            found[way][kind] = sum_up(known, strangers) | alone
    return found


@contextmanager
def represented(nearest: Any) -> Iterator[None]:
    """Represent a singer in another way than `singing_style.span` does."""
    with ExitStack() as stack:
        for module in ("likeness", "rehearsal"):
            stack.enter_context(patch(f"singing_style.{module}.nearest_points", nearest))
        rehearse.cache_clear()
        yield
    rehearse.cache_clear()


def swap(index: VoiceIndex, count: int, generator: np.random.Generator) -> tuple[VoiceIndex, set[str]]:
    """Give some performances of a singer to another of the same sex, and as many of theirs to the first."""
    sexes = [[name for name in index.singers if int(name[-2:]) % 2 == odd] for odd in (0, 1)]
    some = [[name for name in sex if len(index.rows_by_singer[name]) > 2 * count] for sex in sexes]
    one, other = generator.choice(some[generator.integers(2)], 2, replace=False)
    there = generator.choice(index.rows_by_singer[one], count, replace=False)
    here = generator.choice(index.rows_by_singer[other], count, replace=False)
    singers = dict.fromkeys(there.tolist(), str(other)) | dict.fromkeys(here.tolist(), str(one))
    voices = [replace(voice, singer=singers.get(row, voice.singer)) for row, voice in enumerate(index.voices)]
    return replace(index, voices=tuple(voices)), {index.voices[row].path for row in singers}


def count_disagreements(index: VoiceIndex) -> dict[str, Any]:
    """Count the recordings that are named: with right labels, and after one or two were swapped, 60 times each."""
    generator = np.random.default_rng(0)
    swapped: dict[str, dict[str, float]] = {}
    for count in (1, 2):
        named = wrong = 0
        for _ in range(SWAPS):
            changed, paths = swap(index, count, generator)
            told = {one.voice.path for one in find_disagreements(changed)}
            named += len(told & paths)
            wrong += len(told - paths)
        swapped[str(count)] = {"swapped": 2 * count * SWAPS, "named": named, "others_each_time": wrong / SWAPS}
    false = len(find_disagreements(index))
    return {"recordings": len(index.voices), "named_though_right": false, "after": rounded(swapped)}


def keep_promises(index: VoiceIndex) -> dict[str, dict[str, float]]:
    """Fit a threshold to eight singers and judge it on the eight others, in 100 splits: promised shares and found."""
    generator = np.random.default_rng(0)
    pairs = VoicePairs.of(index, generator)
    splits = [np.isin(np.arange(pairs.singers), generator.permutation(pairs.singers)[:FITTED]) for _ in range(SPLITS)]
    found = {}
    for rate in RATES:
        shares = []
        for half in splits:
            threshold = fit(pairs.take(pairs.within(half)), rate, "half").threshold
            others = pairs.take(pairs.within(~half) & ~pairs.same_singer)
            shares.append(others.weights[others.distances <= threshold].sum() / others.weights.sum())
        found[f"{rate:g}"] = {"found": float(np.mean(shares)), "deviation": float(np.std(shares))}
    return found


if __name__ == "__main__":
    main()
