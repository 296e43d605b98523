import json
from pathlib import Path

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from safetensors import SafetensorError

from pipeline.storage.checkpoint import Checkpoint, CheckpointFolder

SHARES = st.floats(0, 1, exclude_max=True)
SUFFIXES = st.sampled_from(["json", "safetensors"])


def made(step: int) -> Checkpoint:
    table = torch.arange(6.0).view(2, 3).to(memory_format=torch.contiguous_format) * step
    return Checkpoint(step, {"table": table, "turned": table.T, "count": torch.tensor(step)}, {"big": 2**100 + step})


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def folder(tmp_path: Path, lines: list[str]) -> CheckpointFolder:
    return CheckpointFolder(tmp_path, lines.append)


def test_what_is_written_is_read(folder: CheckpointFolder) -> None:
    folder.write(made(7))
    found = folder.newest()
    assert found is not None
    assert (found.step, found.record) == (7, {"big": 2**100 + 7})
    for name, tensor in made(7).tensors.items():
        assert torch.equal(found.tensors[name], tensor)
        assert found.tensors[name].dtype == tensor.dtype


def test_the_last_two_are_kept(folder: CheckpointFolder) -> None:
    for step in (5, 10, 2000):
        folder.write(made(step))
    names = sorted(path.name for path in folder.path.iterdir())
    assert names == ["000000010.json", "000000010.safetensors", "000002000.json", "000002000.safetensors"]


def test_an_empty_folder_has_none(folder: CheckpointFolder, lines: list[str]) -> None:
    assert folder.newest() is None
    assert lines == []


@pytest.mark.parametrize("suffix", ["json", "safetensors"])
def test_without_one_of_its_files_a_checkpoint_is_none(folder: CheckpointFolder, lines: list[str], suffix: str) -> None:
    folder.write(made(1))
    folder.write(made(2))
    (folder.path / f"000000002.{suffix}").unlink()
    found = folder.newest()
    assert found is not None
    assert found.step == 1
    assert len(lines) == (suffix == "safetensors")


@pytest.mark.slow
@given(
    where=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255), suffix=st.sampled_from(["json", "safetensors"])
)
@example(where=0.05859375, flip=0x20 ^ 0x09, suffix="json")
def test_any_changed_byte_is_noticed_and_the_older_one_taken(
    tmp_path_factory: pytest.TempPathFactory, where: float, flip: int, suffix: str
) -> None:
    """But one that changes nothing that is read: a blank that becomes a tab."""
    lines: list[str] = []
    folder = CheckpointFolder(tmp_path_factory.mktemp("checkpoints"), lines.append)
    folder.write(made(1))
    folder.write(made(2))
    path = folder.path / f"000000002.{suffix}"
    written = path.read_bytes()
    content = bytearray(written)
    content[int(where * len(content))] ^= flip
    path.write_bytes(content)
    found = folder.newest()
    assert found is not None
    if suffix == "json" and found.step == 2:
        assert json.loads(content) == json.loads(written)
        return
    assert found.step == 1
    assert lines[0].startswith("checkpoint of step 2 is damaged (")
    assert lines[0].endswith("trying the one before it")


@given(share=SHARES, suffix=SUFFIXES)
def test_a_truncated_file_is_noticed(tmp_path_factory: pytest.TempPathFactory, share: float, suffix: str) -> None:
    lines: list[str] = []
    folder = CheckpointFolder(tmp_path_factory.mktemp("checkpoints"), lines.append)
    folder.write(made(2))
    path = folder.path / f"000000002.{suffix}"
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    assert folder.newest() is None
    assert len(lines) == 1


def test_what_a_broken_write_left_is_removed_by_the_next(folder: CheckpointFolder) -> None:
    folder.write(made(1))
    (folder.path / "000000002.safetensors").write_bytes(b"whole, but its JSON was never written")
    (folder.path / "000000003.safetensors.part").write_bytes(b"half")
    (folder.path / "lock").touch()
    folder.write(made(4))
    names = {path.name for path in folder.path.iterdir()}
    kept = {f"00000000{step}.{suffix}" for step in (1, 4) for suffix in ("json", "safetensors")}
    assert names == kept | {"lock"}


def test_a_write_that_fails_leaves_the_earlier_ones(folder: CheckpointFolder) -> None:
    folder.write(made(1))
    with pytest.raises((OSError, SafetensorError)):
        CheckpointFolder(folder.path / "missing").write(made(2))
    found = folder.newest()
    assert found is not None
    assert found.step == 1
