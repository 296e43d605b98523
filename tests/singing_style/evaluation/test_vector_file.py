"""Vectors of this program and of anybody, from NPZ and CSV."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import BadInputError
from singing_style.evaluation.labels import Label
from singing_style.evaluation.vector_file import read_vectors
from singing_style.vectors import write_vectors
from tests.singing_style.made_up import index_of, performance, voice

SUNG = [performance("ann/a.wav", [[1, 2], [3, 4]], [0, 1]), performance("ben/b.wav", [[5, 7]], [0])]


@pytest.mark.parametrize("name", ["v.npz", "v.csv"])
def test_what_embed_writes_is_read_without_its_clips(tmp_path: Path, name: str) -> None:
    write_vectors(SUNG, tmp_path / name, "the model")
    found = read_vectors(tmp_path / name)
    assert found.names == ("ann/a.wav", "ben/b.wav")
    assert found.vectors.tolist() == [[2, 3], [5, 7]]
    assert (found.distance, dict(found.labels)) == ("euclidean", {})


def test_an_index_knows_its_singers_and_songs(tmp_path: Path) -> None:
    index_of(voice("a.wav", "Ann", 1, 2, song="ode"), voice("b.wav", "Ben", 3, 4)).save(tmp_path / "i.npz")
    found = read_vectors(tmp_path / "i.npz")
    assert dict(found.labels) == {"a.wav": Label("Ann", "ode"), "b.wav": Label("Ben")}
    assert (found.vectors.tolist(), found.distance) == ([[1, 2], [3, 4]], "euclidean")
    assert found.contents == ("content of a.wav", "content of b.wav")


@pytest.mark.parametrize(
    "arrays",
    [
        {"names": np.array(["a", "b"]), "vectors": np.array([[1, 2], [3, 4]])},
        {"utterances": np.array([b"a", b"b"]), "embeddings": np.array([[1, 2], [3, 4]], np.float16)},
        {"a": np.array([1.0, 2]), "b": np.array([[3.0, 4]])},
    ],
    ids=["names and vectors", "bytes, other keys", "a vector under each name"],
)
def test_plain_npz_of_anybody(tmp_path: Path, arrays: dict[str, Any]) -> None:
    np.savez(tmp_path / "v.npz", **arrays)
    found = read_vectors(tmp_path / "v.npz")
    assert (found.names, found.vectors.tolist()) == (("a", "b"), [[1, 2], [3, 4]])
    assert found.distance == "cosine"


def test_labels_in_an_npz(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "v.npz",
        recording=["a", "b"],
        singer=["Ann", "Ben"],
        song=["ode", "air"],
        vectors=np.eye(2),
        start=np.zeros(2),
    )
    found = read_vectors(tmp_path / "v.npz")
    assert dict(found.labels) == {"a": Label("Ann", "ode"), "b": Label("Ben", "air")}
    assert found.distance == "euclidean"  # as the pipeline's stages write them


@pytest.mark.parametrize(
    "content",
    [
        "a,1,2\nb,3,4\n",
        "name,x,y\na,1,2\nb,3,4\n",
        "name,0,1\na,1,2\nb,3,4\n",
        "\ufeffx;file;y\r\n1;a;2\r\n\r\n3;b;4\r\n",
        "a\t1\t2\nb\t3\t4\n",
        "a  1 2\nb 3e0 4.0\n",
        '"a",1, 2\n"b",3, 4\n',
    ],
)
def test_plain_csv_of_anybody(tmp_path: Path, content: str) -> None:
    (tmp_path / "v.csv").write_text(content)
    found = read_vectors(tmp_path / "v.csv")
    assert (found.names, found.vectors.tolist()) == (("a", "b"), [[1, 2], [3, 4]])
    assert (found.distance, dict(found.labels)) == ("cosine", {})


def test_labels_in_a_csv(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("name,singer,gender,v0\n01,007,f,1\n02,NA,m,2\n")
    assert dict(read_vectors(tmp_path / "v.csv").labels) == {"01": Label("007", sex="f"), "02": Label("NA", sex="m")}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("v.csv", "", "the file is empty"),
        ("v.csv", "name,x\n", "a header and no vectors"),
        (
            "v.csv",
            "a,1,2\nb,1\nc,1\n",
            "another number of cells than the first row's, 3, in 2 (line 2: 2, line 3: 2) of 3 rows;",
        ),
        ("v.csv", "a,1,2\nb,1,x\n", "line 2: 'x' is not a number"),
        ("v.csv", "a,1,2\nb,1,\n", "line 2: '' is not a number"),
        ("v.csv", "a,1,2\nb,1,nan\n", "NaN or infinity in 1 (b) of 2 vectors"),
        ("v.csv", "a,1,2\nb,inf,2\nc,1,2\na,1,2\n", "1 (a) named more than once"),
        ("v.csv", "a,1,0x2\nb,1,2\n", "line 1: '0x2' is not a number"),
        ("v.csv", "name\na\n", "no column holds numbers"),
        ("v.csv", 'a,1\n"b,2\n', "not CSV"),
        ("v.csv", b"a,\xff\n", "not UTF-8"),
        ("v.doc", "a,1\n", "where vectors are needed: an NPZ with names"),
        ("v.npz", "no zip", "where vectors are needed"),
    ],
)
def test_what_cannot_be_used_is_one_line(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(BadInputError) as caught:
        read_vectors(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"names": np.array(["a"]), "vectors": np.eye(2)}, "2 vectors, and names or labels of 1"),
        ({"a": np.ones(2), "b": np.ones(3), "c": np.ones(2)}, "1 (b: 3) of 3 vectors have another dimension than 2"),
        ({"a": np.ones((2, 2))}, "holds 1 array (a (2, 2)); wanted is an NPZ"),
        ({}, "holds 0 arrays (none)"),
        ({"names": np.array(["a", None], object), "vectors": np.eye(2)}, "names must be text"),
        (
            {"names": np.array(["a", "b"]), "vectors": np.array([[1, np.inf], [1, 1]])},
            "NaN or infinity in 1 (a) of 2 vectors",
        ),
        ({"names": np.array([], str), "vectors": np.ones((0, 2))}, "holds no vectors"),
        ({"names": np.array([b"\xe9"]), "vectors": np.ones((1, 2))}, "names that are not text in UTF-8"),
        ({"names": np.array([2**31 - 1], np.uint32).view("U1"), "vectors": np.ones((1, 2))}, "names that are not text"),
        ({"names": np.array(["a"]), "vectors": np.ones((1, 0))}, "1 vector without numbers"),
        ({"kind": np.array("song")}, "where an index is needed"),
    ],
)
def test_arrays_that_are_no_vectors_are_one_line(tmp_path: Path, arrays: dict[str, Any], said: str) -> None:
    np.savez(tmp_path / "v.npz", **arrays)
    with pytest.raises(BadInputError) as caught:
        read_vectors(tmp_path / "v.npz")
    assert said in str(caught.value)


def test_a_damaged_npz_and_a_missing_file_are_one_line(tmp_path: Path) -> None:
    np.savez(tmp_path / "v.npz", names=["a"], vectors=np.ones((1, 900)))
    whole = (tmp_path / "v.npz").read_bytes()
    (tmp_path / "v.npz").write_bytes(whole[:300] + b"?" * 99 + whole[399:])
    with pytest.raises(BadInputError, match="no vectors can be read"):
        read_vectors(tmp_path / "v.npz")
    with pytest.raises(BadInputError, match="no such file or folder"):
        read_vectors(tmp_path / "none.npz")


@given(st.text(alphabet='ab,;\t\n "1.-ne\x00é', max_size=60) | st.binary(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_csv_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: str | bytes) -> None:
    path = tmp_path_factory.mktemp("vectors") / "v.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    try:
        found = read_vectors(path)
    except BadInputError:
        return
    assert found.vectors.shape[0] == len(found.names) > 0
    assert np.isfinite(found.vectors).all()


@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_damage_to_an_npz_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, place: int, damage: bytes
) -> None:
    path = tmp_path_factory.mktemp("vectors") / "v.npz"
    np.savez(path, names=["a", "b"], vectors=np.eye(2))
    whole = path.read_bytes()
    place %= len(whole)
    path.write_bytes(whole[:place] + damage + whole[place + len(damage) :])
    try:
        found = read_vectors(path)
    except BadInputError:
        return
    assert len(found.names) == len(found.vectors)
