"""The scores of voice detection: by hand, and on sounds whose singing is known."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.choir.performance import RATE
from pipeline.choir.score import Score, read_score
from pipeline.studies.voice_detection import (
    Tally,
    measure_methods,
    settings_of_methods,
    summarise,
    tabulate,
    tally,
    truth,
)
from pipeline.studies.voice_sounds import KINDS, KnownSound, hum, sustained, tone
from tests.conftest import ROOT

SPEECH = "speech, synthetic"
SCORE = """title: A scale
source: none
rights: none
tempo: 90

C4:1:a D4:1:e E4:2:i -:1
F4:1:o G4:2:u -:1
"""


@pytest.fixture
def scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Score]:
    """Work where params.yaml and presets are, and sing one melody."""
    monkeypatch.chdir(ROOT)
    (tmp_path / "scale.score").write_text(SCORE)
    return [read_score(tmp_path / "scale.score")]


def test_frames_near_a_boundary_do_not_count() -> None:
    sung, counts = truth(KnownSound(np.zeros(0, np.float32), [(0.2, 0.4)]), 7, 0.1)
    assert sung.tolist() == [False, False, True, True, False, False, False]
    assert counts.tolist() == [True, True, False, True, False, True, True]


def test_a_summary_by_hand() -> None:
    tallies = [Tally(10, 10, 10, 0, left_out=False), Tally(30, 20, 0, 0, left_out=True)]
    assert summarise(tallies) == {"left_out": 1, "found": 0.75, "found_least": 2 / 3, "taken": 0.0, "taken_most": 0.0}
    assert summarise([Tally(0, 0, 10, 4, left_out=True)]) == {"left_out": 1, "taken": 0.4, "taken_most": 0.4}


def test_a_table_by_hand() -> None:
    good: dict[str, Any] = {"left_out": 0, "found": 0.999, "found_least": 0.9}
    none: dict[str, Any] = {"left_out": 2, "taken": 0.5, "taken_most": 1.0}
    lines = tabulate(
        {"kinds": {"a tone": {"kmeans": good, "periodicity": good}, "hum": {"kmeans": none, "periodicity": none}}}
    )
    assert lines.splitlines()[0].startswith(
        "|  | K-means: found, % | K-means: taken, % | K-means: left out | periodicity: "
    )
    assert lines.splitlines()[2] == "| a tone | 99.9 (90.0) |  | 0 | 99.9 (90.0) |  | 0 |"
    assert lines.splitlines()[3] == "| hum |  | 50.0 (100.0) | 2 |  | 50.0 (100.0) | 2 |"


def test_the_settings_are_those_of_the_default_and_of_the_preset(scores: list[Score]) -> None:
    methods = settings_of_methods()
    assert {name: (its.method, its.min_hz) for name, its in methods.items()} == {
        "kmeans": ("kmeans", 65.0),
        "periodicity": ("periodicity", 40.0),
    }


def test_a_tone_is_told_from_the_silence_around_it(scores: list[Score]) -> None:
    sound = KnownSound(np.pad(tone(220.0, 4.0, pure=False), RATE), [(1.0, 5.0)])
    found = tally(sound, settings_of_methods()["periodicity"])
    assert (found.found, found.taken, found.left_out) == (found.sung, 0, False)
    assert found.sung == pytest.approx(3.9 * RATE / 512, abs=2)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != SPEECH])
def test_of_every_kind_nearly_all_is_found_and_hardly_anything_taken(kind: str, scores: list[Score]) -> None:
    sound = KINDS[kind](scores, np.random.default_rng(4))
    assert sound.samples.dtype == np.float32
    assert np.abs(sound.samples).max() <= 1.5
    found = tally(sound, settings_of_methods()["periodicity"])
    assert found.found >= 0.97 * found.sung
    assert found.taken <= 0.03 * found.unsung
    assert found.left_out == (not sound.sung)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_scores(scores: list[Score], monkeypatch: pytest.MonkeyPatch) -> None:
    few = {"a tone": sustained(pure=False, vibrato=True, alone=False), "silence": KINDS["silence"]}
    monkeypatch.setattr("pipeline.studies.voice_detection.KINDS", few)
    first = measure_methods(scores, 7, 2)
    assert first == measure_methods(scores, 7, 2)
    assert set(first["kinds"]) == set(few)
    assert first["kinds"]["a tone"]["periodicity"] == {
        "left_out": 0,
        "found": 1.0,
        "found_least": 1.0,
        "taken": 0.0,
        "taken_most": 0.0,
    }


def test_speech_counts_as_sung_but_for_its_pauses(scores: list[Score]) -> None:
    """Sentences last 2.5 s on average, and pauses 0.5 s: a sixth of the time."""
    spoken = KINDS[SPEECH](scores, np.random.default_rng(4))
    found = tally(spoken, settings_of_methods()["periodicity"])
    assert spoken.sung == []
    assert 0.7 < found.taken / found.unsung < 0.9


def test_a_hum_has_its_level_and_its_pitch() -> None:
    made = hum(50.0, -40.0, 4 * RATE, np.random.default_rng(0))
    assert 20 * np.log10(np.sqrt(np.mean(made.astype(np.float64) ** 2))) == pytest.approx(-40, abs=0.01)
    strongest = np.fft.rfftfreq(4 * RATE, 1 / RATE)[np.abs(np.fft.rfft(made)).argmax()]
    assert strongest == pytest.approx(50, abs=0.3)
