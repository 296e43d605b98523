from pathlib import Path

import numpy as np
import pytest

from pipeline.audio import spool as module
from pipeline.audio.spool import Spool


@pytest.mark.parametrize("memory", [64, 2**20])
def test_samples_come_back_as_often_as_asked(memory: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MEMORY", memory)
    monkeypatch.setattr(module, "BLOCK", 7)
    parts = [np.arange(size, dtype=np.float32) - 9 for size in (0, 5, 30, 1)]
    with Spool(tmp_path) as spool:
        for part in parts:
            spool.append(part)
        assert len(spool) == 36
        assert spool.peak == 20  # of -9..20
        for _ in range(2):
            assert np.concatenate(list(spool.blocks())).tolist() == np.concatenate(parts).tolist()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_named_by_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: bytes) -> int:
        raise OSError(28, "No space left on device")

    with Spool(tmp_path) as spool:
        monkeypatch.setattr(spool._file, "write", refuse)
        with pytest.raises(OSError, match="No space left on device") as fault:
            spool.append(np.ones(5, np.float32))
    assert (fault.value.errno, fault.value.filename) == (28, str(tmp_path))
