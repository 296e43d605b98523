import numpy as np
import pytest
import torch

from pipeline.nn import clip_bank
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


def test_clips_that_are_kept_on_the_device_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames of three tables, moved seven at a time; the processor stands in for the device."""
    frames = np.random.default_rng(0).uniform(0, 60, (50, 3)).astype(np.float16)
    first = np.array([0, 3, 16, 27, 43])
    names = np.full(5, "r")
    clips = ClipSet(
        FrameTables([frames[:20], frames[20:31], frames[31:]]),
        first,
        names,
        names,
        names,
        first.astype(np.int32),
        4,
        "mel",
    )
    numbers = np.array([4, 0, 2, 3, 1, 1])
    gathered = ClipBank(clips, torch.device("cpu")).gather(numbers)
    monkeypatch.setattr(clip_bank, "_fits", lambda clips, device: True)
    monkeypatch.setattr(clip_bank, "MOVED", 7)
    resident = ClipBank(clips, torch.device("cpu"))
    assert resident.where == "device"
    assert torch.equal(resident.gather(numbers), gathered)
    assert torch.equal(gathered[0, 0], torch.from_numpy(frames[43:47]).float())
