import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio.band import Band
from pipeline.errors import BadInputError
from singing_style.voice_index import Voice, VoiceIndex
from tests.singing_style.made_up import index_of, performance, voice

CHOIR = index_of(
    Voice(
        "a b/1.wav",
        "Ann",
        "ode",
        ("c1", "c2"),
        replace(performance("a b/1.wav", [[1, 2], [3, 4]], [0, 1.5], 7), band=Band(250.0, 3400.0)),
    ),
    voice("b.wav", "Ben", 0.5, 0.25),
)


def assert_same(one: VoiceIndex, other: VoiceIndex) -> None:
    assert one.model == other.model
    assert len(one.voices) == len(other.voices)
    for here, there in zip(one.voices, other.voices, strict=True):
        assert (here.path, here.singer, here.song, here.contents) == (
            there.path,
            there.singer,
            there.song,
            there.contents,
        )
        for name in ("name", "clip_seconds", "seconds", "voiced_seconds", "pitch", "band"):
            assert str(getattr(here.performance, name)) == str(getattr(there.performance, name))
        for name in ("vector", "clips", "starts"):
            np.testing.assert_array_equal(
                getattr(here.performance, name), getattr(there.performance, name), strict=True
            )


def test_what_is_saved_is_loaded_and_the_same_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two.npz"):
        CHOIR.save(tmp_path / name)
        assert_same(VoiceIndex.load(tmp_path / name), CHOIR)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two.npz"]


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)


@pytest.mark.slow
@given(told=st.lists(st.tuples(NAMES, NAMES, NAMES), min_size=1, max_size=3))
def test_names_of_any_script_survive(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("any script") / "index.npz"
    voices = [voice(file, singer, 1, 2, song=song, content="c") for file, singer, song in told]
    index_of(*voices).save(path)
    assert_same(VoiceIndex.load(path), index_of(*voices))


def test_singers_and_leaving_out() -> None:
    """Any file of a performance stands for it."""
    ann, ben = CHOIR.voices
    assert CHOIR.singers == ["Ann", "Ben"]
    assert (CHOIR.holding(["c2"]), CHOIR.holding(["c2", "content of b.wav"])) == ([ann], [ann, ben])
    assert (CHOIR.holding([]), CHOIR.holding(["c"])) == ([], [])
    assert CHOIR.without([ann]).singers == ["Ben"]


def test_another_models_index_is_refused() -> None:
    CHOIR.check_model("the model", Path("x.npz"))
    with pytest.raises(BadInputError, match=r"x\.npz: made with another model \(the model, this one is another\)"):
        CHOIR.check_model("another", Path("x.npz"))


def test_what_is_no_index_is_told_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    with pytest.raises(BadInputError, match="no such index"):
        VoiceIndex.load(path)
    np.savez(path, numbers=np.arange(3))
    with pytest.raises(BadInputError, match=r"npz of other arrays \(numbers\), where an index is needed; make"):
        VoiceIndex.load(path)
    path.write_bytes(b"la la la")
    with pytest.raises(BadInputError, match=r"x\.npz: a text file, where an index is needed; make an index"):
        VoiceIndex.load(path)
    np.save(path.open("wb"), np.arange(3))
    with pytest.raises(BadInputError, match="a single NumPy array"):
        VoiceIndex.load(path)
    with pytest.raises(BadInputError, match="a folder, where an index is needed"):
        VoiceIndex.load(tmp_path)


def test_nobody_is_told_to_delete_a_file(tmp_path: Path) -> None:
    path = tmp_path / "index.npz"
    CHOIR.save(path)
    whole = path.read_bytes()
    for damaged in (whole[:100], whole[:-1], whole[:300] + b"?" * 300 + whole[600:], b"", b"\x00" * 99):
        path.write_bytes(damaged)
        with pytest.raises(BadInputError, match="make an index with") as fault:
            VoiceIndex.load(path)
        assert "delete" not in str(fault.value).removeprefix(str(path))


@pytest.mark.slow
@given(cut=st.floats(0, 1, exclude_max=True))
def test_a_damaged_index_is_one_clear_fault(tmp_path_factory: pytest.TempPathFactory, cut: float) -> None:
    path = tmp_path_factory.mktemp("cut") / "index.npz"
    CHOIR.save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(cut * len(whole))])
    with pytest.raises(BadInputError, match=r"index\.npz: "):
        VoiceIndex.load(path)


