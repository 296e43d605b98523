import base64

import numpy as np
import pytest

from pipeline.page.media import Medium, choose_media, make_medium

NAMES = [f"r{number}" for number in range(8)]


def make(name: str) -> Medium:
    return Medium("s" * 60, "p" * 40)


def test_all_are_taken_where_they_fit() -> None:
    assert set(choose_media(NAMES, make, 800, np.random.default_rng(0))) == set(NAMES)


@pytest.mark.parametrize(("budget", "fit"), [(799, 7), (300, 3), (99, 0), (0, 0)])
def test_as_many_as_fit(budget: int, fit: int) -> None:
    assert len(choose_media(NAMES, make, budget, np.random.default_rng(0))) == fit


def test_the_choice_follows_the_seed() -> None:
    chosen = [frozenset(choose_media(NAMES, make, 300, np.random.default_rng(seed))) for seed in (1, 1, 2, 3, 4)]
    assert chosen[0] == chosen[1]
    assert len(set(chosen)) > 1


def test_media_stand_in_base64() -> None:
    medium = make_medium(b"sound", b"picture!")
    assert base64.b64decode(medium.sound) == b"sound"
    assert base64.b64decode(medium.picture) == b"picture!"
    assert medium.size() == 8 + 12
