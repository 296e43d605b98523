from pathlib import Path

import numpy as np

from pipeline.figures.augmentation import compose_augmentation, draw_augmentation

CLIPS = {name: np.full((20, 12), level, np.float32) for name, level in (("as it is", 60), ("a", 30), ("b", 0))}
MORE = CLIPS | {"c": CLIPS["a"], "d": CLIPS["b"]}


def test_every_clip_has_its_panel_on_one_scale() -> None:
    figure = compose_augmentation(MORE, 60.0, 0.5)
    drawn = [axes for axes in figure.axes if axes.images]
    assert [axes.get_title(loc="left") for axes in drawn] == list(MORE)
    for axes, clip in zip(drawn, MORE.values(), strict=True):
        (image,) = axes.images
        assert image.get_clim() == (0, 60)
        np.testing.assert_array_equal(np.asarray(image.get_array()), clip.T)
        assert axes.get_xlim() == (0, 10)
    assert "60 = loudest" in figure.axes[-1].get_ylabel()


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        draw_augmentation(CLIPS, 60.0, 0.02, tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