def test_clips_that_do_not_add_up(tmp_path: Path) -> None:
    path = tmp_path / "index.npz"
    CHOIR.save(path)
    with np.load(path) as content:
        arrays = dict(content)
    for name, wrong in (
        ("clip_counts", [1, 1]),
        ("vectors", [[1.0], [2.0]]),
        ("take_counts", [1, 1]),
        ("take_counts", [3, 0]),
        ("seconds", [1.0]),
        ("clip_starts", [0, np.nan, 0]),
    ):
        with path.open("wb") as file:
            np.savez(file, **(arrays | {name: np.array(wrong)}))
        with pytest.raises(BadInputError, match="not a whole index"):
            VoiceIndex.load(path)


def test_a_header_that_is_no_python_is_one_line(tmp_path: Path) -> None:
    """NumPy reads the header of an array as Python, and tells of an open bracket by an error of the tokenizer."""
    CHOIR.save(tmp_path / "index.npz")
    with zipfile.ZipFile(tmp_path / "index.npz") as whole, zipfile.ZipFile(tmp_path / "broken.npz", "w") as broken:
        for name in whole.namelist():
            content = whole.read(name)
            broken.writestr(name, content.replace(b")", b"(") if name == "vectors.npy" else content)
    with pytest.raises(BadInputError, match=r"broken\.npz: not a whole index"):
        VoiceIndex.load(tmp_path / "broken.npz")


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("pitches", "high", "something else where numbers belong"),
        ("vectors", 1j, "something else where numbers belong"),
        ("voiced_seconds", np.nan, "numbers that are not finite"),
        ("clip_seconds", np.inf, "numbers that are not finite"),
        ("seconds", 0.0, "performances of no length"),
        ("voiced_seconds", -1.0, "performances of no length"),
    ],
)
def test_what_is_no_measurement_is_told(tmp_path: Path, name: str, value: object, fault: str) -> None:
    CHOIR.save(tmp_path / "index.npz")
    with np.load(tmp_path / "index.npz") as whole:
        arrays = dict(whole)
    np.savez(tmp_path / "made_up.npz", allow_pickle=False, **arrays | {name: np.full(arrays[name].shape, value)})
    with pytest.raises(BadInputError, match=rf"made_up\.npz: not a whole index \(it holds {fault}\)"):
        VoiceIndex.load(tmp_path / "made_up.npz")


def test_a_folder_is_told_with_the_index_of_it_or_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my choir").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInputError) as fault:
        VoiceIndex.load(Path("my choir"))
    assert str(fault.value) == (
        "my choir: a folder, where an index is needed; make an index of it first: singing-style index 'my choir' -o "
        "'my choir.npz'"
    )
    for place in (Path("my choir/my choir.npz"), Path("my choir.npz")):
        index_of(voice("a", "Ann", 1)).save(place)
        with pytest.raises(BadInputError, match=f"where an index is needed; did you mean {place}[?]$"):
            VoiceIndex.load(Path("my choir"))
    monkeypatch.chdir("my choir")
    with pytest.raises(BadInputError, match=r"^\.: a folder, .* did you mean my choir\.npz[?]$"):
        VoiceIndex.load(Path())


def test_the_first_take_of_a_performance_is_found_in_its_path() -> None:
    alone = voice("Ann/1.wav", "Ann", 1)
    assert alone.first_path == "Ann/1.wav"
    assert replace(alone, path="Ann/1.wav and 2 more takes", contents=("a", "b", "c")).first_path == "Ann/1.wav"
