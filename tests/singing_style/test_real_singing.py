"""On the RAVDESS songs, where they are at hand: SINGING_CORPORA names the folder that holds ravdess_song.

Verdicts are those of the model in the package, which has heard none of these singers. For another, SINGING_STYLE_MODEL
names it, and SINGING_HELD_OUT the singers that it was not trained on, such as ravdess_01,ravdess_02. `pytest -s` prints
the counts.
"""

import os
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from pipeline.model.calibration import Calibration
from pipeline.model.listening import Listening
from singing_style.calibration.held_out import fit
from singing_style.calibration.pairs import VoicePairs
from singing_style.disagreement import find_disagreements
from singing_style.hearing import hear
from singing_style.indexing import index_voices
from singing_style.likeness import find_similar
from singing_style.model import PACKAGED, StyleModel
from singing_style.performance import TooLittleSinging
from singing_style.rehearsal import rehearse
from singing_style.roster import read_roster
from singing_style.span import NearestPoints, Numbers, nearest_points
from singing_style.verdict import Answer
from singing_style.voice_index import VoiceIndex

CORPORA = os.environ.get("SINGING_CORPORA")
MODEL = os.environ.get("SINGING_STYLE_MODEL")
HELD_OUT = os.environ.get("SINGING_HELD_OUT")
SINGERS = 4


@pytest.mark.skipif(not CORPORA, reason="SINGING_CORPORA is not set")
def test_nearly_all_joined_performances_are_judged(listening: Listening) -> None:
    """Takes of one singer, song and emotion heard together, 14 to 19 s, as the pipeline's loader joins them."""
    paper = listening.model_copy(update={"clip_frames": 256, "clip_hop": 51, "min_voiced": 128, "bins": 96})
    folder = Path(str(CORPORA)) / "ravdess_song"
    takes = pd.read_csv(folder / "manifest.csv")
    chosen = takes[takes["singer"].isin(sorted(takes["singer"].unique())[:SINGERS])]
    outcomes = []
    for _, paths in chosen.groupby(["singer", "lyrics", "emotion"])["path"]:
        try:
            outcomes.append(hear([folder / path for path in paths], paper).voiced_seconds > 3)
        except TooLittleSinging:
            outcomes.append(False)
    assert len(outcomes) >= 40
    assert np.mean(outcomes) >= 0.97


@cache
def index_ravdess(kind: str, model: Path | None) -> VoiceIndex:
    """Index the corpus: `performances` joins takes of one singer, emotion and lyrics, twelve a singer.

    `joined` is what `index --join` does, and `single files` what `index` does.
    """
    folder = Path(str(CORPORA)) / "ravdess_song"
    roster = read_roster(folder)
    if kind == "performances":
        takes = pd.read_csv(folder / "manifest.csv")
        fields = takes["path"].str.extract("03-02-(?P<emotion>[0-9]{2})-[0-9]{2}-(?P<lyrics>[0-9]{2})")
        song = fields["emotion"] + "-" + fields["lyrics"]
        roster = replace(roster, table=roster.table.assign(song=song.to_numpy()))
    return index_voices(StyleModel.load(model), roster, join=kind != "single files").index


def count_verdicts(
    index: VoiceIndex, calibration: Calibration, held_out: Collection[str]
) -> tuple[list[str], list[bool]]:
    """Ask about each recording of some singers, beside the others, and with its singer taken out: whether it is clear.

    A clear answer is "clear, right" or "clear, wrong"; an unclear one that names the singer is "unclear, with".
    """
    known, strangers = [], []
    for voice in index.voices:
        if voice.singer in held_out:
            asked = (voice.performance, index, calibration)
            verdict = find_similar(*asked, contents=voice.contents).verdict
            right = {
                Answer.CLEAR: ", right" if verdict.nearest == voice.singer else ", wrong",
                Answer.UNCLEAR: ", with" if voice.singer in verdict.singers else ", without",
            }
            known.append(str(verdict.answer) + right.get(verdict.answer, ""))
            away = replace(index, voices=tuple(one for one in index.voices if one.singer != voice.singer))
            strangers.append(find_similar(voice.performance, away, calibration).verdict.answer is Answer.CLEAR)
    return known, strangers


@pytest.mark.skipif(not CORPORA, reason="SINGING_CORPORA is not set")
@pytest.mark.skipif(bool(MODEL) != bool(HELD_OUT), reason="SINGING_STYLE_MODEL and SINGING_HELD_OUT belong together")
@pytest.mark.parametrize(("kind", "most_strangers"), [("performances", 0.05), ("joined", 0.05), ("single files", 0.1)])
def test_clear_answers_are_right_and_strangers_are_hardly_ever_clear(kind: str, most_strangers: float) -> None:
    """Singers whom the model has not heard; of single files some singers have one or two, which strains the rule."""
    model = Path(MODEL) if MODEL else PACKAGED
    index = index_ravdess(kind, model)
    held_out = HELD_OUT.split(",") if HELD_OUT else index.singers
    answers, strangers = count_verdicts(index, StyleModel.load(model).calibration, held_out)
    known = Counter(answers)
    print(f"{kind}: known: {dict(known)}; strangers clear: {sum(strangers)} of {len(strangers)}")
    assert known["clear, right"] >= 0.95 * (known["clear, right"] + known["clear, wrong"]) > 0
    assert sum(strangers) <= most_strangers * len(strangers)


