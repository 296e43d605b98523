"""A GPU that is only pretended: shapes are followed, nothing is computed, and who waits for it is found.

It is PyTorch's device ``meta``. Nothing can be read from it: ``item``, ``nonzero``, copies to the processor and the
like raise. Copies to it that would wait are listed here. What CUDA's own libraries do is not seen.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

import torch
import torch._meta_registrations  # gives the fused optimiser to this device
from torch import Tensor
from torch.optim import optimizer
from torch.utils._python_dispatch import TorchDispatchMode

from pipeline.nn import clip_bank
from pipeline.nn.training import trainer

GPU = torch.device("meta")
MOVE, OVERWRITE = torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default


class BlockingCopies(TorchDispatchMode):
    """Lists the copies from the processor that wait until the GPU has done all else."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.found: list[str] = []

    def __torch_dispatch__(
        self, function: Any, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Run an operation, and note whether it waits."""
        named = kwargs or {}
        result = function(*args, **named)
        if function in (MOVE, OVERWRITE):
            source = args[0] if function is MOVE else args[1]
            goes_on = named.get("non_blocking", False) or (function is OVERWRITE and len(args) > 2 and args[2])
            if source.device != result.device and not goes_on:
                self.found.append(str(function))
        return result


@contextmanager
def pretended_gpu() -> Iterator[None]:
    """Pretend that there is a GPU with room for all clips; autocast knows no such device, so it is float32."""
    supported = optimizer._get_fused_kernels_supported_devices  # type: ignore[attr-defined]
    with (
        patch.object(clip_bank, "_fits", lambda clips, device: True),
        patch.object(trainer, "autocast", lambda device, precision: nullcontext()),
        patch.object(optimizer, "_get_fused_kernels_supported_devices", lambda: [*supported(), GPU.type]),
    ):
        yield


def is_there(tensor: Tensor) -> bool:
    """Whether a tensor is on the pretended GPU."""
    return tensor.device == GPU
