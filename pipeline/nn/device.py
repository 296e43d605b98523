"""The device and the precision in which the network runs, and the record of the environment."""

import ctypes
import os
import platform
import sys
from contextlib import AbstractContextManager
from importlib.metadata import version
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.errors import BadInputError

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3
_LARGEST_INT, _NEVER = 2**31 - 1, -1

# Packages whose arithmetic or file formats affect a result.
PACKAGES = (
    "av",
    "h5py",
    "librosa",
    "numpy",
    "praat-parselmouth",
    "safetensors",
    "scikit-learn",
    "scipy",
    "soundfile",
    "soxr",
    "torch",
)


def choose_device() -> torch.device:
    """Choose the first CUDA device if there is one, else the processor.

    float32 is float32 there: by default cuDNN would round what it convolves to ten bits.
    """
    torch.backends.cudnn.allow_tf32 = False
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def choose_precision(asked: str, device: torch.device, field: str = "precision") -> torch.dtype:
    """Resolve ``auto`` to bfloat16 if the device computes in it natively, else to float32.

    Parameters
    ----------
    asked : {"auto", "float32", "bfloat16"}
    device : torch.device
    field : str, optional
        The parameter that asks, such as ``train.precision``, for the message.

    Raises
    ------
    BadInputError
        ``bfloat16`` is requested, but the device does not support it.
    """
    able = _has_bfloat16(device)
    if asked == "bfloat16" and not able:
        raise BadInputError(f"params.yaml: {field}: this {device.type} has no bfloat16; use auto or float32")
    return torch.bfloat16 if able and asked != "float32" else torch.float32


def name_device(device: torch.device) -> str:
    """Return the device's product name, for the record."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return str(torch.cpu.get_capabilities().get("cpu_name", platform.processor())) + f" x {torch.get_num_threads()}"


def describe_environment(device: torch.device, precision: torch.dtype, threads: int) -> dict[str, Any]:
    """Describe system, processor, device and packages, as plain values.

    Parameters
    ----------
    device, precision
        Where and how the network was trained.
    threads : int
        Number of processor threads used.
    """
    capabilities = torch.cpu.get_capabilities()
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "c_library": " ".join(platform.libc_ver()).strip(),
        "processor": str(capabilities.get("cpu_name", platform.processor())),
        "processor_features": sorted(name for name, able in capabilities.items() if able is True),
        "device": name_device(device),
        "precision": str(precision).removeprefix("torch."),
        "threads": threads,
        "packages": {name: version(name) for name in PACKAGES},
    }


def _has_bfloat16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def autocast(device: torch.device, precision: torch.dtype) -> AbstractContextManager[object]:
    """Run matrix products and convolutions within the context in `precision`; float32 changes nothing."""
    return torch.autocast(device.type, precision, enabled=precision != torch.float32)


def to_device(values: NDArray[np.generic] | Tensor, device: torch.device, dtype: torch.dtype | None = None) -> Tensor:
    """Move values to a device without waiting for it.

    From memory that the system may move, a copy to a GPU waits for all that the GPU has still to do. From pinned
    memory it takes its turn, and PyTorch keeps that memory until it is done.

    Parameters
    ----------
    values : ndarray or Tensor
        On the processor; on a processor they are not copied.
    device : torch.device
    dtype : torch.dtype, optional
        What to convert to, before they are moved.
    """
    tensor = values if isinstance(values, Tensor) else torch.from_numpy(values)
    if dtype:
        tensor = tensor.to(dtype)
    if device.type == "cuda":
        tensor = tensor.pin_memory()
    return tensor.to(device, non_blocking=True)


def keep_memory() -> None:
    """Keep freed memory in the process instead of returning it to the system after every step.

    The largest activations take hundreds of megabytes; mapping them anew every time costs as much as computing them.
    Only glibc has this setting; elsewhere nothing is done.
    """
    if not sys.platform.startswith("linux") or "glibc" not in os.confstr("CS_GNU_LIBC_VERSION"):  # type: ignore[operator]
        return
    mallopt = ctypes.CDLL(None).mallopt
    for setting, value in (
        (_M_MMAP_THRESHOLD, _LARGEST_INT),
        (_M_TRIM_THRESHOLD, _NEVER),
        (_M_TOP_PAD, 2**28),
    ):
        mallopt(ctypes.c_int(setting), ctypes.c_int(value))


def use_threads(asked: int | Literal["auto"]) -> int:
    """Set the number of processor threads from now on; ``auto`` leaves it to PyTorch.

    Sums are split among threads, and floating-point sums depend on their order: results with another number of threads
    differ in the last digits.

    Returns
    -------
    int
        The number in use.
    """
    if asked != "auto":
        torch.set_num_threads(asked)
    return torch.get_num_threads()
