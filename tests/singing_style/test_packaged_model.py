"""The model that people get with the package: what it is, and that it does what it is for."""

import numpy as np
import pytest

from pipeline.choir.channel import draw_channel, transmit
from pipeline.choir.effort import vary_effort
from pipeline.choir.performance import RATE, sing
from pipeline.choir.score import Score, read_scores
from pipeline.choir.singer import draw_singer
from singing_style.model import PACKAGED, StyleModel
from singing_style.performance import Performance
from tests.conftest import ROOT

# Of no seed that a choir is drawn from: `pipeline.corpora.datasets.demo` puts a number of its own behind the seed.
UNHEARD = 900


@pytest.fixture(scope="module")
def model() -> StyleModel:
    return StyleModel.load(PACKAGED)


@pytest.fixture(scope="module")
def scores() -> list[Score]:
    return read_scores(ROOT / "data/raw/demo")


def performance(model: StyleModel, singer: int, score: Score, take: int) -> Performance:
    """Render 8 s of a song by a singer of an unheard choir, in an effort and through a channel of their own."""
    draw = np.random.default_rng([UNHEARD, singer, take])
    voice = vary_effort(draw_singer(np.random.default_rng([UNHEARD, singer]), "mixed"), 0.5, draw)
    sound = transmit(sing(score, voice, 8.0, draw), draw_channel(draw, 1.0), RATE, draw)
    return model.embed(sound.astype(np.float32), RATE)


def test_it_is_small_and_was_trained_on_synthetic_voices_alone(model: StyleModel) -> None:
    assert PACKAGED.stat().st_size < 8e6
    assert model.card["corpus"] == "demo"
    assert model.calibration.known
    assert model.listening.voice_method == "periodicity"
    assert PACKAGED.with_suffix(".md").read_text().startswith("# A model of singing style")
    assert model.identity[:8] in PACKAGED.with_suffix(".md").read_text()


@pytest.mark.slow
def test_singers_are_nearer_to_themselves_in_another_song_than_to_others(
    model: StyleModel, scores: list[Score]
) -> None:
    first = [performance(model, singer, scores[0], 0) for singer in range(3)]
    second = [performance(model, singer, scores[1], 1) for singer in range(3)]
    distances = np.array([[one.distance(other) for other in second] for one in first])
    assert distances.argmin(axis=1).tolist() == [0, 1, 2]
    assert np.diag(distances).max() < model.calibration.threshold
