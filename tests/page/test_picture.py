import io

import numpy as np
from PIL import Image

from pipeline.page.picture import WIDEST, drawn_frames, encode_picture, join_frames


def pixels(decibels: np.ndarray) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(encode_picture(decibels, 60.0))).convert("L"), float)


def test_loud_is_dark_low_is_below_and_time_runs_right() -> None:
    decibels = np.zeros((64, 32))
    decibels[:32, :8] = 60  # early and low
    picture = pixels(decibels)
    assert picture.shape == (32, 64)
    assert picture[26:, 2:28].mean() < 20
    assert picture[:20].mean() > 240
    assert picture[26:, 36:].mean() > 240


def test_half_the_range_is_half_grey() -> None:
    assert abs(pixels(np.full((40, 40), 30.0)).mean() - 127.5) < 4


def test_long_recordings_keep_their_maxima() -> None:
    decibels = np.zeros((7, 1), np.float32)
    decibels[4] = 60
    np.testing.assert_array_equal(join_frames(decibels, 3)[:, 0], [0, 60, 0])
    np.testing.assert_array_equal(join_frames(decibels, 7), decibels)


def test_a_picture_never_passes_what_webp_can_hold() -> None:
    frames = WIDEST + 1
    assert pixels(np.zeros((frames, 4))).shape == (4, frames // 2 + 1)
    assert drawn_frames(frames) == frames + 1
    assert drawn_frames(WIDEST) == WIDEST
