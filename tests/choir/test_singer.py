import numpy as np
import pytest

from pipeline.choir.singer import REGISTERS, draw_singer
from pipeline.choir.vowels import bandwidths, formants

CHOIR = [draw_singer(np.random.default_rng(seed)) for seed in range(400)]


def test_the_same_seed_gives_the_same_singer() -> None:
    assert draw_singer(np.random.default_rng(7)) == CHOIR[7]
    assert len(set(CHOIR)) == len(CHOIR)


def test_style_names_every_parameter_as_a_number() -> None:
    style = CHOIR[0].style()
    assert all(name.startswith("style_") and type(value) is float for name, value in style.items())
    assert style["style_register"] == CHOIR[0].register
    assert style["style_formant_3_shift"] == CHOIR[0].formant_shifts[2]
    assert len(style) == len(vars(CHOIR[0])) - 1 + 5


def test_every_parameter_differs_from_singer_to_singer() -> None:
    table = np.array([list(singer.style().values()) for singer in CHOIR])
    assert all(len(np.unique(column)) == len(CHOIR) for column in table.T)


def test_registers_span_half_an_octave_so_that_most_songs_have_one_pitch_for_all() -> None:
    registers = np.array([singer.register for singer in CHOIR])
    assert registers.min() >= REGISTERS[0]
    assert registers.max() <= REGISTERS[1]
    assert np.ptp(registers) == pytest.approx(6, abs=0.2)


@pytest.mark.parametrize("vowel", list("aeiou"))
def test_formants_are_ordered_for_every_singer(vowel: str) -> None:
    for singer in CHOIR:
        assert (np.diff(formants(vowel, singer)) > 0).all()
        assert (bandwidths(singer) > 0).all()
