"""On the RAVDESS songs, where they are at hand: SINGING_CORPORA names the folder that holds ravdess_song.

Verdicts are those of the model in the package, which has heard none of these singers. For another, SINGING_STYLE_MODEL
names it, and SINGING_HELD_OUT the singers that it was not trained on, such as ravdess_01,ravdess_02. `pytest -s` prints
the counts.
"""

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.model.listening import Listening
from singing_style.calibration.held_out import fit
from singing_style.calibration.pairs import VoicePairs
from singing_style.hearing import hear
from singing_style.indexing import index_voices
from singing_style.likeness import find_similar
from singing_style.model import PACKAGED, StyleModel
from singing_style.performance import TooLittleSinging
from singing_style.roster import read_roster
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


def index_performances(folder: Path, model: StyleModel) -> VoiceIndex:
    """Join the takes of one singer, emotion and lyrics: twelve performances a singer."""
    takes = pd.read_csv(folder / "manifest.csv")
    fields = takes["path"].str.extract("03-02-(?P<emotion>[0-9]{2})-[0-9]{2}-(?P<lyrics>[0-9]{2})")
    takes["song"] = fields["emotion"] + "-" + fields["lyrics"]
    roster = read_roster(folder)
    return index_voices(
        model, replace(roster, table=roster.table.assign(song=takes["song"].to_numpy())), join=True
    ).index


@pytest.mark.skipif(not CORPORA, reason="SINGING_CORPORA is not set")
@pytest.mark.skipif(bool(MODEL) != bool(HELD_OUT), reason="SINGING_STYLE_MODEL and SINGING_HELD_OUT belong together")
def test_clear_answers_are_right_and_strangers_are_hardly_ever_clear() -> None:
    """Singers whom the model has not heard, once beside their other performances and once as strangers."""
    model = StyleModel.load(MODEL)
    index = index_performances(Path(str(CORPORA)) / "ravdess_song", model)
    known, strangers = Counter[str](), Counter[str]()
    for voice in index.voices:
        if not HELD_OUT or voice.singer in HELD_OUT.split(","):
            asked = (voice.performance, index, model.calibration)
            verdict = find_similar(*asked, contents=voice.contents).verdict
            right = ", right" if verdict.nearest == voice.singer else ", wrong"
            known[str(verdict.answer) + (right if verdict.answer is Answer.CLEAR else "")] += 1
            away = replace(index, voices=tuple(one for one in index.voices if one.singer != voice.singer))
            strangers[str(find_similar(voice.performance, away, model.calibration).verdict.answer)] += 1
    print(f"known: {dict(known)}; strangers: {dict(strangers)}")
    assert known["clear, right"] >= 0.95 * (known["clear, right"] + known["clear, wrong"]) > 0
    assert strangers["clear"] <= 0.05 * strangers.total()


@pytest.mark.skipif(not CORPORA, reason="SINGING_CORPORA is not set")
def test_a_calibration_promises_singers_to_come_what_they_keep() -> None:
    """The packaged model, calibrated on eight singers and judged on the eight others, in 100 splits."""
    index = index_performances(Path(str(CORPORA)) / "ravdess_song", StyleModel.load(PACKAGED))
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
