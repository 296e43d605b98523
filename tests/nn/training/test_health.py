from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pipeline.nn.objectives.loss import Row, pair_statistics
from pipeline.nn.training.health import diagnose


def validation(positive: float, negative: float, margin: float = 1.0) -> Row:
    """The statistics of one pair of each kind, from the formula of the paper, section 2.1."""
    loss = (positive / 2 + max(0.0, margin - negative) / 2) / 2
    return {
        "loss": loss,
        "constant_loss": margin / 4,
        "positive_distance": positive,
        "negative_distance": negative,
        "near_negatives": float(negative < margin),
    }


def named(validations: list[Row], margin: float = 1.0) -> str | None:
    diagnosis = diagnose(validations, margin)
    return diagnosis.name if diagnosis else None


def test_learning_is_healthy() -> None:
    assert named([validation(0.3, 0.4), validation(0.2, 0.6), validation(0.1, 0.9)]) is None


def test_a_vanished_spread_is_a_collapse_from_the_third_validation_on() -> None:
    tiny = validation(1e-6, 2e-6)
    assert named([tiny, tiny]) is None
    assert named([tiny, tiny, tiny]) == "collapsed"
    assert named([tiny, tiny, tiny, validation(0.1, 0.9)]) is None
    diagnosis = diagnose([tiny] * 3, 1.0)
    assert diagnosis is not None
    assert "both below 2e-06 (margin 1); lower train.learning_rate or train.l2" in diagnosis.line


def test_a_collapse_after_learning_is_seen() -> None:
    assert named([validation(0.1, 0.9)] + [validation(1e-4, 1e-4)] * 3) == "collapsed"


def test_tiny_is_measured_by_the_margin() -> None:
    spread = [validation(0.05, 0.06, margin=0.1)] * 3
    assert named(spread, 0.1) is None
    assert named([validation(0.05, 0.06, margin=100.0)] * 3, 100.0) == "collapsed"


def test_unit_vectors_have_a_width_of_their_own() -> None:
    tiny = {**validation(0.009, 0.009), "loss": 0.4, "constant_loss": 0.5}
    diagnosis = diagnose([tiny] * 3, 1.0, "vectors of length")
    assert diagnosis is not None
    assert "both below 0.009 (vectors of length 1); lower" in diagnosis.line


def test_a_loss_that_runs_away_diverges() -> None:
    assert named([validation(positive, 50.0) for positive in (20.0, 40.0, 80.0)]) == "diverging"
    assert named([validation(0.1, 0.9)] + [validation(positive, 50.0) for positive in (80.0, 40.0, 20.0)]) is None


def test_a_loss_never_below_a_constant_embeddings_learns_nothing() -> None:
    diagnosis = diagnose([validation(0.5, 0.4)] * 3, 1.0)
    assert diagnosis is not None
    assert diagnosis.name == "not learning"
    assert "in 3 validations the loss was never below a constant embedding's 0.25" in diagnosis.line


distances = st.floats(0, 100)


@given(st.lists(st.tuples(distances, distances), max_size=8))
def test_there_is_at_most_one_diagnosis_and_its_line_begins_with_its_name(pairs: list[tuple[float, float]]) -> None:
    diagnosis = diagnose([validation(*pair) for pair in pairs], 1.0)
    if diagnosis:
        assert len(pairs) >= 3
        assert diagnosis.line.startswith(f"{diagnosis.name}: ")
        assert "\n" not in diagnosis.line


@given(st.lists(st.floats(10.1, 1e6), min_size=3, max_size=3, unique=True))
def test_only_a_rising_loss_diverges(positives: list[float]) -> None:
    rising = all(one < other for one, other in pairwise(positives))
    assert (named([validation(0.1, 0.9)] + [validation(p, 50.0) for p in positives]) == "diverging") == rising


def test_the_rows_are_those_of_the_pair_statistics() -> None:
    measured = pair_statistics(torch.tensor([0.2, 0.7]), torch.tensor([True, False]), 1.0)
    for name, value in validation(0.2, 0.7).items():
        assert getattr(measured, name) == pytest.approx(value)
    assert np.isfinite(measured.loss)
