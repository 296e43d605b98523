"""What the answers of `singing-style` are worth on real singers whom its model has not heard (`make answers`).

On the RAVDESS songs: how many verdicts of `similar` are clear and right, of singers in the index and of strangers, as
recorded and through other channels, beside those that means of MFCCs give by the same rule; what it is worth to
represent a singer by the lines between performances; which takes `index` names as not agreeing with the others of their
singer; what a threshold of `calibrate` promises for singers who were not in the fit; and what `evaluate` prints. All of
it goes into metrics/answers.json, from which `make tables` writes the tables of the documents.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.asking import Answers, ask, ask_long, index_corpus, index_transmitted, without
from benchmarks.mfcc_means import MfccMeans
from benchmarks.singer_forms import WAYS
from benchmarks.transmitted import RAVDESS_NAME, melody_of, mood_of
from pipeline.errors import BadInputError
from pipeline.model.calibration import Calibration
from pipeline.runtime.metrics import rounded, write_json
from pipeline.runtime.program import one_line_faults
from pipeline.studies.answers_table import KINDS, LONG, TARGET
from pipeline.studies.judge_channels import CHANNELS
from singing_style.calibration.held_out import fit
from singing_style.calibration.pairs import VoicePairs
from singing_style.disagreement import find_disagreements
from singing_style.evaluation.asking import CLEAR_RIGHT
from singing_style.model import PACKAGED, StyleModel
from singing_style.rehearsal import rehearse
from singing_style.roster import read_roster
from singing_style.voice_index import VoiceIndex

# Spans were chosen on these; the others are reported.
CHOSEN_ON = frozenset(f"ravdess_{number:02d}" for number in (1, 2, 5, 6, 9, 10, 13, 14))
WAYS_OF_SINGING = {
    "new mood": lambda voice: mood_of(voice.song),
    "new melody": lambda voice: melody_of(voice.song),
}
RATES = (0.02, 0.05, 0.1, 0.2)
SPLITS, FITTED = 100, 8
SWAPS = 60


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
    style, means = StyleModel.load(model), MfccMeans.load(model)
    indices = {kind: index_corpus(corpus, kind, style) for kind in tqdm(KINDS, desc="listening", unit=" indexes")}
    few = {kind: without(indices[kind], CHOSEN_ON) for kind in ("performances", "joined")}
    ours, theirs = ask_all(corpus, (style, means))
    return {
        "model": style.identity,
        "singers": len(indices["performances"].singers),
        "verdicts": {kind: answers.counts() for kind, answers in ours.items()},
        "verdicts_by_means": {kind: answers.counts() for kind, answers in theirs.items()},
        "verdicts_less_means": {kind: compare_answers(answers, theirs[kind]) for kind, answers in ours.items()},
        "ways": compare_ways(few, style.calibration),
        "disagreements": {kind: count_disagreements(index) for kind, index in indices.items()},
        "promises": rounded(keep_promises(indices["performances"])),
        "evaluation": evaluate(indices["performances"]),
    }


def ask_all(corpus: Path, styles: Sequence[StyleModel]) -> list[dict[str, Answers]]:
    """Ask each of some models about every recording: joined in each way, through channels, unheard before, and long."""
    indices = {kind: [index_corpus(corpus, kind, style) for style in styles] for kind in KINDS}
    for channels in tqdm(CHANNELS[1:], desc="transmitting", unit=" channels"):
        indices[channels.name] = index_transmitted(corpus, channels, styles)
    answers = []
    for place, style in enumerate(styles):
        by_kind = {kind: ask(index[place], style.calibration, index[place].voices) for kind, index in indices.items()}
        whole = indices["performances"][place]
        by_way = {kind: ask(whole, style.calibration, whole.voices, way) for kind, way in WAYS_OF_SINGING.items()}
        answers.append(by_kind | by_way | {LONG: ask_long(corpus, style)})
    return answers


def compare_answers(answers: Answers, others: Answers) -> dict[str, dict[str, float]]:
    """Return the differences of `Answers.less`, as metrics hold them."""
    return {name: estimate.rounded() for name, estimate in answers.less(others).items()}


def evaluate(index: VoiceIndex) -> list[str]:
    """Return the lines that `singing-style evaluate` prints of an index."""
    with tempfile.TemporaryDirectory() as folder:
        index.save(Path(folder) / "choir.npz")
        command = [sys.executable, "-m", "singing_style", "evaluate", "choir.npz", "--quiet"]
        printed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout
    return [line.rstrip() for line in printed.strip().splitlines()]


def compare_ways(indices: dict[str, VoiceIndex], calibration: Calibration) -> dict[str, dict[str, dict[str, int]]]:
    """Ask about each recording of some indices, once for each way to represent a singer.

    Returns
    -------
    dict
        By way and index the counts of `Answers.counts`, and how many of the clear and right answers `only_lines` or
        `only_this` way gives.
    """
    found: dict[str, dict[str, dict[str, int]]] = {}
    by_lines: dict[str, NDArray[np.bool_]] = {}
    for way, nearest in WAYS.items():
        found[way] = {}
        for kind, index in indices.items():
            with represented(nearest):
                answers = ask(index, calibration, index.voices)
            right = np.array(answers.known) == CLEAR_RIGHT
            lines = by_lines.setdefault(kind, right)
            alone = {"only_lines": int((lines & ~right).sum()), "only_this": int((right & ~lines).sum())}
            found[way][kind] = answers.counts() | alone
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
