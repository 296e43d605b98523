import errno
import math
import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray
from torch import nn

from pipeline.audio.settings import VoiceMethod
from pipeline.nn.networks.residual import FeedForwardAttention, StyleNetwork
from singing_style.hearing import Heard
from singing_style.likeness import Similar, find_similar
from singing_style.model import StyleModel
from singing_style.portrait import attention_over_time, compose_portrait, draw_portrait, make_portrait
from singing_style.takes import Takes
from tests.singing_style.made_up import (
    CALIBRATION,
    RATE,
    index_of,
    network_of,
    performance,
    singing,
    tiny_model,
    voice,
)


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("take") / "Zoë sings.flac"
    soundfile.write(path, singing(220), RATE)
    return path


def similar() -> Similar:
    choir = index_of(voice("a", "Ann", 0.5, 0), voice("b", "歌手", 0, 1))
    return find_similar(performance("query", [[0, 0]], [0]), choir, CALIBRATION)


def test_panels_stand_below_each_other_and_share_their_time(take: Path) -> None:
    figure = compose_portrait(make_portrait(tiny_model(), take), similar())
    voicing, cqt, mel, _, attention, voices = figure.axes
    assert [axes.get_title("left") for axes in (voicing, cqt, mel)] == [
        "Voice detection",
        "Sound by pitch (constant-Q spectrogram)",
        "Sound as the ear divides it (mel spectrogram)",
    ]
    places = [axes.get_position() for axes in (voicing, cqt, mel, attention, voices)]
    assert all(upper.y0 > lower.y1 for upper, lower in pairwise(places))
    assert all(0 < place.y0 < place.y1 < 1 for place in places)
    assert attention.get_xlim() == voicing.get_xlim()
    assert attention.get_position().x0 == voicing.get_position().x0
    assert [text.get_text() for text in voices.texts] == [
        "Ann: distance 0.500",
        "\\u6b4c\\u624b: distance 1.000",
    ]
    widths = [bar.get_width() for bar in voices.patches if isinstance(bar, Rectangle)]
    assert widths == [0.5, 1.0]
    assert voices.get_title("left") == "The nearest singers: undecided"
    assert voices.get_xlabel() == "distance (the longer the bar, the less alike)"
    assert attention.get_title("left") == "What counts most to the network (attention; 1 is the average of a clip)"


def test_no_label_lies_on_the_end_of_a_bar(take: Path) -> None:
    """A very near singer has a bar of a fifth of the axis, shorter than its label."""
    choir = index_of(voice("a", "Ann", 0.2, 0), voice("b", "Ben", 0, 1))
    near = find_similar(performance("query", [[0, 0]], [0]), choir, CALIBRATION)
    voices = compose_portrait(make_portrait(tiny_model(), take), near).axes[-1]
    labels = [text.get_window_extent() for text in voices.texts]
    bars = [bar.get_window_extent() for bar in voices.patches if isinstance(bar, Rectangle)]
    assert len(labels) == len(bars) == 2
    assert labels[0].x1 > bars[0].x1
    for label, bar in zip(labels, bars, strict=True):
        assert label.y0 > bar.y1  # above it
        assert voices.bbox.x0 < label.x0 < label.x1 < voices.bbox.x1
    assert bars[0].y0 > labels[1].y1  # and below the bar before
    assert voices.bbox.y1 > labels[0].y1


def test_probabilities_are_drawn_only_where_they_hold(take: Path) -> None:
    figure = compose_portrait(make_portrait(tiny_model(), take), replace(similar(), doubt=""))
    assert [text.get_text() for text in figure.axes[-1].texts] == [
        "Ann: distance 0.500, same singer 50%",
        "\\u6b4c\\u624b: distance 1.000, same singer 12%",
    ]


def test_too_little_singing_is_drawn_and_the_caption_says_so(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "short.wav", singing(220, 1.2), RATE)
    portrait = make_portrait(tiny_model(), tmp_path / "short.wav")
    assert portrait.attention is None  # there is no clip
    figure = compose_portrait(portrait)
    assert figure.texts[0].get_text().startswith("short.wav: too little singing to judge: 0.")
    assert len(figure.axes) == 4


@pytest.mark.parametrize("method", ["kmeans", "periodicity"])
@pytest.mark.parametrize("panels", [True, False])
def test_a_title_of_any_length_stands_above_the_legend(tmp_path: Path, method: VoiceMethod, panels: bool) -> None:
    """A refused take of a long name has a title of several lines; in a small figure and in a tall one."""
    file = tmp_path / f"{'long name ' * 12}.wav"
    soundfile.write(file, singing(220, 4.0 if panels else 1.2), RATE)
    model = tiny_model()
    listening = model.listening.model_copy(update={"voice_method": method})
    portrait = make_portrait(replace(model, listening=listening), file)
    refused = replace(portrait, heard=replace(portrait.heard, refusal="too little singing to judge: " + "why " * 40))
    figure = compose_portrait(refused, similar() if panels else None)
    (title,), legend = figure.texts, figure.axes[0].get_legend()
    assert legend is not None
    assert title.get_text().count("\n") >= 2
    drawn, below, edge = title.get_window_extent(), legend.get_window_extent(), figure.bbox
    assert below.y1 < drawn.y0 < drawn.y1 < edge.y1
    assert edge.x0 < drawn.x0 < drawn.x1 < edge.x1
    heading = figure.axes[0].get_title("left")
    assert heading == "Voice detection"


