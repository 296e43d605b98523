import doctest
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import errors
from pipeline.errors import fits_line, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë, 歌.wav", "Zoë, 歌.wav"),
        ("new\nline\t.wav", "new\\nline\\t.wav"),
        (os.fsdecode(b"\xff.wav"), "\\udcff.wav"),
        ("bell\x07", "bell\\x07"),
        ("turned\u202eback", "turned\\u202eback"),
        ("山田\u3000太郎, علی\u200cرضا, Ann\u00a0Lee", "山田\u3000太郎, علی\u200cرضا, Ann\u00a0Lee"),
    ],
)
def test_line_breaks_control_characters_and_bytes_that_are_not_text_are_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_characters_that_a_font_lacks_are_escaped() -> None:
    assert printable("aé歌😀", lambda letter: letter == "a") == "a\\xe9\\u6b4c\\U0001f600"


@given(st.text())
def test_any_text_becomes_one_line_of_utf8(text: str) -> None:
    shown = printable(text)
    assert fits_line(shown)
    assert shown.splitlines() == [shown] * bool(shown)
    shown.encode()


def test_examples() -> None:
    assert doctest.testmod(errors) == (0, 2)
