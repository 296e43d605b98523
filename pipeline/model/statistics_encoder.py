"""The light network of `pipeline.nn.networks.statistics_network` in NumPy: whoever only asks needs no PyTorch.

Everything is computed in double precision and rounded in the end, so that the vectors hardly depend on the processor.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model.encoder import LIGHT, Encoder, Weights

SIZES = ("frames", "bins", "cepstra", "embedding")
MEANS = "means"
# As in the network; a test holds the two together.
LOUDNESS_DB, SCALE_DB, LEAST_VARIANCE = 20.0, 20.0, 1e-4
# Of PyTorch's batch normalisation and of its projection onto the unit sphere.
NORM_EPSILON, LEAST_LENGTH = 1e-5, 1e-12

Doubles = NDArray[np.float64]


class StatisticsEncoder(Encoder):
    """Embeds clips by mean and standard deviation of learned cepstra, and by means of plain ones where it has some.

    Parameters
    ----------
    shape : mapping
        The keyword arguments of `StatisticsNetwork`, with its ``kind``.
    weights : mapping of str to ndarray
        Its state.

    Raises
    ------
    ValueError, KeyError, TypeError
        The weights do not fit such a network.
    """

    def __init__(self, shape: Mapping[str, Any], weights: Weights) -> None:
        _check_shape(shape)
        _check_weights(shape, weights)
        self._weights = MappingProxyType({name: _kept(value) for name, value in weights.items()})
        self._normalise = shape["normalise"]
        self._cepstra = weights["cepstra.weight"].astype(np.float64).T
        self._output = weights["output.weight"].astype(np.float64).T
        self._bias = weights["output.bias"].astype(np.float64)
        self._cepstra_norm = _normalisation(weights, "cepstra_norm")
        self._statistics_norm = _normalisation(weights, "statistics_norm")
        if shape.get(MEANS):
            plain, gain, shift = (
                weights[name].astype(np.float64) for name in ("means_map", "means_gain", "means_shift")
            )
            self._means_map, self._means_shift = plain.T * gain, shift
        else:
            self._means_map, self._means_shift = np.empty((shape["bins"], 0)), np.empty(0)

    @property
    def weights(self) -> Weights:
        """The network's state."""
        return self._weights

    def embed(self, clips: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Embed clips: (clips, frames, bins) in dB to (clips, embedding)."""
        spectra = clips.astype(np.float64) / SCALE_DB
        gain, shift = self._cepstra_norm
        cepstra = spectra @ self._cepstra * gain + shift
        weights = _loudness(spectra)[:, None, :]
        halves = np.concatenate([np.maximum(cepstra, 0), np.maximum(-cepstra, 0)], axis=2)
        mean = weights @ halves
        variance = (weights @ np.square(halves - mean))[:, 0]
        gain, shift = self._statistics_norm
        statistics = np.concatenate([mean[:, 0], np.sqrt(variance + LEAST_VARIANCE)], axis=1) * gain + shift
        vectors = statistics @ self._output + self._bias
        if self._normalise:
            vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), LEAST_LENGTH)
        means = (weights @ spectra)[:, 0] @ self._means_map + self._means_shift
        single: NDArray[np.float32] = np.concatenate([vectors, means], axis=1).astype(np.float32)
        return single

    def attend(self, clips: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Return the weight of each frame by its loudness, as a multiple of the average: (clips, frames)."""
        weights = _loudness(clips.astype(np.float64) / SCALE_DB)
        return np.asarray(weights * clips.shape[1], np.float32)


def _loudness(spectra: Doubles) -> Doubles:
    """Weigh the frames of clips by their loudness: (clips, frames, bins) to (clips, frames), each row summing to 1."""
    level = spectra.mean(axis=2) * (SCALE_DB / LOUDNESS_DB)
    louder = np.exp(level - level.max(axis=1, keepdims=True))
    weights: Doubles = louder / louder.sum(axis=1, keepdims=True)
    return weights


def _normalisation(weights: Weights, name: str) -> tuple[Doubles, Doubles]:
    """Return the factor and the summand to which a batch normalisation comes down once it is trained."""
    factor, summand, mean, variance = (
        weights[f"{name}.{part}"].astype(np.float64) for part in ("weight", "bias", "running_mean", "running_var")
    )
    gain = factor / np.sqrt(variance + NORM_EPSILON)
    return gain, summand - mean * gain


def _kept(value: NDArray[np.generic]) -> NDArray[np.generic]:
    """Copy what nobody may change: it would differ from what is computed with."""
    kept = value.copy()
    kept.flags.writeable = False
    return kept


def _check_shape(shape: Mapping[str, Any]) -> None:
    if other := (set(shape) - {MEANS}) ^ {*SIZES, "kind", "dropout", "normalise"}:
        raise ValueError(f"network.{min(other)} is missing, or should not be there")
    fits = {name: type(shape[name]) is int and shape[name] > 0 for name in SIZES} | {
        "kind": shape["kind"] == LIGHT,
        "dropout": type(shape["dropout"]) in (int, float) and 0 <= shape["dropout"] < 1,
        "normalise": type(shape["normalise"]) is bool,
        MEANS: type(shape.get(MEANS, 0)) is int and 0 <= shape.get(MEANS, 0) < shape["embedding"],
    }
    for name, fit in fits.items():
        if not fit:
            raise ValueError(f"network.{name} is {shape.get(name)!r}")


def _check_weights(shape: Mapping[str, Any], weights: Weights) -> None:
    kept, bins, means = shape["cepstra"], shape["bins"], shape.get(MEANS, 0)
    learned = shape["embedding"] - means
    norms = {"cepstra_norm": kept, "statistics_norm": 4 * kept}
    expected: dict[str, tuple[int, ...]] = {
        "cepstra.weight": (kept, bins),
        "output.weight": (learned, 4 * kept),
        "output.bias": (learned,),
        **({"means_map": (means, bins), "means_gain": (means,), "means_shift": (means,)} if means else {}),
        **{
            f"{norm}.{part}": (size,)
            for norm, size in norms.items()
            for part in ("weight", "bias", "running_mean", "running_var")
        },
    }
    counters: dict[str, tuple[int, ...]] = {f"{norm}.num_batches_tracked": () for norm in norms}
    if other := set(weights) ^ set(expected | counters):
        raise ValueError(f"{min(other)} is missing, or should not be there")
    for name, wanted in (expected | counters).items():
        value, kind = weights[name], "int64" if name in counters else "float32"
        if value.shape != wanted or value.dtype.name != kind:
            raise ValueError(f"{name} is {value.dtype} of shape {value.shape}, not {kind} of {wanted}")
