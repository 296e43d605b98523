"""Several processes that train one network on one global batch, started by ``torchrun``.

Each process gets its share of the pairs. Batch normalisation sees the whole batch: its sums, forward and backward, are
added up over the processes, so the gradients are those of a single process with all pairs.
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
from pipeline.nn.networks.residual import StyleNetwork
from pipeline.nn.pairs import Pairs
from pipeline.runtime.counting import counted


@dataclass(frozen=True)
class Processes:
    """One process among those that train together.

    Attributes
    ----------
    number, count : int
        Number of this process, from 0, and number of processes.
    device : torch.device
        Device of this process.
    """

    number: int
    count: int
    device: torch.device

    @classmethod
    def join(cls, device: torch.device) -> "Processes":
        """Join the processes started by ``torchrun``; without it there is this one alone.

        Processes on one machine use its GPUs in order.
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
        """Leave the process group; if a process leaves early, the others fail instead of waiting."""
        if self.count > 1:
            distributed.destroy_process_group()

    @property
    def first(self) -> bool:
        """Whether this is the process that validates, prints and writes."""
        return self.number == 0

    def check(self, pairs: int) -> None:
        """Reject a batch that cannot be divided into equal numbers of pairs of each kind."""
        if pairs % (2 * self.count):
            what, by = counted(pairs, "pair"), counted(self.count, "process", "processes")
            raise BadInputError(
                f"params.yaml: train.pairs: {what} cannot be shared by {by}; use a multiple of {2 * self.count}"
            )

    def share(self, pairs: Pairs) -> Pairs:
        """Return this process's pairs of a batch that all processes have drawn alike."""
        mine = slice(self.number, None, self.count)
        return Pairs(pairs.first[mine], pairs.second[mine], pairs.same[mine])

    def wrap(self, network: Embedder) -> nn.Module:
        """Make the network average its gradients over the processes, and normalise over all their clips."""
        if self.count == 1:
            return network
        if not isinstance(network, StyleNetwork):
            raise BadInputError(
                "params.yaml: network.kind: a light network trains in one process, in minutes; run without torchrun"
            )
        network.total = self.total
        if self.device.type == "cuda":
            synchronised = nn.SyncBatchNorm.convert_sync_batchnorm(network)
            return DistributedDataParallel(synchronised, [self.device], broadcast_buffers=False)
        # A bias before normalisation has no gradient in the fast convolutions.
        return DistributedDataParallel(network, broadcast_buffers=False, find_unused_parameters=True)

    def total(self, numbers: Tensor) -> Tensor:
        """Sum over the processes; no gradient flows through."""
        if self.count > 1:
            numbers = numbers.to(self.device, copy=True)
            distributed.all_reduce(numbers)
        return numbers

    def gather(self, rows: Tensor) -> Tensor:
        """Gather the rows of all processes, in the order of the whole batch."""
        if self.count == 1:
            return rows
        parts = [torch.empty_like(rows) for _ in range(self.count)]
        distributed.all_gather(parts, rows.contiguous())
        return torch.stack(parts, 1).flatten(0, 1)

    def any(self, here: bool) -> bool:
        """Return whether the flag is set in any process."""
        return bool(self.total(torch.tensor([int(here)])).item())

    def broadcast(self, numbers: list[float]) -> list[float]:
        """Send the numbers of the first process to all; the others pass as many."""
        if self.count == 1:
            return numbers
        sent = torch.tensor(numbers, dtype=torch.float64, device=self.device)
        distributed.broadcast(sent, 0)
        return [float(number) for number in sent.tolist()]

    def broadcast_state(
        self, tensors: dict[str, Tensor], record: dict[str, Any]
    ) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Send the tensors and the JSON values of the first process to all."""
        if self.count == 1:
            return tensors, record
        layout = {name: [str(one.dtype).removeprefix("torch."), list(one.shape)] for name, one in tensors.items()}
        layout, record = json.loads(self._broadcast_text(json.dumps([layout, record])))
        received = {}
        for name, (dtype, shape) in layout.items():
            one = tensors[name] if self.first else torch.empty(shape, dtype=getattr(torch, dtype))
            sent = one.to(self.device, copy=True).contiguous()
            distributed.broadcast(sent, 0)
            received[name] = sent.cpu()
        return received, record

    def _broadcast_text(self, text: str) -> str:
        content = torch.from_numpy(np.frombuffer(text.encode(), np.uint8).copy()).to(self.device)
        (length,) = self.broadcast([float(len(content))])
        sent = content if self.first else torch.empty(int(length), dtype=torch.uint8, device=self.device)
        distributed.broadcast(sent, 0)
        return bytes(sent.cpu().numpy()).decode()
