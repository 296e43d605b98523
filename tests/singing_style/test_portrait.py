from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import soundfile
from matplotlib.patches import Rectangle

from singing_style.likeness import Similar, find_similar
from singing_style.portrait import compose_portrait, draw_portrait, take_portrait
from tests.singing_style.made_up import CALIBRATION, RATE, index_of, performance, singing, tiny_model, voice


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("take") / "Zoë sings.flac"
    soundfile.write(path, singing(220), RATE)
    return path


def similar() -> Similar:
    choir = index_of(voice("a", "Ann", 0.5, 0), voice("b", "歌手", 0, 1))
    return find_similar(performance("query", [[0, 0]], [0]), choir, CALIBRATION)


def test_panels_stand_below_each_other_and_share_their_time(take: Path) -> None:
    figure = compose_portrait(take_portrait(tiny_model(), take), similar())
    voicing, cqt, mel, _, attention, voices = figure.axes
    assert [axes.get_title("left") for axes in (voicing, cqt, mel)] == [
        "Voice detection",
        "Constant-Q spectrogram",
        "Mel spectrogram",
    ]
    places = [axes.get_position() for axes in (voicing, cqt, mel, attention, voices)]
    assert all(upper.y0 > lower.y1 for upper, lower in pairwise(places))
    assert all(0 < place.y0 < place.y1 < 1 for place in places)
    assert attention.get_xlim() == voicing.get_xlim()
    assert attention.get_position().x0 == voicing.get_position().x0
    assert [text.get_text() for text in voices.texts] == [
        "Ann: 50%, distance 0.500, closer than 100% of strangers",
        "\\u6b4c\\u624b: 12%, distance 1.000, closer than 100% of strangers",
    ]
    widths = [bar.get_width() for bar in voices.patches if isinstance(bar, Rectangle)]
    assert widths == pytest.approx([0.5, 0.1192], abs=1e-4)
    assert voices.get_title("left") == "Nearest known voices: probability of the same singer"


def test_probabilities_that_do_not_hold_are_marked(take: Path) -> None:
    figure = compose_portrait(take_portrait(tiny_model(), take), replace(similar(), doubted=True))
    assert figure.axes[-1].get_title("left").endswith(", which does not hold for this collection")


def test_what_is_not_known_has_no_panel(take: Path) -> None:
    portrait = take_portrait(tiny_model(), take)
    assert len(compose_portrait(portrait).axes) == 5
    assert len(compose_portrait(replace(portrait, attention=None)).axes) == 4


def test_the_same_recording_gives_the_same_bytes(take: Path, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        draw_portrait(take_portrait(tiny_model(), take), similar(), tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
