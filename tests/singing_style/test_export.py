import json
from pathlib import Path

import numpy as np
import pytest
import torch

from pipeline.errors import BadInputError
from singing_style.export import PlainNetwork, check_parity, export_onnx
from singing_style.hearing import hear
from singing_style.model import StyleModel
from tests.singing_style.made_up import network_of

onnxruntime = pytest.importorskip("onnxruntime")


@pytest.mark.slow
def test_onnx_gives_the_same_vectors_of_any_number_of_clips(model: StyleModel, choir: Path) -> None:
    path = choir / "style.onnx"
    clips = hear("ann.wav", model.listening).clips(0, 99, 32).astype(np.float32)
    difference = export_onnx(model, path, clips)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    expected = model.embed("ann.wav").clips
    for count in (1, 2, len(clips)):
        (vectors,) = session.run(["vectors"], {"clips": clips[:count]})
        np.testing.assert_allclose(vectors, expected[:count], atol=max(difference, 1e-7))
    about = json.loads(session.get_modelmeta().custom_metadata_map["singing_style"])
    assert about["identity"] == model.identity
    assert about["listening"] == model.listening.model_dump()
    assert model.identity in (choir / "style.md").read_text()
    content = path.read_bytes()
    assert b"site-packages" not in content
    assert b"singing_style/" not in content
    with torch.no_grad():
        network_of(model).output.bias.add_(1e-2)
    with pytest.raises(BadInputError, match="style.onnx: its vectors differ from the network's by 0.01"):
        check_parity(model, path, clips)


def test_the_plain_network_is_the_network(model: StyleModel) -> None:
    clips = torch.from_numpy((60 * np.random.default_rng(1).random((5, 32, 16))).astype(np.float32))
    with torch.inference_mode():
        network = network_of(model)
        torch.testing.assert_close(PlainNetwork(network)(clips), network(clips[:, None]), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", [(0, 32, 16), (2, 16, 32), (32, 16)])
def test_other_shapes_are_refused(model: StyleModel, tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(BadInputError, match="clips: shape"):
        export_onnx(model, tmp_path / "style.onnx", np.zeros(shape))
    assert list(tmp_path.iterdir()) == []
