import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, t
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.preprocessing import StandardScaler

from pipeline.analysis.probe import (
    LEAST_SINGERS,
    deal_folds,
    predict_held_out,
    r_squared,
    read_number,
    ridge,
    why_unreadable,
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


SINGER = np.repeat([f"s{number:02d}" for number in range(20)], 12)
VECTORS = rng(5).normal(size=(240, 6)) * [1, 10, 0.1, 1, 1, 1] + 3


@given(st.integers(3, 30), st.integers(3, 10), st.integers(0, 5))
def test_folds_are_disjoint_in_singers_and_even(singers: int, folds: int, seed: int) -> None:
    singer = rng(seed).permutation(np.repeat(np.arange(singers), 3))
    fold = deal_folds(singer, folds, rng(seed))
    assert all(len(set(fold[singer == name])) == 1 for name in range(singers))
    sizes = np.bincount(fold) // 3
    assert len(sizes) == min(folds, singers)
    assert sizes.max() - sizes.min() <= 1


def test_ridge_against_the_closed_form_and_a_second_library() -> None:
    target = VECTORS @ rng(1).normal(size=6) + rng(2).normal(size=240)
    train, asked = VECTORS[:200], VECTORS[200:]
    ours = ridge(train, target[:200], asked, np.array([1e-9, 0.3]))
    design = np.column_stack([np.ones(200), train])
    plain = np.column_stack([np.ones(40), asked]) @ np.linalg.lstsq(design, target[:200])[0]
    np.testing.assert_allclose(ours[0], plain, rtol=1e-6)
    scaler = StandardScaler().fit(train)
    theirs = Ridge(alpha=0.3 * 200).fit(scaler.transform(train), target[:200]).predict(scaler.transform(asked))
    np.testing.assert_allclose(ours[1], theirs, rtol=1e-9)


def test_a_constant_column_plays_no_part() -> None:
    target = VECTORS[:, 0] * 2
    with_it = np.column_stack([VECTORS, np.full(240, 7.1)])
    penalties = np.array([0.01])
    expected = ridge(VECTORS, target, VECTORS, penalties)
    np.testing.assert_allclose(ridge(with_it, target, with_it, penalties), expected, rtol=1e-9)


def test_the_held_out_singers_play_no_part_in_their_own_prediction() -> None:
    fold = deal_folds(SINGER, 5, rng())
    target = VECTORS[:, 0] + rng(3).normal(size=240)
    changed = np.where(fold == 2, -50 * target, target)
    before, after = (predict_held_out(VECTORS, values, fold)[fold == 2] for values in (target, changed))
    np.testing.assert_array_equal(before, after)


def read(target: np.ndarray, unit: np.ndarray | None = None) -> tuple[float, float, float]:
    unit = np.arange(240) if unit is None else unit
    return read_number(VECTORS, target, SINGER, unit, folds=5, draws=500, fold_generator=rng(1), draw_generator=rng(2))


def test_what_is_linearly_there_is_read_and_noise_is_not() -> None:
    value, low, high = read(VECTORS @ np.arange(1.0, 7.0))
    assert low > 0.999
    assert value <= high <= 1
    for seed in range(5):
        assert -0.15 < read(rng(100 + seed).normal(size=240))[0] < 0.05


def test_half_noise_gives_half() -> None:
    signal = VECTORS[:, 0] / VECTORS[:, 0].std()
    assert read(signal + rng(7).normal(size=240))[0] == pytest.approx(0.5, abs=0.1)


def test_rows_without_a_target_are_left_out() -> None:
    target = VECTORS[:, 1].copy()
    target[::3] = np.nan
    assert read(target)[0] > 0.999


def test_constants_of_singers_are_judged_by_one_point_each() -> None:
    value = np.repeat(rng(8).normal(size=20), 12)
    vectors = value[:, None] + rng(9).normal(size=(240, 1)) * 2
    reading = read_number(
        vectors, value, SINGER, SINGER, folds=5, draws=500, fold_generator=rng(1), draw_generator=rng(2)
    )
    predicted = predict_held_out(vectors, value, deal_folds(SINGER, 5, rng(1))).reshape(20, 12).mean(axis=1)
    assert reading.value == pytest.approx(r2_score(value[::12], predicted))


@pytest.mark.slow
def test_r_squared_and_its_interval_against_a_loop() -> None:
    target = rng(3).normal(size=240) + np.repeat(rng(4).normal(size=20), 12)
    predicted = target + rng(5).normal(size=240) * np.repeat(rng(6).uniform(0, 2, 20), 12)
    reading = r_squared(target, predicted, SINGER, 400, rng(0))
    assert reading.value == pytest.approx(r2_score(target, predicted))
    counts = rng(0).multinomial(20, np.full(20, 0.05), size=400)
    weights = np.repeat(counts, 12, axis=1)
    scores = [r2_score(target, predicted, sample_weight=weight) for weight in weights]
    tail = norm.cdf(np.sqrt(20 / 19) * t.ppf(0.025, 19))  # Hesterberg's expanded percentiles
    np.testing.assert_allclose(reading[1:], np.quantile(scores, [tail, 1 - tail]), rtol=1e-9)


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (np.arange(8.0), None),
        (np.full(8, 0.1), "the same everywhere"),
        (np.array([1, 2, 3, 4, 5, 6, np.nan, np.nan]), f"known of 3 singers, {LEAST_SINGERS} are needed"),
        (np.full(8, np.nan), f"known of 0 singers, {LEAST_SINGERS} are needed"),
    ],
)
def test_what_cannot_be_read_is_named(target: np.ndarray, reason: str | None) -> None:
    assert why_unreadable(target, np.repeat(list("abcd"), 2)) == reason
