"""Several processes that train one network on one global batch, started by ``torchrun``.

Each takes its share of the pairs. Batch normalisation sees the whole batch: its sums, forward and backward, are added
up over the processes, so that the gradients are those of one process with all pairs.
"""

import json
import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from pipeline.errors import BadInputError
from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.networks.network import StyleNetwork
from pipeline.nn.pairs import Pairs


@dataclass(frozen=True)
class Processes:
    """One process among those that train together.

    Attributes
    ----------
    number, count : int
        From 0, and how many there are.
    device : torch.device
        Where it computes.
    """

    number: int
    count: int
    device: torch.device

    @classmethod
    def join(cls, device: torch.device) -> "Processes":
        """Meet the others that ``torchrun`` has started; alone without it.

        Processes on one machine take its GPUs in order.
        """
        count = int(os.environ.get("WORLD_SIZE", "1"))
        if count == 1:
            return cls(0, 1, device)
        if device.type == "cuda":
            device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
            torch.cuda.set_device(device)
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
        return cls(distributed.get_rank(), count, device)

    def leave(self) -> None:
        """End the meeting; a process that leaves early makes the others fail, not wait."""
        if self.count > 1:
            distributed.destroy_process_group()

    @property
    def first(self) -> bool:
        """Whether this is the one that validates, speaks and writes."""
        return self.number == 0

    def check(self, pairs: int) -> None:
        """Refuse a batch that cannot be shared out with as many pairs of each kind for everyone."""
        if pairs % (2 * self.count):
            raise BadInputError(
                f"params.yaml: train.pairs: {pairs} pairs cannot be shared by {self.count} processes; "
                f"take a multiple of {2 * self.count}"
            )

    def share(self, pairs: Pairs) -> Pairs:
        """Take this process's pairs of a batch that all have drawn alike."""
        mine = slice(self.number, None, self.count)
        return Pairs(pairs.first[mine], pairs.second[mine], pairs.same[mine])

    def wrap(self, network: Embedder) -> nn.Module:
        """Make the network average its gradients over the processes, and normalise over all their clips."""
        if self.count == 1:
            return network
        if not isinstance(network, StyleNetwork):
            raise BadInputError(
                "params.yaml: network.kind: a light network trains in one process, in minutes; run it without torchrun"
            )
        network.total = self.total
        if self.device.type == "cuda":
            synchronised = nn.SyncBatchNorm.convert_sync_batchnorm(network)
            return DistributedDataParallel(synchronised, [self.device], broadcast_buffers=False)
        # A bias before normalisation has no gradient in the fast convolutions.
        return DistributedDataParallel(network, broadcast_buffers=False, find_unused_parameters=True)

    def total(self, numbers: Tensor) -> Tensor:
        """Add up over the processes; no gradient flows through."""
        if self.count > 1:
            numbers = numbers.to(self.device, copy=True)
            distributed.all_reduce(numbers)
        return numbers

    def gather(self, rows: Tensor) -> Tensor:
        """Join what each found for its pairs, in the order of the whole batch."""
        if self.count == 1:
            return rows
        parts = [torch.empty_like(rows) for _ in range(self.count)]
        distributed.all_gather(parts, rows.contiguous())
        return torch.stack(parts, 1).flatten(0, 1)

    def any(self, here: bool) -> bool:
        """Tell whether it is so in any process."""
        return bool(self.total(torch.tensor([int(here)])).item())

    def tell(self, numbers: list[float]) -> list[float]:
        """Give all processes the numbers that the first one has; the others pass as many."""
        if self.count == 1:
            return numbers
        told = torch.tensor(numbers, dtype=torch.float64, device=self.device)
        distributed.broadcast(told, 0)
        return [float(number) for number in told.tolist()]

    def tell_state(
        self, tensors: dict[str, Tensor], record: dict[str, Any]
    ) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Give all processes the tensors and the JSON values that the first one has."""
        if self.count == 1:
            return tensors, record
        layout = {name: [str(one.dtype).removeprefix("torch."), list(one.shape)] for name, one in tensors.items()}
        told = json.loads(self._tell_text(json.dumps([layout, record])))
        received = {}
        for name, (dtype, shape) in told[0].items():
            one = tensors[name] if self.first else torch.empty(shape, dtype=getattr(torch, dtype))
            sent = one.to(self.device, copy=True).contiguous()
            distributed.broadcast(sent, 0)
            received[name] = sent.cpu()
        return received, told[1]

    def _tell_text(self, text: str) -> str:
        content = torch.from_numpy(np.frombuffer(text.encode(), np.uint8).copy()).to(self.device)
        (length,) = self.tell([float(len(content))])
        told = content if self.first else torch.empty(int(length), dtype=torch.uint8, device=self.device)
        distributed.broadcast(told, 0)
        return bytes(told.cpu().numpy()).decode()
