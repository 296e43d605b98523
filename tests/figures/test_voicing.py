"""Figure 2: what is drawn where, and the same bytes every time."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from pipeline.figures.voicing import Reasons, Spectrum, compose_voicing, draw_voicing

FRAMES, BINS, HOP_SECONDS = 40, 96, 512 / 22050
CQT = Spectrum("Constant-Q", np.full((FRAMES, BINS), 60, np.float32), 65.4 * 2 ** (np.arange(BINS) / 24))
MEL = Spectrum("Mel", np.zeros((FRAMES, BINS), np.float32), np.linspace(30.0, 11000.0, BINS))
ENERGY = np.linspace(0, 0.2, FRAMES, dtype=np.float32)
CONFIDENCE = np.linspace(1, 0, FRAMES, dtype=np.float32)
VOICED = np.arange(FRAMES) >= FRAMES // 2


def compose(caption: str = "anna-song") -> Figure:
    return compose_voicing(caption, HOP_SECONDS, ENERGY, CONFIDENCE, VOICED, (CQT, MEL))


def test_the_three_curves_over_seconds() -> None:
    top = compose().axes[0]
    curves = {str(line.get_label()): np.asarray(line.get_xydata(), np.float64) for line in top.get_lines()}
    assert set(curves) == {"voiced", "RMS energy / maximum", "confidence"}
    np.testing.assert_allclose(curves["RMS energy / maximum"][:, 1], ENERGY / float(ENERGY.max()))
    np.testing.assert_allclose(curves["confidence"][:, 1], CONFIDENCE)
    np.testing.assert_array_equal(curves["voiced"][:, 1], VOICED)
    for curve in curves.values():
        np.testing.assert_allclose(curve[:, 0], np.arange(FRAMES) * HOP_SECONDS)


def test_the_level_over_what_is_needed_and_the_verdicts_by_hand() -> None:
    level, needed = np.linspace(-80.0, 0.0, FRAMES), np.full(FRAMES, -15.0)
    hum = np.arange(FRAMES) < 5
    reasons = Reasons(level, needed, {"hum": hum})
    top = compose_voicing("x", HOP_SECONDS, ENERGY, CONFIDENCE, VOICED, (CQT, MEL), reasons).axes[0]
    curves = {str(line.get_label()): np.asarray(line.get_xydata(), np.float64)[:, 1] for line in top.get_lines()}
    assert set(curves) == {"level", "level needed", "periodicity"}
    np.testing.assert_allclose(curves["level"], np.maximum(1 + level / 60, 0))
    np.testing.assert_allclose(curves["level needed"], 0.75)
    np.testing.assert_allclose(curves["periodicity"], CONFIDENCE)
    assert [str(area.get_label()) for area in top.collections] == ["sung", "hum"]
    assert [label.get_text() for label in top.get_yticklabels()] == ["−60 dB", "−40 dB", "−20 dB", "0 dB"]


def test_panels_share_time_and_name_their_axes() -> None:
    _, middle, lower, scale = compose().axes
    assert lower.get_xlabel() == "time (s)"
    assert middle.get_ylabel() == lower.get_ylabel() == "frequency (Hz)"
    assert "dB" in scale.get_ylabel()
    for panel in (middle, lower):
        assert panel.get_xlim() == pytest.approx((0, (FRAMES - 1) * HOP_SECONDS))


def test_frequencies_stand_at_their_bins() -> None:
    _, middle, lower, _ = compose().axes
    labels = [text.get_text() for text in middle.get_yticklabels()]
    assert labels == ["1000", "500", "200", "100"]
    expected = [24 * np.log2(hertz / 65.4) for hertz in (1000, 500, 200, 100)]
    np.testing.assert_allclose(middle.get_yticks(), expected, atol=0.05)
    assert np.diff(sorted(lower.get_yticks())).min() >= 0.06 * BINS


def test_a_silent_recording_can_be_drawn() -> None:
    silent = np.zeros(FRAMES, np.float32)
    figure = compose_voicing("x", HOP_SECONDS, silent, silent, silent > 0, (MEL, MEL))
    drawn = [np.asarray(line.get_xydata(), np.float64)[:, 1] for line in figure.axes[0].get_lines()]
    assert np.array_equal(drawn, np.zeros((3, FRAMES)))


def test_curves_over_a_minute_are_thinner_and_without_dashes() -> None:
    for repeats, width, dashes in ((1, 1.3, "--"), (60, 0.6, "-")):
        times = repeats * 600 // FRAMES
        energy, confidence, voiced = np.tile(ENERGY, times), np.tile(CONFIDENCE, times), np.tile(VOICED, times)
        figure = compose_voicing("x", 0.0167, energy, confidence, voiced, (MEL, MEL))
        (curve,) = [line for line in figure.axes[0].lines if line.get_label() == "confidence"]
        assert curve.get_linewidth() == width
        assert curve.get_linestyle() == dashes


@pytest.mark.slow
def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        draw_voicing("$x_1$", HOP_SECONDS, ENERGY, CONFIDENCE, VOICED, (CQT, MEL), tmp_path / name)
    first, second = (tmp_path / "a.png").read_bytes(), (tmp_path / "b.png").read_bytes()
    assert first.startswith(b"\x89PNG")
    assert first == second
    assert b"matplotlib" not in first.lower()


def test_an_odd_name_is_printed_as_it_is() -> None:
    figure = compose("a$b_c$ " + "long" * 40)
    caption = figure.get_suptitle()
    assert caption.startswith("a$b_c$")
    assert max(map(len, caption.split("\n"))) <= 90
    assert not next(text for text in figure.texts).get_parse_math()


def test_every_mark_has_its_colour_and_the_legend_room_beside_the_heading() -> None:
    marks = ["hum", "soft or dying away", "below the range"]
    marked = {words: np.arange(FRAMES) % 4 == place for place, words in enumerate(marks)}
    reasons = Reasons(np.zeros(FRAMES), np.zeros(FRAMES), marked)
    figure = compose_voicing("x", HOP_SECONDS, ENERGY, CONFIDENCE, VOICED, (CQT, MEL), reasons)
    figure.draw_without_rendering()
    top = figure.axes[0]
    legend = top.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()][:4] == ["sung", *marks]
    assert len({str(patch.get_facecolor()) for patch in legend.get_patches()}) == 4
    (heading,) = (text for text in top.get_children() if getattr(text, "get_text", str)() == "Voice detection")
    assert legend.get_window_extent().x0 > heading.get_window_extent().x1
