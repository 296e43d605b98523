import numpy as np
import pytest
from scipy.optimize import brentq
from sklearn.metrics import roc_curve

from pipeline.analysis.bootstrap import Bootstrap
from pipeline.analysis.trial_errors import trial_errors
from pipeline.analysis.trials import Trials, pair_distances


def listed(first: list[int], second: list[int], same: list[int]) -> Trials:
    blank = np.zeros(len(first), bool)
    return Trials(np.array(first), np.array(second), np.array(same, bool), blank, np.ones(len(first)))


def corpus(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    singer, song = (axis.ravel() for axis in np.indices((6, 3, 2))[:2])
    return generator.normal(size=(6, 3))[singer] + 0.7 * generator.normal(size=(36, 3)), singer, song


def test_by_hand() -> None:
    # from near to far: target, impostor, target, impostor; a threshold after the first misses 1 of 2 and accepts none
    found = trial_errors(np.array([1.0, 2.0, 3.0, 4.0]), listed([0, 0, 2, 1], [1, 2, 3, 3], [1, 0, 1, 0]), 0.01)
    assert found is not None
    assert (found.targets, found.nontargets) == (2, 2)
    assert found.eer.value == pytest.approx(0.5)
    # cost (0.01 misses + 0.99 false alarms) / 0.01: 1; 0.5; 0.5 + 49.5; 49.5; 99
    assert found.min_dcf.value == pytest.approx(0.5)
    assert np.isnan([found.eer.low, found.eer.high, found.min_dcf.low]).all()
    assert len(found.eer_draws) == len(found.min_dcf_draws) == 0


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scikit_learn_also_where_pairs_are_there_twice(seed: int) -> None:
    vectors, singer, _ = corpus(seed)
    generator = np.random.default_rng(seed)
    first, second = generator.integers(0, 36, (2, 300))
    trials = listed(list(first), list(second), list(singer[first] == singer[second]))
    distances = pair_distances(vectors, trials).round(1)
    alarms, hits, _ = roc_curve(trials.same_singer, -distances, drop_intermediate=False)
    along = np.arange(len(alarms))
    crossing = brentq(lambda x: np.interp(x, along, 1 - hits - alarms), 0, len(along) - 1, xtol=1e-13)
    bootstrap = Bootstrap.over(singer, 20, 0.95, generator)
    for found in (trial_errors(distances, trials, 0.01), trial_errors(distances, trials, 0.01, bootstrap)):
        assert found is not None
        assert found.eer.value == pytest.approx(np.interp(crossing, along, alarms), abs=1e-9)
        assert found.min_dcf.value == pytest.approx(np.min(0.01 * (1 - hits) + 0.99 * alarms) / 0.01, abs=1e-9)


def test_one_kind_alone_has_no_rate() -> None:
    assert trial_errors(np.ones(2), listed([0, 1], [1, 2], [1, 1]), 0.01) is None
    assert trial_errors(np.ones(2), listed([0, 1], [1, 2], [0, 0]), 0.01) is None
    assert trial_errors(np.empty(0), listed([], [], []), 0.01) is None
