"""A model as one safetensors file: weights, and as JSON in its header all that is needed to use them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xxhash
from numpy.typing import NDArray
from pydantic import ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from pipeline.errors import BadInputError
from pipeline.model.calibration import Calibration
from pipeline.model.encoder import Weights
from pipeline.model.listening import Listening
from pipeline.runtime.files import written_whole

VERSION = 1
# Of weights, and of counters, by the names of safetensors.
KINDS_OF_NUMBER = ("F32", "I64")
# The one entry of the file's metadata: with several, safetensors writes them in no fixed order.
HEADER = "singing_style"
REMEDY = "get it anew, or run `dvc repro release` in a clone"


@dataclass(frozen=True, eq=False)
class ModelContent:
    """What a model file holds; as of `singing_style.model.StyleModel`."""

    weights: Weights
    shape: Mapping[str, Any]
    listening: Listening
    calibration: Calibration
    card: Mapping[str, Any]


def write_model_file(
    path: Path,
    weights: Weights,
    shape: Mapping[str, Any],
    listening: Listening,
    calibration: Calibration,
    card: Mapping[str, Any],
) -> None:
    """Write a model, whole or not at all; the same content gives the same bytes."""
    header = {
        "version": VERSION,
        "identity": identify(weights, shape, listening),
        "network": dict(shape),
        "listening": listening.model_dump(),
        "calibration": calibration.model_dump(exclude_none=True),
        "card": dict(card),
    }
    with written_whole(path) as temporary:
        # safetensors writes memory as it lies
        whole = {name: np.require(value, requirements="C") for name, value in weights.items()}
        save_file(whole, temporary, {HEADER: json.dumps(header, allow_nan=False)})


def read_model_file(path: Path) -> ModelContent:
    """Read what `write_model_file` wrote.

    Raises
    ------
    BadInputError
        The file is missing, no model, damaged, or of another version.
    """
    if not path.is_file():
        raise BadInputError(f"{path}: no such model file; {REMEDY}")
    try:
        with safe_open(path, "np") as file:
            header = json.loads((file.metadata() or {}).get(HEADER, "null"))
            if not isinstance(header, dict):
                raise BadInputError(f"{path}: a safetensors file, but no model of singing style; {REMEDY}")
            if str(header.get("version")) != str(VERSION):  # true is no 1
                raise BadInputError(
                    f"{path}: version {header.get('version')} of the format, this program reads {VERSION}; {REMEDY}"
                )
            weights = {name: _read_weight(file, name) for name in file.keys()}  # noqa: SIM118 (no mapping)
        return _check(header, weights)
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, RecursionError) as fault:
        reason = _first(fault) if isinstance(fault, ValidationError) else " ".join(str(fault).split())[:200]
        raise BadInputError(f"{path}: not a whole model ({reason}); {REMEDY}") from None


def _read_weight(file: Any, name: str) -> NDArray[np.generic]:
    """Read a weight, and raise `ValueError` where it is none that any network could have."""
    if (kind := file.get_slice(name).get_dtype()) not in KINDS_OF_NUMBER:
        raise ValueError(f"{name} is {kind}")
    weight: NDArray[np.generic] = file.get_tensor(name)
    if not np.isfinite(weight).all():
        raise ValueError(f"{name} holds numbers that are not finite")
    if name.endswith("running_var") and weight.min() < 0:
        raise ValueError(f"{name} holds a variance below 0")
    return weight


def _check(header: dict[str, Any], weights: Weights) -> ModelContent:
    listening = Listening.model_validate(header["listening"])
    shape, card = header["network"], header["card"]
    if not isinstance(shape, dict) or not isinstance(card, dict):
        raise ValueError("its network or its card is none")
    if identify(weights, shape, listening) != header["identity"]:
        raise ValueError("its weights or settings are not those that were saved")
    if (shape["frames"], shape["bins"]) != (listening.clip_frames, listening.bins):
        raise ValueError("its network does not fit its clips")
    return ModelContent(weights, shape, listening, Calibration.model_validate(header["calibration"]), card)


def _first(faults: ValidationError) -> str:
    fault = faults.errors()[0]
    return f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}"


def identify(weights: Weights, shape: Mapping[str, Any], listening: Listening) -> str:
    """Hash what decides a model's vectors.

    Parameters
    ----------
    weights : mapping of str to ndarray
    shape : mapping
        As of `pipeline.nn.networks.factory.make_network`.
    listening : Listening

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    digest = xxhash.xxh3_128(json.dumps([dict(shape), listening.model_dump()], sort_keys=True).encode())
    for name in sorted(weights):
        value = weights[name]
        # types are named as by PyTorch, which used to read the files: models and their indexes keep their names
        digest.update(f"{name} torch.{value.dtype} {value.shape}".encode())
        digest.update(value.tobytes())
    return digest.hexdigest()