def to_mean(squared: Numbers, vectors: NDArray[np.floating]) -> NearestPoints:
    """Take a singer for the mean of their performances."""
    allowed = np.isfinite(squared)
    means = np.stack([vectors[row].mean(axis=0) if row.any() else vectors[0] for row in allowed])
    # the query's place is not handed on, but its distance from a mean follows from those from the points (Huygens)
    scatter = np.array(
        [
            np.square(vectors[row] - mean).sum(1).mean() if row.any() else 0
            for row, mean in zip(allowed, means, strict=True)
        ]
    )
    away = np.where(allowed, squared, 0).sum(axis=1) / np.maximum(allowed.sum(axis=1), 1) - scatter
    distances = np.where(allowed.any(axis=1), np.sqrt(np.maximum(away, 0)), np.inf)
    return NearestPoints(distances, squared.argmin(axis=1), squared.argmin(axis=1))


def to_three(squared: Numbers, vectors: NDArray[np.floating]) -> NearestPoints:
    """Take the mean distance from the three nearest performances, or from all of fewer."""
    nearest = np.sort(squared, axis=1)[:, :3]
    allowed = np.isfinite(nearest)
    total = np.sqrt(np.where(allowed, nearest, 0)).sum(axis=1)
    distances = np.where(allowed.any(axis=1), total / np.maximum(allowed.sum(axis=1), 1), np.inf)
    return NearestPoints(distances, squared.argmin(axis=1), squared.argmin(axis=1))


def to_nearest(squared: Numbers, vectors: NDArray[np.floating]) -> NearestPoints:
    """Take the distance from the nearest performance."""
    return NearestPoints(np.sqrt(squared.min(axis=1)), squared.argmin(axis=1), squared.argmin(axis=1))


@pytest.mark.skipif(not CORPORA, reason="SINGING_CORPORA is not set")
@pytest.mark.parametrize("kind", ["performances", "joined"])
def test_a_span_recognises_more_than_the_nearest_performance_or_a_mean(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The eight singers who were not looked at when spans were chosen, indexed without the other eight."""
    whole = index_ravdess(kind, PACKAGED)
    chosen_on = {f"ravdess_{number:02d}" for number in (1, 2, 5, 6, 9, 10, 13, 14)}
    index = replace(whole, voices=tuple(one for one in whole.voices if one.singer not in chosen_on))
    calibration = StyleModel.load(PACKAGED).calibration
    clear = {}
    for name, way in (("span", nearest_points), ("nearest", to_nearest), ("mean of 3", to_three), ("mean", to_mean)):
        for module in ("likeness", "rehearsal"):
            monkeypatch.setattr(f"singing_style.{module}.nearest_points", way)
        rehearse.cache_clear()
        answers, strangers = count_verdicts(index, calibration, index.singers)
        clear[name] = np.array([answer == "clear, right" for answer in answers])
        lost = int((clear["span"] & ~clear[name]).sum()), int((clear[name] & ~clear["span"]).sum())
        print(
            f"{kind}, {name}: {dict(Counter(answers))}; strangers clear: {sum(strangers)}; span alone, it alone: {lost}"
        )
        assert "clear, wrong" not in answers
        assert name == "span" or lost[0] > lost[1]
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


@pytest.mark.skipif(not CORPORA, reason="SINGING_CORPORA is not set")
@pytest.mark.parametrize("kind", ["performances", "joined", "single files"])
def test_takes_of_another_singer_are_named_and_hardly_a_right_one(kind: str) -> None:
    """Without a wrong label, and with one or two performances that changed places between two singers of one sex."""
    index = index_ravdess(kind, PACKAGED)
    false = len(find_disagreements(index))
    print(f"{kind}: named though nothing is wrong: {false} of {len(index.voices)}")
    assert false <= 0.02 * len(index.voices)
    generator = np.random.default_rng(0)
    for count in (1, 2):
        named = wrong = 0
        for _ in range(60):
            swapped, paths = swap(index, count, generator)
            told = {one.voice.path for one in find_disagreements(swapped)}
            named += len(told & paths)
            wrong += len(told - paths)
        print(f"{kind}, {count} swapped: named {named} of {120 * count}, and {wrong / 60:.1f} others each time")
        assert named >= 0.9 * 120 * count
        assert wrong <= 0.03 * 60 * len(index.voices)


@pytest.mark.skipif(not CORPORA, reason="SINGING_CORPORA is not set")
def test_a_calibration_promises_singers_to_come_what_they_keep() -> None:
    """The packaged model, calibrated on eight singers and judged on the eight others, in 100 splits."""
    index = index_ravdess("performances", PACKAGED)
    generator = np.random.default_rng(0)
    pairs = VoicePairs.of(index, generator)
    splits = [np.isin(np.arange(pairs.singers), generator.permutation(pairs.singers)[:8]) for _ in range(100)]
    for rate in (0.02, 0.05, 0.1, 0.2):
        found = []
        for half in splits:
            threshold = fit(pairs.take(pairs.within(half)), rate, "half").threshold
            others = pairs.take(pairs.within(~half) & ~pairs.same_singer)
            found.append(others.weights[others.distances <= threshold].sum() / others.weights.sum())
        print(f"promised {rate:.0%}: found {np.mean(found):.1%}, in a single split give or take {np.std(found):.1%}")
        assert abs(np.mean(found) - rate) < 0.02
