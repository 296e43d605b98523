from pathlib import Path

import h5py
import numpy as np
import pytest

from pipeline.errors import BadInputError
from pipeline.storage.shard import ShardRecording, read_shards, write_shards


def recording(name: str, frames: int, starts: list[int], singer: str = "ann") -> ShardRecording:
    generator = np.random.default_rng(frames)
    spectrogram = generator.uniform(0, 60, (frames, 6)).astype(np.float16)
    return ShardRecording(name, singer, "söng", spectrogram, np.array(starts, np.int32))


RECORDINGS = [
    recording("a", 30, [0, 4, 20]),
    recording("b", 25, [10], singer="bo"),
    recording("c", 7, [0], singer="cy 'ß'"),
    recording("d", 12, [0, 2]),
]


def write(folder: Path, max_frames: int = 1000) -> list[Path]:
    return write_shards(folder, "train", RECORDINGS, feature="mel", clip_frames=10, max_frames=max_frames)


@pytest.mark.parametrize("memory", [0, None])
@pytest.mark.parametrize(("max_frames", "shards"), [(1000, 1), (56, 2), (10, 4)])
def test_clips_come_back_as_slices_of_their_recordings(
    tmp_path: Path, max_frames: int, shards: int, memory: int | None
) -> None:
    assert len(write(tmp_path, max_frames)) == shards
    clips = read_shards(tmp_path, "train", memory)
    assert clips.frames.mapped is (memory == 0)
    expected = [(one, start) for one in RECORDINGS for start in one.clip_starts]
    assert len(clips) == len(expected) == 7
    for number, (one, start) in enumerate(expected):
        held = np.empty((1, 10, 6), np.float16)
        clips.frames.gather(clips.first_frame[[number]], 10, held)
        whole = np.vstack([one.frames, np.zeros((10, 6), np.float16)])[start : start + 10]
        assert (held[0] == whole).all()
        named = (clips.recording[number], clips.singer[number], clips.song[number], clips.start[number])
        assert named == (one.name, one.singer, one.song, start)


def test_frames_are_stored_once(tmp_path: Path) -> None:
    write(tmp_path)
    assert len(read_shards(tmp_path, "train").frames) == 30 + 25 + 10 + 12


def test_the_same_recordings_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, 56)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()


def test_parts_do_not_mix(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(BadInputError, match="no shard of the test part.*dvc repro shards"):
        read_shards(tmp_path, "test")


@pytest.mark.parametrize("memory", [0, None])
def test_a_truncated_shard_is_named(tmp_path: Path, memory: int | None) -> None:
    (path,) = write(tmp_path)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BadInputError, match=r"train-000\.h5: not a whole shard.*delete it"):
        read_shards(tmp_path, "train", memory)


def test_frames_that_do_not_lie_in_one_piece_cannot_be_mapped(tmp_path: Path) -> None:
    (path,) = write(tmp_path)
    with h5py.File(path, "a") as shard:
        frames = shard["frames"][:]
        del shard["frames"]
        shard.create_dataset("frames", data=frames, chunks=(4, 6))
    assert len(read_shards(tmp_path, "train")) == 7
    with pytest.raises(BadInputError, match=r"train-000\.h5: not a whole shard .*are not stored as one piece"):
        read_shards(tmp_path, "train", memory=0)


def test_a_shard_of_another_version_is_named(tmp_path: Path) -> None:
    (path,) = write(tmp_path)
    with h5py.File(path, "a") as shard:
        shard.attrs["version"] = 99
    with pytest.raises(BadInputError, match=r"train-000\.h5: version 99, not 1"):
        read_shards(tmp_path, "train")


def test_clips_past_the_frames_are_refused(tmp_path: Path) -> None:
    (path,) = write(tmp_path)
    with h5py.File(path, "a") as shard:
        shard["clip_starts"][-1] = 3
    with pytest.raises(BadInputError, match="a clip reaches past the frames"):
        read_shards(tmp_path, "train")


@pytest.mark.parametrize("count", [-1, 2**62])
def test_counts_of_clips_are_checked_before_memory_is_taken(tmp_path: Path, count: int) -> None:
    (path,) = write(tmp_path)
    with h5py.File(path, "a") as shard:
        shard["recordings/clips"][0] = count
    with pytest.raises(BadInputError, match="recordings do not account for"):
        read_shards(tmp_path, "train")


@pytest.mark.parametrize("memory", [0, None])
def test_claims_of_size_are_checked_before_memory_is_taken(tmp_path: Path, memory: int | None) -> None:
    (path,) = write(tmp_path)
    with h5py.File(path, "a") as shard:
        del shard["frames"]
        shard.create_dataset("frames", (2**42, 6), np.float16, chunks=(4, 6))
    with pytest.raises(BadInputError, match=r"train-000\.h5: .*claim 5277655813\d+ bytes"):
        read_shards(tmp_path, "train", memory)


def test_shards_of_different_features_are_refused(tmp_path: Path) -> None:
    paths = write(tmp_path, 56)
    with h5py.File(paths[1], "a") as shard:
        shard.attrs["feature"] = "cqt"
    with pytest.raises(BadInputError, match="differ in feature or shape"):
        read_shards(tmp_path, "train")
