import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import save_file

from pipeline.errors import BadInputError, BadRecordingError
from pipeline.nn.networks.residual import StyleNetwork
from singing_style.hearing import hear
from singing_style.model import PACKAGED, StyleModel
from singing_style.performance import TooLittleSinging
from tests.singing_style.made_up import network_of

RATE = 22050
Tone = Callable[[float, float], NDArray[np.float32]]
Header = dict[str, Any]


def test_a_file_holds_the_whole_model(model: StyleModel, choir: Path) -> None:
    model.save(choir / "a.safetensors")
    loaded = StyleModel.load(choir / "a.safetensors")
    loaded.save(choir / "b.safetensors")
    assert (choir / "a.safetensors").read_bytes() == (choir / "b.safetensors").read_bytes()
    assert (loaded.listening, loaded.calibration, loaded.card) == (model.listening, model.calibration, model.card)
    assert loaded.identity == model.identity
    np.testing.assert_array_equal(loaded.embed("ann.wav").clips, model.embed("ann.wav").clips)
    assert not network_of(loaded).training


def test_either_voice_detection_is_kept_and_changes_what_is_heard(model: StyleModel, choir: Path) -> None:
    """A hum of the mains is singing to a model of the paper's method, and none to one that judges every frame."""
    other = replace(
        model, listening=model.listening.model_copy(update={"voice_method": "periodicity", "pitch_min_hz": 40.0})
    )
    for name, one in (("a", model), ("b", other)):
        one.save(choir / f"{name}.safetensors")
    loaded = {name: StyleModel.load(choir / f"{name}.safetensors") for name in ("a", "b")}
    assert {name: one.listening.voice_method for name, one in loaded.items()} == {"a": "kmeans", "b": "periodicity"}
    assert (loaded["a"].identity, loaded["b"].identity) == (model.identity, other.identity)
    assert model.identity != other.identity
    time = np.arange(4 * RATE) / RATE
    hum = (0.003 * (np.sin(120 * np.pi * time) + 0.7 * np.sin(360 * np.pi * time))).astype(np.float32)
    assert loaded["a"].embed(hum, RATE).voiced_seconds > 3
    with pytest.raises(TooLittleSinging, match="what sounds is a hum of the mains"):
        loaded["b"].embed(hum, RATE)
    for one in loaded.values():
        assert one.embed("ann.wav").voiced_seconds == pytest.approx(2.0, abs=0.1)


def test_what_was_saved_before_there_was_another_voice_detection_is_of_the_papers(
    model: StyleModel, choir: Path
) -> None:
    model.save(choir / "a.safetensors")
    with safe_open(choir / "a.safetensors", "pt") as file:
        header = json.loads(file.metadata()["singing_style"])
    assert "voice_method" not in header["listening"]
    assert StyleModel.load(choir / "a.safetensors").listening.voice_method == "kmeans"