def test_takes_go_by_their_folder_and_the_first_and_last_of_them(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "Zoe").mkdir(exist_ok=True)
        soundfile.write(tmp_path / f"Zoe/{number}.flac", singing(220, 1.6), RATE)
    portrait = make_portrait(tiny_model(), Takes(tuple(sorted((tmp_path / "Zoe").iterdir()))))
    assert (
        compose_portrait(portrait).texts[0].get_text().startswith("Zoe: 0.flac to 2.flac (3 takes): too little singing")
    )


def test_where_every_frame_is_judged_the_verdicts_are_drawn(tmp_path: Path) -> None:
    time = np.arange(4 * RATE) / RATE
    hum = 0.01 * np.sin(2 * np.pi * 50 * time) + 0.005 * np.sin(2 * np.pi * 150 * time)
    soundfile.write(tmp_path / "humming.wav", singing(220) + hum, RATE)
    model = tiny_model()
    listening = model.listening.model_copy(update={"voice_method": "periodicity", "pitch_min_hz": 40.0})
    portrait = make_portrait(replace(model, listening=listening), tmp_path / "humming.wav")
    figure = compose_portrait(portrait, similar())
    _, labels = figure.axes[0].get_legend_handles_labels()
    assert {"sung", "hum", "level", "level needed", "periodicity"} <= set(labels)
    assert "below the range" not in labels
    assert len(figure.axes) == 6


def test_what_is_not_known_has_no_panel(take: Path) -> None:
    portrait = make_portrait(tiny_model(), take)
    assert len(compose_portrait(portrait).axes) == 5
    assert len(compose_portrait(replace(portrait, attention=None)).axes) == 4


@pytest.mark.slow
def test_the_same_recording_gives_the_same_bytes(take: Path, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        draw_portrait(make_portrait(tiny_model(), take), similar(), tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


FRAMES, CLIP = 200, 64


def heard(model: StyleModel, starts: list[int]) -> Heard:
    """Make up what was heard: noise in decibels, clips at these frames."""
    decibels = 60 * np.random.default_rng(1).random((FRAMES, model.listening.bins))
    nothing = np.zeros(FRAMES, np.float32)
    return Heard(
        energy=nothing,
        confidence=nothing,
        voiced=np.ones(FRAMES, np.bool_),
        spectrogram=decibels.astype(np.float16),
        clip_starts=np.array(starts, np.int32),
        seconds=4.6,
        voiced_seconds=4.6,
        pitch=60.0,
    )


def attended(model: StyleModel, starts: list[int]) -> NDArray[np.float64]:
    found = attention_over_time(model, heard(model, starts))
    assert found is not None
    return found


def test_even_attention_is_one_wherever_a_clip_is() -> None:
    model = tiny_model()
    attention = network_of(model).attention
    assert isinstance(attention, FeedForwardAttention)
    nn.init.zeros_(attention.score.weight)
    found = attended(model, [13, 26])
    np.testing.assert_allclose(found[13 : 26 + CLIP], 1, rtol=1e-6)
    assert np.isnan(found[:13]).all()
    assert np.isnan(found[26 + CLIP :]).all()


def test_overlapping_clips_are_averaged() -> None:
    model = tiny_model()
    one, other, both = attended(model, [0]), attended(model, [16]), attended(model, [0, 16])
    np.testing.assert_allclose(both[:16], one[:16], rtol=1e-4)
    np.testing.assert_allclose(both[16:CLIP], (one[16:CLIP] + other[16:CLIP]) / 2, rtol=1e-4)
    np.testing.assert_allclose(both[CLIP : CLIP + 16], other[CLIP : CLIP + 16], rtol=1e-4)


def test_weights_follow_the_papers_formula() -> None:
    model = tiny_model()
    network = network_of(model)
    attention = network.attention
    assert isinstance(network, StyleNetwork)
    assert isinstance(attention, FeedForwardAttention)
    nn.init.constant_(attention.score.weight, 0.05)
    clip = torch.from_numpy(heard(model, [0]).clips(0, 1, CLIP).astype(np.float32)).unsqueeze(1)
    with torch.inference_mode():
        steps = network.plain_maps(clip).transpose(1, 2).flatten(2)[0].double().numpy()
    score = [math.tanh(step.sum() * 0.05 + attention.score.bias.item()) for step in steps]
    shares = np.exp(score) / np.exp(score).sum()
    np.testing.assert_allclose(attended(model, [0])[:CLIP], np.repeat(16 * shares, 4), rtol=1e-3)


def test_a_network_without_attention_has_none() -> None:
    model = tiny_model()
    network_of(model).attention = None
    assert attention_over_time(replace(model), heard(model, [0])) is None


def test_where_a_figure_cannot_be_written_whole_the_earlier_one_stays(
    take: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_the_disk(_: Figure, path: Path) -> None:
        path.write_text("half of")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("singing_style.portrait.write_picture", fill_the_disk)
    path = tmp_path / "take.png"
    path.write_text("earlier")
    with pytest.raises(OSError, match="No space left") as fault:
        draw_portrait(make_portrait(tiny_model(), take), None, path)
    assert fault.value.filename == str(path)
    assert [(file, file.read_text()) for file in tmp_path.iterdir()] == [(path, "earlier")]
