"""Small ONNX files, from waveform to something."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from onnx import TensorProto, helper, save_model

Axes = Sequence[int | str]


def write_graph(
    path: Path,
    nodes: Sequence[tuple[str, Sequence[str], str, dict[str, Any]]],
    *,
    axes: Axes = ("samples",),
    kind: int = TensorProto.FLOAT,
    given: int = TensorProto.FLOAT,
    constants: Mapping[str, Sequence[int]] | None = None,
    named: str = "sound",
    others: Sequence[str] = (),
    metadata: dict[str, str] | None = None,
) -> Path:
    """Write a graph whose output is that of the last node.

    Parameters
    ----------
    path : Path
    nodes : sequence of tuple
        Operator, names of its inputs, name of its output, attributes.
    axes, kind
        Of the input.
    given : int
        Type of the output.
    constants : mapping, optional
        Lists of whole numbers by name.
    named : str, optional
        The input.
    others : sequence of str, optional
        Further inputs, like the first.
    metadata : dict, optional
    """
    graph = helper.make_graph(
        [helper.make_node(operator, inputs, [output], **options) for operator, inputs, output, options in nodes],
        "graph",
        [helper.make_tensor_value_info(name, kind, list(axes)) for name in (named, *others)],
        [helper.make_tensor_value_info(nodes[-1][2], given, None)],
        [helper.make_tensor(n, TensorProto.INT64, [len(v)], list(v)) for n, v in (constants or {}).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, metadata or {})
    save_model(model, str(path))
    return path


def loudness_and_mean(path: Path, axes: Axes = ("samples",), metadata: dict[str, str] | None = None) -> Path:
    """Write a graph that gives two numbers: the mean of the absolute values, and of the values."""
    nodes: list[tuple[str, list[str], str, dict[str, Any]]] = [
        ("Reshape", ["sound", "flat"], "row", {}),
        ("Abs", ["row"], "size", {}),
        ("Concat", ["size", "row"], "both", {"axis": 0}),
        ("ReduceMean", ["both", "last"], "vector", {"keepdims": 0}),
    ]
    return write_graph(path, nodes, axes=axes, constants={"flat": [1, -1], "last": [1]}, metadata=metadata)
