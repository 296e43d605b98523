"""Lists in each format, read exactly; a faulty line is named by its number."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import BadInputError
from singing_style.evaluation.trial_list import LAYOUTS, read_trials

WRITTEN = {
    "voxceleb": "1 ann/a.wav ann/b.wav\n0 ann/a.wav ben/c.wav\n",
    "kaldi": "ann/a.wav ann/b.wav target\nann/a.wav ben/c.wav nontarget\n",
    "ssl-singer-identity": "1,ann/a.wav,ann/b.wav\n0,ann/a.wav,ben/c.wav\n",
}


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "list.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("told", [True, False])
def test_each_format_is_read(tmp_path: Path, layout: str, told: bool) -> None:
    found = read_trials(write(tmp_path, WRITTEN[layout]), layout if told else None)
    assert (found.layout, len(found)) == (layout, 2)
    assert (found.first, found.second) == (("ann/a.wav", "ann/a.wav"), ("ann/b.wav", "ben/c.wav"))
    assert found.target.tolist() == [True, False]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeff1 a b\r\n\r\n0  a   c \r\n",
        "1\ta\tb\n0\ta\tc",
        "\n 1 a b\n0 a c\n\n",
    ],
)
def test_byte_order_marks_line_ends_tabs_and_blank_lines_do_no_harm(tmp_path: Path, content: str) -> None:
    found = read_trials(write(tmp_path, content))
    assert (found.first, found.second, found.target.tolist()) == (("a", "a"), ("b", "c"), [True, False])


def test_names_with_blanks_stand_between_tabs_and_commas(tmp_path: Path) -> None:
    assert read_trials(write(tmp_path, "1\tBen Ali/a.wav\tBen Ali/b.wav\n")).first == ("Ben Ali/a.wav",)
    assert read_trials(write(tmp_path, "1,Ben Ali/a.wav,Ben Ali/b.wav\n")).second == ("Ben Ali/b.wav",)


@pytest.mark.parametrize(
    ("content", "layout", "said"),
    [
        ("", None, "the list is empty; write one trial a line, such as '1 a.wav b.wav'"),
        ("\n \n", None, "the list is empty"),
        ("label,one,other\n1,a,b\n", None, "line 1 reads 'label,one,other'; expected '1 a.wav b.wav'"),
        ("1 a b\n\n1 a\n", None, "line 3 reads '1 a'; expected voxceleb: '1 a.wav b.wav'"),
        ("1 a b\n1,a,b\n", None, "line 2 reads '1,a,b'; expected voxceleb"),
        ("a b target\na b tgt\n", None, "line 2 reads 'a b tgt'; expected kaldi: 'a b target'"),
        ("1 a b\n", "kaldi", "line 1 reads '1 a b'; expected kaldi"),
        ("2 a b\n", None, "line 1 reads '2 a b'; expected"),
        ("1,a,\n", None, "line 1 reads '1,a,'; expected"),
        ("1 a b\n", "xml", "--format xml: unknown; choose voxceleb, kaldi, ssl-singer-identity"),
        (b"1 a\xff b\n", None, "not a list of trials in UTF-8 (byte 3)"),
        (b"1 a\0 b\n", None, "not a list of trials but a binary file"),
        ("x" * 500, None, f"line 1 reads '{'x' * 60}...'"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, content: str | bytes, layout: str | None, said: str) -> None:
    with pytest.raises(BadInputError) as caught:
        read_trials(write(tmp_path, content), layout)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_list_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such list of trials"):
        read_trials(tmp_path / "none.txt")
    with pytest.raises(BadInputError, match="a folder; name the list"):
        read_trials(tmp_path)


@given(st.lists(st.tuples(st.booleans(), *[st.from_regex(r"[a-zë/.-]{1,9}", fullmatch=True)] * 2), min_size=1))
@settings(max_examples=40, deadline=None)
def test_what_is_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[bool, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("lists") / "list.txt"
    forms = {
        "voxceleb": "".join(f"{target:d} {one} {other}\n" for target, one, other in rows),
        "kaldi": "".join(f"{one} {other} {'' if target else 'non'}target\n" for target, one, other in rows),
        "ssl-singer-identity": "".join(f"{target:d},{one},{other}\n" for target, one, other in rows),
    }
    for layout, text in forms.items():
        path.write_text(text)
        found = read_trials(path)
        assert found.layout == layout
        assert list(zip(found.target.tolist(), found.first, found.second, strict=True)) == rows


@given(st.binary(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = write(tmp_path_factory.mktemp("lists"), content)
    try:
        found = read_trials(path)
    except BadInputError:
        return
    assert len(found) == len(found.first) == len(found.second) > 0
