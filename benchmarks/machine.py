"""The machine on which something was measured."""

import os
from typing import Any

import psutil
import torch

from pipeline.nn.device import choose_device, choose_precision, describe_environment


def describe_machine() -> dict[str, Any]:
    """Describe the processor, its memory, and the software that computes."""
    device = choose_device()
    precision = choose_precision("auto", device)
    described = describe_environment(device, precision, torch.get_num_threads())
    kept = ("processor", "device", "python", "precision", "threads", "system")
    return {
        **{name: described[name] for name in kept},
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "torch": described["packages"]["torch"],
        "amx": "amx_bf16" in described["processor_features"],
    }
