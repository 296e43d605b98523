import numpy as np
import torch

from pipeline.nn.clip_bank import ClipBank
from pipeline.storage.frames import FrameTables
from pipeline.storage.shard import ClipSet


def test_gathers_slices_of_the_frames() -> None:
    frames = np.arange(40, dtype=np.float16).reshape(20, 2)
    names = np.array(["r", "r", "r"])
    clips = ClipSet(
        FrameTables([frames]), np.array([0, 3, 16]), names, names, names, np.array([0, 3, 16], np.int32), 4, "mel"
    )
    bank = ClipBank(clips, torch.device("cpu"))
    gathered = bank.gather(np.array([2, 0]))
    assert len(bank) == 3
    assert bank.where == "memory"
    assert gathered.dtype is torch.float32
    assert gathered.tolist() == [[frames[16:20].tolist()], [frames[0:4].tolist()]]
