"""On what a network was trained: all that may change the last digits of a result without changing the method."""

import platform
from importlib.metadata import version
from typing import Any

import torch

from pipeline.nn.device import name_device

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
"""Those whose arithmetic or whose files enter a result."""


def describe_environment(device: torch.device, precision: torch.dtype, threads: int) -> dict[str, Any]:
    """Describe system, processor, device and packages, as plain values.

    Parameters
    ----------
    device, precision
        Where and how the network was trained.
    threads : int
        Threads of the processor that computed.
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
