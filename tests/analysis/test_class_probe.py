import numpy as np
import pytest
from scipy.stats import norm, t
from sklearn.metrics import balanced_accuracy_score

from pipeline.analysis.class_probe import balanced_accuracy, classify_held_out, learnable, why_unlearnable
from pipeline.analysis.probe import deal_folds

SINGER = np.repeat([f"s{number}" for number in range(8)], 15)
MOOD = np.tile(["calm", "sad", "sad", "sad", "glad"], 24)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.slow
def test_separable_classes_are_recognised_and_noise_gives_chance() -> None:
    fold = deal_folds(SINGER, 4, rng())
    apart = np.array([["calm", "sad", "glad"].index(mood) for mood in MOOD])[:, None] == np.arange(3)
    assert (classify_held_out(apart + rng(1).normal(0, 0.05, (120, 3)), MOOD, fold) == MOOD).all()
    shares = [
        balanced_accuracy_score(MOOD, classify_held_out(rng(seed).normal(size=(120, 3)), MOOD, fold))
        for seed in range(2, 6)
    ]
    assert np.mean(shares) == pytest.approx(1 / 3, abs=0.08)


@pytest.mark.slow
def test_balanced_accuracy_and_its_interval_against_a_loop() -> None:
    found = np.where(rng(1).random(120) < 0.6, MOOD, rng(2).permutation(MOOD))
    reading = balanced_accuracy(MOOD, found, SINGER, 300, rng(3))
    assert reading.value == pytest.approx(balanced_accuracy_score(MOOD, found))
    weights = np.repeat(rng(3).multinomial(8, np.full(8, 1 / 8), size=300), 15, axis=1)
    scores = [balanced_accuracy_score(MOOD, found, sample_weight=weight) for weight in weights]
    tail = norm.cdf(np.sqrt(8 / 7) * t.ppf(0.025, 7))  # Hesterberg's expanded percentiles
    np.testing.assert_allclose(reading[1:], np.quantile(scores, [tail, 1 - tail]), rtol=1e-9)


def test_a_class_of_one_singer_and_unknown_classes_are_left_out() -> None:
    classes, singer = np.array(["x", "x", "y", "y", "", ""]), np.array(list("abaabc"))
    assert learnable(classes, singer).tolist() == [True, True, False, False, False, False]
    assert why_unlearnable(classes[:2], singer[:2]) is not None
    assert why_unlearnable(np.full(8, "x"), SINGER[::15]) == "the same everywhere"
    assert why_unlearnable(MOOD, SINGER) is None
