"""All clips of one part of the corpus, gathered by number on the device where the network runs."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.nn.device import to_device
from pipeline.storage.frames import FrameTables
from pipeline.storage.shard import ClipSet

# Frames are kept on a GPU if they take no more than this share of its free memory.
DEVICE_SHARE = 0.5
# Frames that are moved to a GPU at a time: 12 MiB of 96 bins.
MOVED = 2**16


class ClipBank:
    """Clips by number. Frames are held in float16: on a GPU if they fit, otherwise where they were read.

    Parameters
    ----------
    clips : ClipSet
        The clips of one part.
    device : torch.device
        Where clips are gathered.
    """

    def __init__(self, clips: ClipSet, device: torch.device) -> None:
        self._clips, self._device = clips, device
        self._resident = _move(clips.frames, device) if _fits(clips, device) else None
        self._within = torch.arange(clips.clip_frames, device=device)

    def __len__(self) -> int:
        return len(self._clips)

    @property
    def where(self) -> str:
        """Where the frames are held: ``device``, ``memory`` or ``disk``."""
        if self._resident is not None:
            return "device"
        return "disk" if self._clips.frames.mapped else "memory"

    def gather(self, numbers: NDArray[np.int64]) -> Tensor:
        """Gather clips by number: (n,) to float32 of shape (n, 1, frames, bins)."""
        first = self._clips.first_frame[numbers]
        if self._resident is not None:
            rows = to_device(first, self._device)[:, None] + self._within
            return self._resident[rows].float().unsqueeze(1)
        shape = (len(numbers), self._clips.clip_frames, self._clips.bins)
        gathered = torch.empty(shape, dtype=torch.float16, pin_memory=self._device.type == "cuda")
        self._clips.frames.gather(first, self._clips.clip_frames, gathered.numpy())
        return gathered.to(self._device, non_blocking=True).float().unsqueeze(1)


def _move(frames: FrameTables, device: torch.device) -> Tensor:
    """Copy all frames into one table on a device; never more than some of them are held in memory besides."""
    moved = torch.empty((len(frames), frames.bins), dtype=torch.float16, device=device)
    place = 0
    for table in frames.tables:
        for start in range(0, len(table), MOVED):
            part = np.array(table[start : start + MOVED])
            moved[place : place + len(part)] = torch.from_numpy(part)
            place += len(part)
    return moved


def _fits(clips: ClipSet, device: torch.device) -> bool:
    return device.type == "cuda" and clips.frames.bytes <= DEVICE_SHARE * torch.cuda.mem_get_info(device)[0]
