"""HDF5 shards: each recording's frames once, and the table of its clips (paper 3.3).

A clip is a slice of its recording's frames. Copies of clips that overlap by 80 % would take five times the disk and the
memory. A recording shorter than one clip is padded here with 0 dB, so that every clip is a whole slice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import h5py
import numpy as np
import psutil
from numpy.typing import NDArray

from pipeline.errors import BadInputError
from pipeline.storage.frames import FrameTables

VERSION = 1
# Frames are read into memory if they take no more than this share of the free memory; else they are mapped
MEMORY_SHARE = 0.5

# The fields of a `ClipSet` that hold one value per clip
CLIP_COLUMNS = ("first_frame", "recording", "singer", "song", "start")


@dataclass(frozen=True)
class ShardRecording:
    """What a shard holds of one recording.

    Attributes
    ----------
    name, singer, song : str
    frames : ndarray of float16, shape (frames, bins)
        Spectrogram in dB above the floor.
    clip_starts : ndarray of int32, shape (clips,)
        First frame of each clip.
    """

    name: str
    singer: str
    song: str
    frames: NDArray[np.float16]
    clip_starts: NDArray[np.int32]


@dataclass(frozen=True)
class ClipSet:
    """The clips of one part of the corpus, over frames that are stored once.

    Attributes
    ----------
    frames : FrameTables
        Of all recordings, one after the other.
    first_frame : ndarray of int64, shape (clips,)
        Where each clip begins in `frames`.
    recording, singer, song : ndarray of str, shape (clips,)
    start : ndarray of int32, shape (clips,)
        Where each clip begins in its recording, in frames.
    clip_frames : int
        Length of a clip.
    feature : str
        The kind of spectrogram that the frames hold.
    """

    frames: FrameTables
    first_frame: NDArray[np.int64]
    recording: NDArray[np.str_]
    singer: NDArray[np.str_]
    song: NDArray[np.str_]
    start: NDArray[np.int32]
    clip_frames: int
    feature: str

    def __len__(self) -> int:
        return len(self.first_frame)

    def __getitem__(self, chosen: NDArray[np.bool_]) -> "ClipSet":
        """Return the clips that a mask selects; frames are shared."""
        table = {name: getattr(self, name)[chosen] for name in CLIP_COLUMNS}
        return replace(self, **table)

    @property
    def bins(self) -> int:
        """Frequency bins of a frame."""
        return self.frames.bins


def write_shards(
    folder: Path,
    split: str,
    recordings: Iterable[ShardRecording],
    *,
    feature: str,
    clip_frames: int,
    max_frames: int,
) -> list[Path]:
    """Write one part of the corpus as ``<split>-000.h5``, ``<split>-001.h5`` ...

    Parameters
    ----------
    folder : Path
        An existing folder.
    split : str
        Name of the part: train, validation, test, or a study's own.
    recordings : iterable of ShardRecording
        Read one at a time; only one shard is held in memory.
    feature : str
        The kind of spectrogram that the frames hold.
    clip_frames : int
        Length of a clip, in frames.
    max_frames : int
        A shard holds at most this many frames (a longer recording has a shard of its own).

    Returns
    -------
    list of Path
        The shards, in order.
    """
    paths: list[Path] = []
    for batch in _batches(recordings, clip_frames, max_frames):
        path = folder / f"{split}-{len(paths):03d}.h5"
        _write_shard(path, batch, feature=feature, clip_frames=clip_frames)
        paths.append(path)
    return paths


def _batches(recordings: Iterable[ShardRecording], clip_frames: int, max_frames: int) -> Iterator[list[ShardRecording]]:
    batch: list[ShardRecording] = []
    held = 0
    for recording in recordings:
        whole = _pad(recording, clip_frames)
        if batch and held + len(whole.frames) > max_frames:
            yield batch
            batch, held = [], 0
        batch.append(whole)
        held += len(whole.frames)
    if batch:
        yield batch


def _pad(recording: ShardRecording, clip_frames: int) -> ShardRecording:
    missing = clip_frames - len(recording.frames)
    if missing <= 0:
        return recording
    frames = np.pad(recording.frames, ((0, missing), (0, 0)))
    return ShardRecording(recording.name, recording.singer, recording.song, frames, recording.clip_starts)


def _write_shard(path: Path, recordings: list[ShardRecording], *, feature: str, clip_frames: int) -> None:
    lengths = np.array([len(recording.frames) for recording in recordings], np.int64)
    with h5py.File(path, "w", libver="latest") as shard:
        shard.attrs["version"] = VERSION
        shard.attrs["feature"] = feature
        shard.attrs["clip_frames"] = clip_frames
        shard["frames"] = np.concatenate([recording.frames for recording in recordings]).astype(np.float16, copy=False)
        table = shard.create_group("recordings")
        for column in ("name", "singer", "song"):
            table[column] = np.array([getattr(recording, column).encode() for recording in recordings])
        table["first_frame"] = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
        table["clips"] = np.array([len(recording.clip_starts) for recording in recordings], np.int64)
        shard["clip_starts"] = np.concatenate([recording.clip_starts for recording in recordings]).astype(np.int32)


def read_shards(folder: Path, split: str, memory: int | None = None) -> ClipSet:
    """Read one part of the corpus: its tables, and its frames if they fit into memory; else they are mapped.

    Parameters
    ----------
    folder : Path
    split : str
        Name of the part: train, validation, test, or a study's own.
    memory : int, optional
        Bytes that frames may take in memory; by default half of the free memory.

    Raises
    ------
    BadInputError
        There is no shard of that part, or one is damaged, or they differ in feature, clip length or version.
    """
    paths = sorted(folder.glob(f"{split}-*.h5"))
    if not paths:
        raise BadInputError(f"{folder}: no shard of the {split} part; run `dvc repro shards`")
    if memory is None:
        memory = int(MEMORY_SHARE * psutil.virtual_memory().available)
    in_memory = sum(path.stat().st_size for path in paths) <= memory
    sets = [_read_shard(path, in_memory) for path in paths]
    kinds = {(part.feature, part.clip_frames, part.bins) for part in sets}
    if len(kinds) > 1:
        raise BadInputError(f"{folder}: the shards of the {split} part differ in feature or shape: {sorted(kinds)}")
    return join_clips(sets)


def join_clips(sets: Sequence[ClipSet]) -> ClipSet:
    """Concatenate clip sets of one feature and shape; frames are shared."""
    shift = np.concatenate([[0], np.cumsum([len(part.frames) for part in sets])[:-1]])
    return ClipSet(
        frames=FrameTables([table for part in sets for table in part.frames.tables]),
        first_frame=np.concatenate([part.first_frame + by for part, by in zip(sets, shift, strict=True)]),
        recording=np.concatenate([part.recording for part in sets]),
        singer=np.concatenate([part.singer for part in sets]),
        song=np.concatenate([part.song for part in sets]),
        start=np.concatenate([part.start for part in sets]),
        clip_frames=sets[0].clip_frames,
        feature=sets[0].feature,
    )


def _read_shard(path: Path, in_memory: bool) -> ClipSet:
    try:
        with h5py.File(path, "r") as shard:
            _check_sizes(shard, path.stat().st_size)
            if shard.attrs["version"] != VERSION:
                raise BadInputError(
                    f"{path}: version {shard.attrs['version']}, not {VERSION}; run `dvc repro -f shards`"
                )
            return _parse_shard(shard, in_memory)
    except (OSError, KeyError, ValueError, IndexError, RuntimeError) as fault:
        raise BadInputError(f"{path}: not a whole shard ({fault}); delete it and run `dvc repro shards`") from fault


def _check_sizes(shard: h5py.File, file_bytes: int) -> None:
    """Refuse tables that claim more than the file holds, before memory is allocated; none is compressed."""
    claimed = 0

    def add(_: str, member: h5py.Dataset | h5py.Group) -> None:
        nonlocal claimed
        claimed += member.nbytes if isinstance(member, h5py.Dataset) else 0

    shard.visititems(add)
    if claimed > file_bytes:
        raise ValueError(f"its tables claim {claimed} bytes, the file has {file_bytes}")


def _parse_shard(shard: h5py.File, in_memory: bool) -> ClipSet:
    table = shard["recordings"]
    clips = table["clips"][:]
    starts = shard["clip_starts"][:]
    frames = shard["frames"][:] if in_memory else _map(shard["frames"])
    clip_frames = int(shard.attrs["clip_frames"])
    if frames.ndim != 2:
        raise ValueError(f"its frames have {frames.ndim} dimensions, not 2")
    if any(count < 0 for count in clips.tolist()) or sum(clips.tolist()) != len(starts):
        raise ValueError("its recordings do not account for all its clips")
    owner = np.repeat(np.arange(len(clips)), clips)
    first_frame = table["first_frame"][:][owner] + starts
    if len(starts) and (
        starts.min() < 0 or first_frame.min() < 0 or int(first_frame.max()) + clip_frames > len(frames)
    ):
        raise ValueError("a clip reaches past the frames")
    return ClipSet(
        frames=FrameTables([frames]),
        first_frame=first_frame,
        recording=_text(table["name"])[owner],
        singer=_text(table["singer"])[owner],
        song=_text(table["song"])[owner],
        start=starts,
        clip_frames=clip_frames,
        feature=str(shard.attrs["feature"]),
    )


def _map(dataset: h5py.Dataset) -> NDArray[np.float16]:
    """Map a dataset, which is stored in one piece."""
    offset = dataset.id.get_offset()
    if offset is None or dataset.dtype != np.float16:
        raise ValueError("its frames are not stored as one piece of float16")
    return np.memmap(dataset.file.filename, np.float16, "r", offset, dataset.shape)


def _text(column: h5py.Dataset) -> NDArray[np.str_]:
    return np.char.decode(column[:], "utf-8")
