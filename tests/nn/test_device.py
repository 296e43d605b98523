import json
import platform

import numpy as np
import pytest
import torch

from pipeline.errors import BadInputError
from pipeline.nn.device import (
    PACKAGES,
    autocast,
    choose_device,
    choose_precision,
    describe_environment,
    to_device,
    use_threads,
)

CPU = torch.device("cpu")


@pytest.fixture
def processor(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: request.param)


@pytest.mark.parametrize("processor", [{"avx512_bf16": True}, {"amx_bf16": True}], indirect=True)
@pytest.mark.usefixtures("processor")
def test_auto_takes_bfloat16_where_the_processor_has_it() -> None:
    assert choose_precision("auto", CPU) is torch.bfloat16
    assert choose_precision("bfloat16", CPU) is torch.bfloat16
    assert choose_precision("float32", CPU) is torch.float32


@pytest.mark.parametrize("processor", [{"avx2": True, "avx512_bf16": False}], indirect=True)
@pytest.mark.usefixtures("processor")
def test_bfloat16_is_never_emulated() -> None:
    assert choose_precision("auto", CPU) is torch.float32
    with pytest.raises(BadInputError, match=r"^params.yaml: embed.precision: .* no bfloat16; use auto or float32"):
        choose_precision("bfloat16", CPU, "embed.precision")


def test_runs_on_cuda_exactly_where_it_is() -> None:
    assert choose_device().type == ("cuda" if torch.cuda.is_available() else "cpu")


def test_float32_is_not_shortened_on_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", True)
    choose_device()
    assert torch.backends.cudnn.allow_tf32 is False


def test_values_that_stay_on_the_processor_are_not_copied() -> None:
    values = np.arange(3.0)
    assert to_device(values, CPU).data_ptr() == values.ctypes.data
    assert to_device(values, CPU, torch.float32).tolist() == [0, 1, 2]
    assert to_device(torch.ones(2), CPU).dtype is torch.float32


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_matrix_products_run_in_the_precision(precision: torch.dtype) -> None:
    with autocast(CPU, precision):
        assert (torch.rand(2, 2) @ torch.rand(2, 2)).dtype is precision


def test_a_number_of_threads_is_taken_and_auto_leaves_it() -> None:
    before = torch.get_num_threads()
    try:
        assert use_threads(3) == torch.get_num_threads() == 3
        assert use_threads("auto") == 3
    finally:
        torch.set_num_threads(before)


def test_the_environment_is_plain_and_the_same_twice() -> None:
    found = describe_environment(CPU, torch.bfloat16, 3)
    assert json.loads(json.dumps(found)) == found == describe_environment(CPU, torch.bfloat16, 3)
    assert (found["precision"], found["threads"]) == ("bfloat16", 3)
    assert found["python"] == platform.python_version()
    assert found["packages"]["numpy"] == np.__version__
    assert set(found["packages"]) == set(PACKAGES)


def test_features_of_the_processor_are_named() -> None:
    features = describe_environment(CPU, torch.float32, 1)["processor_features"]
    able = torch.cpu.get_capabilities()
    assert features == sorted(features)
    assert ("avx2" in features) == bool(able.get("avx2"))
    assert not any(able.get(name) is False for name in features)
