"""On the RAVDESS songs, where they are at hand: SINGING_CORPORA names the folder that holds ravdess_song.

Answers are those of the model in the package, which has heard none of these singers, as `make answers` measures them.
For another model, SINGING_STYLE_MODEL names it, and SINGING_HELD_OUT the singers that it was not trained on, such as
ravdess_01,ravdess_02. `pytest -s` prints the counts.
"""

import os
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.answers import CHOSEN_ON, compare_ways, count_disagreements, evaluate, keep_promises
from benchmarks.asking import HALVINGS, ask, ask_long, index_corpus, without
from pipeline.model.listening import Listening
from pipeline.runtime.metrics import read_json
from pipeline.studies.answers_table import KINDS, LONG, REMEDY, TARGET
from singing_style.hearing import hear
from singing_style.model import PACKAGED, StyleModel
from singing_style.performance import TooLittleSinging
from tests.conftest import ROOT

pytestmark = pytest.mark.slow
CORPUS = Path(os.environ.get("SINGING_CORPORA", "")) / "ravdess_song"
MODEL = os.environ.get("SINGING_STYLE_MODEL")
HELD_OUT = os.environ.get("SINGING_HELD_OUT")
SINGERS = 4
MOST_STRANGERS = 0.05
with_corpus = pytest.mark.skipif("SINGING_CORPORA" not in os.environ, reason="SINGING_CORPORA is not set")


@cache
def load(path: str | None = None) -> StyleModel:
    return StyleModel.load(path or PACKAGED)


@with_corpus
def test_nearly_all_joined_performances_are_judged(listening: Listening) -> None:
    """Takes of one singer, song and emotion heard together, 14 to 19 s, as the pipeline's loader joins them."""
    paper = listening.model_copy(update={"clip_frames": 256, "clip_hop": 51, "min_voiced": 128, "bins": 96})
    takes = pd.read_csv(CORPUS / "manifest.csv")
    chosen = takes[takes["singer"].isin(sorted(takes["singer"].unique())[:SINGERS])]
    outcomes = []
    for _, paths in chosen.groupby(["singer", "lyrics", "emotion"])["path"]:
        try:
            outcomes.append(hear([CORPUS / path for path in paths], paper).voiced_seconds > 3)
        except TooLittleSinging:
            outcomes.append(False)
    assert len(outcomes) >= 40
    assert np.mean(outcomes) >= 0.97


@with_corpus
@pytest.mark.skipif(bool(MODEL) != bool(HELD_OUT), reason="SINGING_STYLE_MODEL and SINGING_HELD_OUT belong together")
@pytest.mark.parametrize("kind", KINDS)
def test_clear_answers_are_right_and_strangers_are_hardly_ever_clear(kind: str) -> None:
    """Singers whom the model has not heard."""
    style = load(MODEL)
    index = index_corpus(CORPUS, kind, style)
    singers = HELD_OUT.split(",") if HELD_OUT else index.singers
    asked = [voice for voice in index.voices if voice.singer in singers]
    counts = ask(index, style.calibration, asked).counts()
    print(f"{kind}: {counts}")
    right, wrong = counts.get("clear_right", 0), counts.get("clear_wrong", 0)
    assert right >= 0.95 * (right + wrong) > 0
    assert counts["strangers_clear"] <= MOST_STRANGERS * counts["recordings"]
    assert MODEL or counts == read_json(ROOT / TARGET, REMEDY)["verdicts"][kind]


@with_corpus
def test_of_long_recordings_too_clear_answers_are_right_and_strangers_hardly_ever_clear() -> None:
    """In the first of the halvings, whose answers are a part of those of all."""
    counts = ask_long(CORPUS, load(), halvings=1).counts()
    known = read_json(ROOT / TARGET, REMEDY)["verdicts"][LONG]
    for of_one, of_all in ((known, known), (counts, known)):
        assert of_one["clear_right"] >= 0.85 * of_one["recordings"]
        assert "clear_wrong" not in of_one
        assert all(count <= of_all[kind] for kind, count in of_one.items())
    assert known["recordings"] == HALVINGS * counts["recordings"]
    assert known["strangers_clear"] <= MOST_STRANGERS * known["recordings"]


@with_corpus
def test_the_documents_show_what_evaluate_prints() -> None:
    assert evaluate(index_corpus(CORPUS, "performances", load())) == read_json(ROOT / TARGET, REMEDY)["evaluation"]


@with_corpus
@pytest.mark.parametrize("kind", ["performances", "joined"])
def test_a_span_recognises_more_than_the_nearest_performance_or_a_mean(kind: str) -> None:
    """The eight singers who were not looked at when spans were chosen, indexed without the other eight."""
    index = without(index_corpus(CORPUS, kind, load()), CHOSEN_ON)
    for way, counts in compare_ways({kind: index}, load().calibration).items():
        print(f"{kind}, {way}: {counts[kind]}")
        assert "clear_wrong" not in counts[kind]
        assert way == "lines" or counts[kind]["only_lines"] >= counts[kind]["only_this"]
        assert counts[kind] == read_json(ROOT / TARGET, REMEDY)["ways"][way][kind]


@with_corpus
@pytest.mark.parametrize("kind", KINDS)
def test_takes_of_another_singer_are_named_and_hardly_a_right_one(kind: str) -> None:
    """Without a wrong label, and with one or two performances that changed places between two singers of one sex."""
    found = count_disagreements(index_corpus(CORPUS, kind, load()))
    print(f"{kind}: {found}")
    assert found["named_though_right"] <= 0.02 * found["recordings"]
    for after in found["after"].values():
        assert after["named"] >= 0.9 * after["swapped"]
        assert after["others_each_time"] <= 0.03 * found["recordings"]
    assert found == read_json(ROOT / TARGET, REMEDY)["disagreements"][kind]


@with_corpus
def test_a_calibration_promises_singers_to_come_what_they_keep() -> None:
    """The packaged model, calibrated on eight singers and judged on the eight others, in 100 splits."""
    promises = keep_promises(index_corpus(CORPUS, "performances", load()))
    known = read_json(ROOT / TARGET, REMEDY)["promises"]
    assert known.keys() == promises.keys()
    for rate, its in promises.items():
        print(f"promised {rate}: {its}")
        assert abs(its["found"] - float(rate)) < 0.02
        assert its == pytest.approx(dict(known[rate]), abs=0.005)