def test_a_performance_is_the_mean_of_its_clips(model: StyleModel, choir: Path) -> None:
    performance = model.embed(Path("ann.wav"))
    heard = hear("ann.wav", model.listening)
    assert performance.name == "ann.wav"
    assert performance.clips.shape == (len(heard.clip_starts), 4)
    np.testing.assert_allclose(performance.vector, performance.clips.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(performance.starts, heard.clip_starts * 512 / 22050)
    assert performance.seconds == pytest.approx(2.25, abs=1e-3)
    assert performance.voiced_seconds == pytest.approx(2.0, abs=0.1)
    assert performance.clip_seconds == pytest.approx(32 * 512 / 22050)


def test_clips_pass_through_the_plain_network(model: StyleModel, choir: Path) -> None:
    """More clips than a batch holds, against the layers as written, clip by clip."""
    heard = hear("ann.wav", model.listening)
    many = replace(heard, clip_starts=np.arange(40, dtype=np.int32))
    network, found = network_of(model), model.embed_heard(many, "Ann").clips
    assert isinstance(network, StyleNetwork)
    for start, vector in zip(many.clip_starts, found, strict=True):
        clip = torch.from_numpy(heard.spectrogram[start : start + 32].astype(np.float32))[None, None]
        steps = network.plain_maps(clip).transpose(1, 2).flatten(2)
        assert network.attention
        plain = network.output(network.dense(network.attention(steps))).detach().numpy()[0]
        np.testing.assert_allclose(vector, plain, rtol=1e-3, atol=1e-4)


def test_distance_is_euclidean(model: StyleModel, tone: Tone) -> None:
    ann = model.embed(tone(2.0, 330.0), RATE, name="Ann")
    ben = replace(ann, vector=ann.vector + np.array([3, 0, 4, 0], np.float32))
    assert ann.name == "Ann"
    assert ann.distance(ben) == pytest.approx(5, abs=1e-5)


def test_too_little_is_refused(model: StyleModel, tone: Tone) -> None:
    with pytest.raises(TooLittleSinging, match="^Ann: too little singing to judge.*; pass all takes"):
        model.embed(tone(0.2, 220.0), RATE, name="Ann")
    with pytest.raises(BadRecordingError, match=r"^none\.wav: no such file"):
        model.embed("none.wav")


def test_a_folder_is_told_to_be_passed_as_a_list(model: StyleModel, choir: Path) -> None:
    with pytest.raises(
        BadRecordingError, match=f"^{choir}: a folder; pass its files, as takes of one performance, as a"
    ):
        model.embed(choir)


def test_a_file_that_is_no_model_is_told_as_what_it_is(tmp_path: Path) -> None:
    np.savez(tmp_path / "choir.npz", kind="singing-style index 2")
    with pytest.raises(BadInputError, match=r"choir\.npz: an index, where a model is needed"):
        StyleModel.load(tmp_path / "choir.npz")


def test_identity_tells_weights_and_settings_apart_but_no_card(model: StyleModel) -> None:
    other = model.listening.model_copy(update={"floor_db": 59.0})
    assert replace(model, card={}).identity == model.identity
    assert replace(model, listening=other).identity != model.identity
    before = model.identity
    with torch.no_grad():
        network_of(model).output.bias[0] += 1
    assert replace(model).identity != before


def reheaded(path: Path, change: Callable[[Header], object]) -> None:
    with safe_open(path, "pt") as file:
        header = json.loads(file.metadata()["singing_style"])
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    change(header)
    save_file(weights, path, {"singing_style": json.dumps(header)})


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "empty": (lambda path: path.write_bytes(b""), "an empty file, where a model is needed"),
    "cut off": (lambda path: path.write_bytes(path.read_bytes()[:-100]), "not a whole model"),
    "no model": (lambda path: path.write_text("RIFF, or so it says, but it is a text"), "a table .CSV., where a model"),
    "other weights": (lambda path: save_file({"a": torch.ones(2)}, path), "no model of singing style"),
    "a changed weight": (
        lambda path: path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1])),
        "its weights or settings are not those that were saved",
    ),
    "newer": (lambda path: reheaded(path, lambda header: header.update(version=2)), "version 2 of the format"),
    "another feature": (
        lambda path: reheaded(path, lambda header: header["listening"].update(feature="cqt")),
        "its weights or settings are not those that were saved",
    ),
    "no such feature": (
        lambda path: reheaded(path, lambda header: header["listening"].update(feature="mfcc")),
        "feature: ",
    ),
    "no calibration": (lambda path: reheaded(path, lambda header: header.pop("calibration")), "calibration"),
    "a slope below 0": (
        lambda path: reheaded(path, lambda header: header["calibration"].update(slope=-1.0)),
        "slope: ",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_one_line(model: StyleModel, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "model.safetensors"
    model.save(path)
    harm, said = DAMAGES[damage]
    harm(path)
    with pytest.raises(BadInputError, match=said) as fault:
        StyleModel.load(path)
    assert str(fault.value).startswith(str(path))
    assert "\n" not in str(fault.value)


def test_the_default_model_is_the_packages_wherever_it_is_called(
    model: StyleModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "release").mkdir()
    (tmp_path / "dvc.yaml").touch()
    model.save(tmp_path / "release/singing-style.safetensors")
    monkeypatch.delenv("SINGING_STYLE_MODEL", raising=False)
    monkeypatch.chdir(tmp_path)
    assert StyleModel.load().identity == StyleModel.load(PACKAGED).identity != model.identity
    monkeypatch.setenv("SINGING_STYLE_MODEL", str(tmp_path / "release/singing-style.safetensors"))
    assert StyleModel.load().identity == model.identity
    monkeypatch.setenv("SINGING_STYLE_MODEL", "elsewhere.safetensors")
    with pytest.raises(BadInputError, match="^elsewhere.safetensors: no such model file"):
        StyleModel.load()
