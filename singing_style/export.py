"""The network for other programs: an ONNX file for any number of clips, its card, and a check that the vectors agree.

Only the network goes into the file. Whoever runs it must make clips as the model does; the file's metadata and the
card beside it describe how. TorchScript is not supported, since PyTorch has deprecated it.
"""

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pipeline.errors import BadInputError
from pipeline.model.card import write_card
from pipeline.model.network_encoder import assemble_network
from pipeline.nn.networks.embedder import Embedder
from pipeline.runtime.files import written_whole
from singing_style.model import StyleModel

INPUT, OUTPUT = "clips", "vectors"
METADATA = "singing_style"
# Largest difference allowed between file and network, relative to the largest magnitude in the vectors.
TOLERANCE = 1e-4
EXAMPLES = 3
ClipArray = NDArray[np.floating]


class PlainNetwork(nn.Module):
    """The layers as written in the paper, without this project's compiled kernels."""

    def __init__(self, network: Embedder) -> None:
        super().__init__()
        self.network = network

    def forward(self, clips: Tensor) -> Tensor:
        """Embed clips: (clips, frames, bins) in dB to (clips, embedding)."""
        return self.network.plain(clips.unsqueeze(1))


def export_onnx(model: StyleModel, path: Path, clips: ClipArray | None = None) -> float:
    """Write a model's network as ONNX, with its card beside it (``.md``), if both compute the same vectors.

    Parameters
    ----------
    model : StyleModel
    path : Path
        The file to write; an existing one is replaced.
    clips : ndarray, shape (n, frames, bins), optional
        Clips to compare on, in dB above the floor; `singing_style.hearing.Heard.clips` returns those of a recording.
        By default noise.

    Returns
    -------
    float
        Largest absolute difference between the file's vectors and the network's.

    Raises
    ------
    BadInputError
        ONNX is not installed, the clips have another shape, or file and network differ.
    """
    compared = _example_clips(model) if clips is None else np.asarray(clips, np.float32)
    _check_shape(model, compared)
    with written_whole(path) as temporary:
        _write_onnx(model, temporary)
        difference = check_parity(model, temporary, compared)
    card = write_card(model.card, model.listening, model.calibration, model.identity)
    with written_whole(path.with_suffix(".md")) as temporary:
        temporary.write_text(card, encoding="utf-8")
    return difference


def check_parity(model: StyleModel, path: Path, clips: ClipArray) -> float:
    """Compare the vectors of an ONNX file with the network's, for all clips at once and for the first alone.

    Raises
    ------
    BadInputError
        They differ by more than `TOLERANCE`.
    """
    onnxruntime = _needs("onnxruntime")
    clips = np.asarray(clips, np.float32)
    expected = model.encoder.embed(clips)
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    found = [session.run([OUTPUT], {INPUT: some})[0] for some in (clips, clips[:1])]
    difference = max(float(np.abs(vectors - expected[: len(vectors)]).max()) for vectors in found)
    if not difference <= TOLERANCE * float(np.abs(expected).max()):
        raise BadInputError(
            f"{path.name}: its vectors differ from the network's by {difference:.2g}; use another version of onnx"
        )
    return difference


def _write_onnx(model: StyleModel, path: Path) -> None:
    onnx = _needs("onnx")
    _needs("onnxscript")
    plain = PlainNetwork(assemble_network(model.shape, model.encoder.weights)).cpu().eval()
    with _quiet(), torch.no_grad():
        program: Any = torch.onnx.export(
            plain,
            (torch.from_numpy(_example_clips(model)),),
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes={INPUT: {0: torch.export.Dim("clips")}},
            dynamo=True,
            verbose=False,
        )
    content = program.model_proto
    _forget_sources(content)
    about = {
        "identity": model.identity,
        "listening": model.listening.model_dump(),
        "calibration": model.calibration.model_dump(),
    }
    onnx.helper.set_model_props(content, {METADATA: json.dumps(about)})
    onnx.checker.check_model(content)
    onnx.save_model(content, str(path))


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the exporter's remarks about packages that are not needed."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _forget_sources(content: Any) -> None:
    """Remove where in the sources each node comes from: it would disclose names of local folders."""
    graph = content.graph
    for part in (graph, *graph.node, *graph.value_info, *graph.input, *graph.output, *graph.initializer):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")


def _example_clips(model: StyleModel) -> NDArray[np.float32]:
    shape = (EXAMPLES, model.listening.clip_frames, model.listening.bins)
    return (model.listening.floor_db * np.random.default_rng(0).random(shape)).astype(np.float32)


def _check_shape(model: StyleModel, clips: ClipArray) -> None:
    wanted = (model.listening.clip_frames, model.listening.bins)
    if clips.ndim != 3 or clips.shape[1:] != wanted or not len(clips):
        raise BadInputError(f"clips: shape {clips.shape}, should be (at least 1, {wanted[0]}, {wanted[1]})")


def _needs(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        raise BadInputError(f"{name}: not installed; pip install 'singing-style[export]'") from None
