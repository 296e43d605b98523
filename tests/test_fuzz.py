"""Damaged files of every kind that is read: each is read, or refused in one line; nothing else may happen.

A few examples, always the same, run with the other tests; ``make fuzz`` draws thousands (the variable FUZZ_EXAMPLES).
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.analysis.collection import Collection
from pipeline.audio.decode import decode
from pipeline.corpora.schema import read_manifest
from pipeline.errors import BadInputError
from pipeline.model.calibration import Calibration
from pipeline.model.listening import Listening
from pipeline.model.model_file import write_model_file
from pipeline.model.network_encoder import weights_of
from pipeline.nn.networks.factory import load_model, save_model
from pipeline.nn.networks.residual import StyleNetwork
from pipeline.params import load_params
from pipeline.storage.shard import ShardRecording, read_shards, write_shards
from singing_style.model import StyleModel
from singing_style.voice_index import VoiceIndex
from tests.conftest import ROOT
from tests.singing_style.made_up import index_of, voice

pytestmark = pytest.mark.pipeline

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "25"))
SHAPE: dict[str, Any] = {
    "frames": 4,
    "bins": 4,
    "attention": True,
    "channels": 1,
    "bottleneck": 1,
    "cardinality": 1,
    "hidden": 2,
    "dropout": 0.1,
    "embedding": 2,
}
LISTENING = Listening(
    feature="mel",
    rate=8000,
    quality="HQ",
    frame_length=512,
    frame_hop=128,
    pitch_min_hz=65.0,
    pitch_max_hz=1000.0,
    clip_frames=4,
    clip_hop=1,
    min_voiced=2,
    pad_short=True,
    bins=4,
    bins_per_octave=2,
    cqt_min_hz=65.5,
    floor_db=60.0,
    seed=0,
)
MANIFEST = """recording,path,singer,song,split,style_register
a,a.flac,ann,tune,train,50
b,b.flac,bo,air,validation,55
c,c.flac,cy,lied,test,60
"""

Damage = Callable[[bytes], bytes]


@st.composite
def damages(draw: st.DrawFn) -> Damage:
    """Draw what happens to a file: bytes changed, cut out, put in or doubled, at places relative to its length."""
    place, length = draw(st.floats(0, 1)), draw(st.integers(0, 64))
    new = draw(st.binary(max_size=64))
    kind = draw(st.sampled_from(["change", "cut", "insert", "double", "truncate", "replace"]))

    def damage(content: bytes) -> bytes:
        start = int(place * len(content))
        head, middle, tail = content[:start], content[start : start + length], content[start + length :]
        return {
            "change": head + new[: len(middle)] + middle[len(new) :] + tail,
            "cut": head + tail,
            "insert": head + new + middle + tail,
            "double": head + middle + middle + tail,
            "truncate": head,
            "replace": new,
        }[kind]

    return damage


def sound(folder: Path, suffix: str) -> Path:
    tone = np.sin(np.arange(4000) / 10).astype(np.float32) / 2
    path = folder / f"tone.{suffix}"
    if suffix != "m4a":
        soundfile.write(path, tone, 8000)
        return path
    import av

    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone[None], format="fltp", layout="mono")
        frame.sample_rate = 8000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return path


def shard(folder: Path) -> Path:
    frames = np.full((20, 6), 3, np.float16)
    recordings = [ShardRecording(name, name, "tune", frames, np.array([0, 5], np.int32)) for name in "ab"]
    return write_shards(folder, "train", recordings, feature="mel", clip_frames=10, max_frames=1000)[0]


def model(folder: Path) -> Path:
    save_model(folder, StyleNetwork(**SHAPE).state_dict(), {"feature": "mel", "network": SHAPE})
    return folder / "style.safetensors"


def release(folder: Path) -> Path:
    calibration = Calibration(
        bias=1.0, slope=2.0, threshold=0.5, equal_error_rate=0.1, prior=0.5, pairs=9, singers=3, corpus="tones"
    )
    weights = weights_of(StyleNetwork(**SHAPE))
    write_model_file(folder / "style.safetensors", weights, SHAPE, LISTENING, calibration, {"licence": "none"})
    return folder / "style.safetensors"


def vectors(folder: Path) -> Path:
    names = np.array(["a", "b"])
    Collection(np.ones((2, 3), np.float32), names, names, names, np.zeros(2, np.int32)).save(folder / "clips.npz")
    return folder / "clips.npz"


def survive(make: Callable[[Path], Path], read: Callable[[Path], object], folder: Path, damage: Damage) -> None:
    """Damage a good file and read it: it may be refused in one line, and nothing else may be raised."""
    path = make(folder)
    path.write_bytes(damage(path.read_bytes()))
    said = "read"
    try:
        read(path)
    except BadInputError as fault:
        said = str(fault)
    assert said
    assert "\n" not in said


def often(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test on many damaged files, all in one folder."""
    many = settings(
        max_examples=EXAMPLES,
        derandomize="FUZZ_EXAMPLES" not in os.environ,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    return many(given(damage=damages())(test))


@pytest.mark.parametrize("suffix", ["wav", "flac", "ogg", "mp3", "aiff", "m4a"])
@often
def test_recordings(suffix: str, tmp_path: Path, damage: Damage) -> None:
    survive(lambda folder: sound(folder, suffix), decode, tmp_path, damage)


@often
def test_manifests(tmp_path: Path, damage: Damage) -> None:
    def make(folder: Path) -> Path:
        (folder / "manifest.csv").write_text(MANIFEST)
        return folder / "manifest.csv"

    survive(make, read_manifest, tmp_path, damage)


@pytest.mark.parametrize("memory", [0, None])
@often
def test_shards(memory: int | None, tmp_path: Path, damage: Damage) -> None:
    survive(shard, lambda path: read_shards(path.parent, "train", memory), tmp_path, damage)


@often
def test_params(tmp_path: Path, damage: Damage) -> None:
    def make(folder: Path) -> Path:
        (folder / "params.yaml").write_bytes((ROOT / "params.yaml").read_bytes())
        return folder / "params.yaml"

    survive(make, load_params, tmp_path, damage)


@pytest.mark.parametrize("name", ["style.safetensors", "style.json"])
@often
def test_models(name: str, tmp_path: Path, damage: Damage) -> None:
    survive(lambda folder: model(folder).parent / name, lambda path: load_model(path.parent), tmp_path, damage)


@often
def test_releases(tmp_path: Path, damage: Damage) -> None:
    survive(release, StyleModel.load, tmp_path, damage)


@often
def test_vectors(tmp_path: Path, damage: Damage) -> None:
    survive(vectors, Collection.load, tmp_path, damage)


@often
def test_indexes(tmp_path: Path, damage: Damage) -> None:
    def make(folder: Path) -> Path:
        index_of(voice("a.wav", "Ann", 1, 2), voice("b.wav", "Ben", 3, 4)).save(folder / "index.npz")
        return folder / "index.npz"

    survive(make, VoiceIndex.load, tmp_path, damage)
