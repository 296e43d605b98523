"""What is written is read again, and what no network could have is refused by its name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from pipeline.errors import BadInputError
from pipeline.model.encoder import KINDS
from pipeline.model.model_file import identify, read_model_file, write_model_file
from pipeline.nn.networks import factory
from tests.model.conftest import CALIBRATION, LISTENING

SHAPE = {"kind": "statistics", "frames": LISTENING.clip_frames, "bins": LISTENING.bins}
WEIGHTS = {
    "output.weight": np.arange(6, dtype=np.float32).reshape(2, 3),
    "norm.running_var": np.ones(3, np.float32),
    "norm.num_batches_tracked": np.array(7),
}
Array = NDArray[Any]


def write(path: Path, **changed: Array) -> Path:
    weights = WEIGHTS | {name.replace("__", "."): value for name, value in changed.items()}
    write_model_file(path, weights, SHAPE, LISTENING, CALIBRATION, {"licence": "none"})
    return path


def test_weights_are_kept_whatever_their_layout(tmp_path: Path) -> None:
    plain = write(tmp_path / "plain.safetensors")
    layouts: dict[str, Callable[[Array], Array]] = {
        "fortran": np.asfortranarray,
        "strided": lambda weight: np.repeat(weight, 2, axis=1)[:, ::2],
        "reversed": lambda weight: weight[::-1].copy()[::-1],
    }
    for name, layout in layouts.items():
        path = write(tmp_path / f"{name}.safetensors", output__weight=layout(WEIGHTS["output.weight"]))
        assert path.read_bytes() == plain.read_bytes(), name
    for name, value in read_model_file(plain).weights.items():
        np.testing.assert_array_equal(value, WEIGHTS[name])
        assert (value.dtype, value.shape) == (WEIGHTS[name].dtype, WEIGHTS[name].shape)


def test_an_identity_is_that_which_tensors_have_always_had() -> None:
    """By the hash of names, types as PyTorch prints them, shapes and bytes, written out here."""
    xxhash = pytest.importorskip("xxhash")
    digest = xxhash.xxh3_128(json.dumps([SHAPE, LISTENING.model_dump()], sort_keys=True).encode())
    for name, told in (
        ("norm.num_batches_tracked", "torch.int64 ()"),
        ("norm.running_var", "torch.float32 (3,)"),
        ("output.weight", "torch.float32 (2, 3)"),
    ):
        assert told == f"{torch.from_numpy(WEIGHTS[name]).dtype} {WEIGHTS[name].shape}"
        digest.update(f"{name} {told}".encode())
        digest.update(WEIGHTS[name].tobytes())
    assert identify(WEIGHTS, SHAPE, LISTENING) == digest.hexdigest()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("output.weight", np.array([[1.0, np.nan]], np.float32), "output.weight holds numbers that are not finite"),
        ("output.weight", np.array([[1.0, -np.inf]], np.float32), "output.weight holds numbers that are not finite"),
        ("norm.running_var", np.array([1.0, -1e-3], np.float32), "norm.running_var holds a variance below 0"),
        ("output.weight", np.ones((2, 3), np.float16), "output.weight is F16"),
        ("output.weight", np.ones((2, 3)), "output.weight is F64"),
        ("norm.num_batches_tracked", np.array(7, np.int32), "norm.num_batches_tracked is I32"),
    ],
)
def test_weights_that_no_network_could_have_are_named(tmp_path: Path, name: str, value: Array, said: str) -> None:
    path = write(tmp_path / "model.safetensors", **{name.replace(".", "__"): value})
    with pytest.raises(BadInputError) as told:
        read_model_file(path)
    assert str(told.value).startswith(f"{path}: not a whole model ({said}); ")


def test_types_that_numpy_does_not_know_are_named(tmp_path: Path) -> None:
    path, header = tmp_path / "model.safetensors", json.dumps({"version": 1})
    save_file({"output.weight": torch.ones(3, dtype=torch.float8_e4m3fn)}, path, {"singing_style": header})
    with pytest.raises(BadInputError, match=r"not a whole model \(output.weight is F8_E4M3\)"):
        read_model_file(path)


@pytest.mark.parametrize("version", [2, True, None, "one"])
def test_another_version_is_told(tmp_path: Path, version: object) -> None:
    path = tmp_path / "model.safetensors"
    save_file({"output.weight": torch.ones(3)}, path, {"singing_style": json.dumps({"version": version})})
    with pytest.raises(BadInputError, match=f"version {version} of the format, this program reads 1;"):
        read_model_file(path)


def test_a_header_without_an_end_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file({"a": torch.ones(1)}, path, {"singing_style": 100_000 * "["})
    with pytest.raises(BadInputError, match="not a whole model") as told:
        read_model_file(path)
    assert "\n" not in str(told.value)


def test_kinds_are_those_of_the_networks() -> None:
    assert set(KINDS) == set(factory.KINDS)
