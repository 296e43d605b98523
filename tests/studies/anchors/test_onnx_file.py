"""ONNX files of anybody, from waveform to vector."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto

from pipeline.errors import BadInputError, BadRecordingError
from pipeline.studies.anchors.onnx_file import OnnxFile
from tests.studies.anchors.graphs import loudness_and_mean, write_graph

pytest.importorskip("onnxruntime")

SOUND = np.array([1, -3, 5, -3], np.float32)


@pytest.mark.parametrize("axes", [["samples"], [1, "samples"], ["batch", "samples"], [1, 1, "samples"], [None, None]])
def test_a_vector_by_hand(tmp_path: Path, axes: list[Any]) -> None:
    """The absolute values have mean 3, the values 0."""
    encoder = OnnxFile(loudness_and_mean(tmp_path / "mine.onnx", axes))
    assert encoder.rate == 16000
    np.testing.assert_allclose(encoder.embed(SOUND), [1, 0], atol=1e-7)


def test_of_vectors_of_windows_the_mean_is_taken(tmp_path: Path) -> None:
    """Windows of two: (1, -3) and (5, -3) have the mean (3, -3)."""
    nodes: list[Any] = [("Reshape", ["sound", "shape"], "windows", {})]
    for shape in ([-1, 2], [1, -1, 2]):
        path = write_graph(tmp_path / "windows.onnx", nodes, constants={"shape": shape})
        np.testing.assert_allclose(OnnxFile(path).embed(SOUND), np.array([1, -1]) / np.sqrt(2), rtol=1e-6)


def test_the_sampling_rate_stands_in_the_metadata(tmp_path: Path) -> None:
    assert OnnxFile(loudness_and_mean(tmp_path / "a.onnx", metadata={"sample_rate": "8000"})).rate == 8000
    for rate in ("8 kHz", "-8000", "0"):
        path = loudness_and_mean(tmp_path / "b.onnx", metadata={"sample_rate": rate})
        with pytest.raises(BadInputError, match=f"b.onnx: sample_rate of its metadata is '{rate}'; write Hz"):
            OnnxFile(path)


@pytest.mark.parametrize(
    "options",
    [
        {"axes": [80]},
        {"axes": ["batch", 80, 40]},
        {"axes": [1, 1, 1, "samples"]},
        {"axes": [2, "samples"]},
        {"kind": TensorProto.DOUBLE, "given": TensorProto.DOUBLE},
        {"others": ["length"]},
    ],
)
def test_other_inputs_are_one_line_that_names_them(tmp_path: Path, options: dict[str, Any]) -> None:
    path = write_graph(tmp_path / "mine.onnx", [("Abs", ["sound"], "vector", {})], **options)
    with pytest.raises(
        BadInputError, match=r"mine.onnx: its inputs are sound tensor.*; wanted is one input of float32"
    ):
        OnnxFile(path)


@pytest.mark.parametrize(
    ("node", "constants"),
    [
        # As long as the sound; one number; no axis at all.
        (("Abs", ["sound"], "out", {}), {}),
        (("ReduceMean", ["sound", "axis"], "out", {"keepdims": 1}), {"axis": [0]}),
        (("ReduceMean", ["sound", "axis"], "out", {"keepdims": 0}), {"axis": [0]}),
        (("Reshape", ["sound", "shape"], "out", {}), {"shape": [2, -1, 2]}),
    ],
)
def test_outputs_that_are_no_vectors_are_one_line(tmp_path: Path, node: Any, constants: dict[str, list[int]]) -> None:
    path = write_graph(tmp_path / "mine.onnx", [node], constants=constants)
    with pytest.raises(BadInputError, match=r"mine.onnx: its first output is of shape 2 s: \(.*\) and 3 s: \("):
        OnnxFile(path)


def test_whole_numbers_are_no_vector(tmp_path: Path) -> None:
    path = write_graph(tmp_path / "mine.onnx", [("Shape", ["sound"], "out", {})], given=TensorProto.INT64)
    with pytest.raises(BadInputError, match=r"mine.onnx: its first output is int64; wanted are vectors"):
        OnnxFile(path)


def test_a_file_that_fails_on_sound_is_told_before_the_work(tmp_path: Path) -> None:
    path = write_graph(tmp_path / "mine.onnx", [("Reshape", ["sound", "s"], "out", {})], constants={"s": [7, 11]})
    with pytest.raises(BadInputError, match=r"mine.onnx: fails on noise \("):
        OnnxFile(path)


def test_what_it_cannot_encode_is_a_bad_recording(tmp_path: Path) -> None:
    path = write_graph(tmp_path / "mine.onnx", [("Reshape", ["sound", "s"], "out", {})], constants={"s": [-1, 2]})
    encoder = OnnxFile(path)
    with pytest.raises(BadRecordingError, match=r"mine.onnx fails: "):
        encoder.embed(np.ones(3, np.float32))
    with pytest.raises(BadRecordingError, match="without a direction"):
        encoder.embed(np.zeros(4, np.float32))


def test_what_is_no_onnx_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"none.onnx: No such file or directory; name an ONNX file"):
        OnnxFile(tmp_path / "none.onnx")
    (tmp_path / "text.onnx").write_text("no model")
    with pytest.raises(BadInputError, match=r"text.onnx: not an ONNX model that onnxruntime can run \("):
        OnnxFile(tmp_path / "text.onnx")
