from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.collection import FIELDS, Collection
from pipeline.errors import BadInputError


@pytest.fixture
def clips() -> Collection:
    return Collection(
        vectors=np.array([[1, 10], [3, 30], [5, 0], [8, 2]], np.float32),
        recording=np.array(["b", "b", "a", "b"]),
        singer=np.array(["Zoë", "Zoë", "Ann", "Zoë"]),
        song=np.array(["s", "s", "a long song", "s"]),
        start=np.array([0, 51, 0, 102], np.int32),
    )


def assert_same(one: Collection, other: Collection) -> None:
    for name in FIELDS:
        first, second = getattr(one, name), getattr(other, name)
        assert first.dtype.kind == second.dtype.kind
        np.testing.assert_array_equal(first, second, err_msg=name)


def test_performances_are_means_sorted_by_recording(clips: Collection) -> None:
    performances = clips.performances()
    assert performances.recording.tolist() == ["a", "b"]
    assert performances.singer.tolist() == ["Ann", "Zoë"]
    assert performances.song.tolist() == ["a long song", "s"]
    assert performances.start.tolist() == [0, 0]
    np.testing.assert_array_equal(performances.vectors, [[5, 0], [4, 14]])  # (1 + 3 + 8) / 3, (10 + 30 + 2) / 3


def test_performance_means_are_taken_in_float64() -> None:
    values = np.array([2**24, 1, 1, 1, 1], np.float32)  # in float32, 2**24 + 1 == 2**24
    name = np.array(["a"] * 5)
    clips = Collection(values[:, None], name, name, name, np.arange(5, dtype=np.int32))
    assert clips.performances().vectors[0, 0] == np.float32((2**24 + 4) / 5)


@given(st.permutations(range(4)))
def test_performances_do_not_depend_on_the_order_of_clips(order: list[int]) -> None:
    recording, singer, song = (np.array(list(names)) for names in ("bbab", "ZZAZ", "ssts"))
    vectors = np.array([[1, 10], [3, 30], [5, 0], [8, 2]], np.float32)
    clips = Collection(vectors, recording, singer, song, np.array([0, 51, 0, 102], np.int32))
    assert_same(clips[np.array(order)].performances(), clips.performances())


def test_no_clips_give_no_performances() -> None:
    nothing = np.array([], np.str_)
    empty = Collection(np.empty((0, 3), np.float32), nothing, nothing, nothing, np.array([], np.int32))
    assert empty.performances().vectors.shape == (0, 3)


def test_types_are_made_uniform() -> None:
    strings = np.array(["x", "yy"], dtype=object)
    collection = Collection(np.eye(2), strings, strings, strings, np.array([0, 51], np.int64))  # type: ignore[arg-type]
    assert collection.vectors.dtype == np.float32
    assert collection.start.dtype == np.int32
    assert {getattr(collection, name).dtype for name in ("recording", "singer", "song")} == {np.dtype("<U2")}


def test_round_trip_is_exact_and_byte_identical(clips: Collection, tmp_path: Path) -> None:
    clips.save(tmp_path / "one.npz")
    loaded = Collection.load(tmp_path / "one.npz")
    assert_same(loaded, clips)
    loaded.save(tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


@pytest.mark.parametrize("name", ["recording", "singer", "song", "start"])
def test_fields_of_unequal_length_are_named(clips: Collection, name: str) -> None:
    fields = {field: getattr(clips, field) for field in FIELDS} | {name: getattr(clips, name)[:3]}
    with pytest.raises(BadInputError, match=rf"{name} has shape \(3,\), for 4 vectors"):
        Collection(**fields)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_vectors_that_are_not_finite_are_named(clips: Collection, value: float) -> None:
    vectors = clips.vectors.astype(np.float64)
    vectors[3, 1] = value
    with pytest.raises(BadInputError, match="not finite: 1 of 4 vectors, the first at recording b, frame 102"):
        Collection(vectors, clips.recording, clips.singer, clips.song, clips.start)  # type: ignore[arg-type]


def test_vectors_must_be_a_table(clips: Collection) -> None:
    with pytest.raises(BadInputError, match=r"table .* not of shape \(4,\)"):
        Collection(clips.vectors[:, 0], clips.recording, clips.singer, clips.song, clips.start)


@pytest.mark.parametrize("name", ["singer", "song"])
def test_a_recording_with_two_singers_or_songs_is_refused(clips: Collection, name: str) -> None:
    fields = {field: getattr(clips, field).copy() for field in FIELDS}
    fields[name][3] = "?"
    with pytest.raises(BadInputError, match=f"recording b has more than one {name}"):
        Collection(**fields).performances()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"none\.npz: no such file; run `dvc repro`"):
        Collection.load(tmp_path / "none.npz")


@pytest.mark.parametrize("damage", [lambda _: b"", lambda _: b"RIFF", lambda whole: whole[:-40]])
def test_a_file_that_is_no_npz_is_named(clips: Collection, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "clips.npz"
    clips.save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(BadInputError, match=r"clips\.npz: not an npz file"):
        Collection.load(path)


def test_a_damaged_field_is_named(clips: Collection, tmp_path: Path) -> None:
    path = tmp_path / "clips.npz"
    clips.save(path)
    whole = path.read_bytes()
    values = clips.vectors.tobytes()
    path.write_bytes(whole.replace(values, values[::-1]))
    with pytest.raises(BadInputError, match=r"clips\.npz: Bad CRC-32 for file 'vectors\.npy'"):
        Collection.load(path)


def test_missing_fields_are_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "clips.npz", vectors=np.eye(2), recording=np.array(["a", "b"]))
    with pytest.raises(BadInputError, match=r"clips\.npz: lacks singer, song, start"):
        Collection.load(tmp_path / "clips.npz")


def test_pickled_objects_are_refused(tmp_path: Path) -> None:
    names = np.array(["a", "b"], dtype=object)
    np.savez(tmp_path / "clips.npz", vectors=np.eye(2), recording=names, singer=names, song=names, start=[0, 0])
    with pytest.raises(BadInputError, match=r"clips\.npz: .*allow_pickle=False"):
        Collection.load(tmp_path / "clips.npz")


def test_same_rows_pass(clips: Collection) -> None:
    other = Collection(np.ones((4, 70), np.float32), clips.recording, clips.singer, clips.song, clips.start)
    clips.check_same_rows(other, "here", "there")


def test_recordings_held_by_one_side_only_are_named(clips: Collection) -> None:
    other = clips[clips.recording != "a"]
    for one, two in ((clips, other), (other, clips)):
        with pytest.raises(BadInputError, match=r"here and there hold different recordings \(a\)"):
            one.check_same_rows(two, "here", "there")


def test_other_numbers_of_rows_are_refused(clips: Collection) -> None:
    with pytest.raises(BadInputError, match="here holds 4 rows, there 3"):
        clips.check_same_rows(clips[np.array([0, 2, 3])], "here", "there")


def test_rows_in_another_order_are_refused(clips: Collection) -> None:
    with pytest.raises(BadInputError, match=r"differ in start at row 1 \(b\)"):
        clips.check_same_rows(clips[np.array([1, 0, 2, 3])], "here", "there")
