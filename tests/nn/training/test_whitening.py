import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from pipeline.errors import BadInputError
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.networks.factory import seeded_network
from pipeline.nn.training.whitening import SHRINKAGE, whiten_output, whitening_of
from tests.nn.conftest import CPU, SHAPE, tone_clips


def test_the_whitening_by_hand() -> None:
    """Two singers at 0 and 10 whose two vectors lie 2 apart along x and 6 apart along y.

    Within singers the variances are 2 and 18, so that the mean variance is 10, of which each gets a tenth besides.
    """
    vectors = np.array([[-1.0, -3], [1, 3], [9, 3], [11, -3]])
    mean, whitening = whitening_of(vectors, np.array(["a", "a", "b", "b"]))
    assert SHRINKAGE == 0.1
    assert_allclose(mean, [5, 0])
    assert_allclose(whitening, np.diag([3**-0.5, 19**-0.5]), atol=1e-12)


def test_singers_count_the_same_and_one_clip_tells_nothing() -> None:
    """The second singer's hundred vectors weigh as the first's two; the third has one."""
    many = np.tile([[9.0], [11.0]], (50, 1))
    vectors = np.concatenate([[[-1.0], [1.0]], many, [[77.0]]])
    _, whitening = whitening_of(vectors, np.array(["a"] * 2 + ["b"] * 100 + ["c"]))
    within = (2 + 100 / 99) / 2 * (1 + SHRINKAGE)
    assert_allclose(whitening, [[within**-0.5]])


def test_without_two_clips_of_a_singer_there_is_nothing_to_whiten_by() -> None:
    with pytest.raises(BadInputError, match="train.whiten: no singer has two clips"):
        whitening_of(np.eye(3), np.array(["a", "b", "c"]))


@pytest.mark.slow
@given(st.integers(0, 2**32 - 1))
def test_what_an_invertible_map_did_before_makes_no_difference_but_for_shrinkage(seed: int) -> None:
    """Distances after whitening are those after mapping and whitening, up to the tenth that every direction gets."""
    generator = np.random.default_rng(seed)
    singer = np.repeat(["a", "b", "c"], 40)
    vectors = generator.normal(size=(120, 3))
    turned = vectors @ np.linalg.qr(generator.normal(size=(3, 3)))[0] * 7 + 5
    distances = [np.linalg.norm(np.diff(of @ whitening_of(of, singer)[1], axis=0), axis=1) for of in (vectors, turned)]
    assert_allclose(distances[0], distances[1], rtol=1e-6)


def test_a_whitened_network_embeds_the_training_part_white() -> None:
    clips = tone_clips(0)
    network = seeded_network({**SHAPE, "normalise": True}, np.random.SeedSequence(3), CPU).eval()
    bank = ClipBank(clips, CPU)
    whiten_output(network, bank, clips.singer, CPU)
    assert network.normalise
    with torch.no_grad():
        assert_allclose(np.linalg.norm(network(bank.gather(np.arange(4))).numpy(), axis=1), 1, rtol=1e-5)
        network.normalise = False
        vectors = network(bank.gather(np.arange(len(clips)))).double().numpy()
    assert_allclose(vectors.mean(axis=0), 0, atol=1e-3)
    _, again = whitening_of(vectors, clips.singer)
    # what is white already is whitened by the same in every direction, were it not for the tenth it was given
    spread = np.linalg.eigvalsh(again)
    assert spread[-1] / spread[0] < 2
