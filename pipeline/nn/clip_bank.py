"""All clips of one part of the corpus, held where the network runs, gathered by number."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pipeline.storage.shard import ClipSet


class ClipBank:
    """Frames in float16 on the device, once; a clip is gathered as a slice of them.

    Parameters
    ----------
    clips : ClipSet
        The clips of one part.
    device : torch.device
        Where the frames live.
    """

    def __init__(self, clips: ClipSet, device: torch.device) -> None:
        self._frames = torch.from_numpy(clips.frames).to(device)
        self._first_frame = torch.from_numpy(clips.first_frame).to(device)
        self._within = torch.arange(clips.clip_frames, device=device)

    def __len__(self) -> int:
        return len(self._first_frame)

    def gather(self, numbers: NDArray[np.int64]) -> Tensor:
        """Fetch clips by number: (n,) to float32 of shape (n, 1, frames, bins)."""
        chosen = torch.from_numpy(numbers).to(self._first_frame.device)
        rows = self._first_frame[chosen, None] + self._within
        return self._frames[rows].float().unsqueeze(1)
