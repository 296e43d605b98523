"""Any ONNX file from waveform to vector, so that an encoder of somebody's own can be judged beside the model.

Its input is float32 of shape (samples), (1, samples) or (1, 1, samples), the number of samples free. Its first output
is a vector for the whole recording, or one for each window, of which the mean is taken. The sampling rate is
``sample_rate`` of the file's metadata; without it, 16 kHz.
"""

from pathlib import Path
from typing import Any

import numpy as np

from pipeline.errors import BadInputError, BadRecordingError
from pipeline.studies.anchors.encoder import Samples, Vector, to_unit
from pipeline.studies.anchors.onnx_session import open_session

RATE_KEY, USUAL_RATE = "sample_rate", 16000
RATES = range(1000, 192_001)
WANTED = (
    "wanted is one input of float32, of shape (samples), (1, samples) or (1, 1, samples), with any number of samples"
)
# Lengths of the noise on which a file is tried before anything is heard.
TRIAL_SECONDS = (2.0, 3.0)
NOISE_SEED = 48


class OnnxFile:
    """See `pipeline.studies.anchors.encoder.Encoder`.

    Parameters
    ----------
    path : Path

    Raises
    ------
    BadInputError
        It is missing, is not ONNX, or does not go from waveform to vector.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._session = path, open_session(path)
        inputs = self._session.get_inputs()
        needed = [one for one in inputs if _is_waveform(one)]
        if len(inputs) != 1 or not needed:
            raise BadInputError(f"{path}: its inputs are {_describe(inputs)}; {WANTED}")
        self._input = needed[0]
        self.rate = self._read_rate()
        self._try()

    def embed(self, sound: Samples) -> Vector:
        """Encode a whole recording; see `Encoder`."""
        try:
            result = self._session.run(None, self._feed(sound))[0]
        except Exception as fault:  # see `open_session`
            raise BadRecordingError(f"{self._path.name} fails: {' '.join(str(fault).split())[:200]}") from None
        values = np.asarray(result, np.float64)
        return to_unit(values.reshape(-1, values.shape[-1]).mean(axis=0))

    def _feed(self, sound: Samples) -> dict[str, Samples]:
        return {self._input.name: sound.reshape((1,) * (len(self._input.shape) - 1) + (-1,))}

    def _read_rate(self) -> int:
        text = self._session.get_modelmeta().custom_metadata_map.get(RATE_KEY, str(USUAL_RATE))
        if not text.isascii() or not text.isdigit() or int(text) not in RATES:
            raise BadInputError(
                f"{self._path}: {RATE_KEY} of its metadata is {text!r}; write Hz, {USUAL_RATE} for example"
            )
        return int(text)

    def _try(self) -> None:
        """Encode noise of two lengths, so that a wrong output is told before an hour of listening."""
        samples = round(max(TRIAL_SECONDS) * self.rate)
        noise = 0.1 * np.random.default_rng(NOISE_SEED).standard_normal(samples, np.float32)
        shapes = [self._shape_of(noise[: round(seconds * self.rate)]) for seconds in TRIAL_SECONDS]
        if len({shape[-1:] for shape in shapes}) > 1 or not all(_is_vector(shape) for shape in shapes):
            given = " and ".join(
                f"{seconds:g} s: {shape}" for seconds, shape in zip(TRIAL_SECONDS, shapes, strict=True)
            )
            raise BadInputError(
                f"{self._path}: its first output is of shape {given}; wanted is a vector, as long for any "
                "sound, or a table with one for each window: (d), (1, d), (windows, d) or (1, windows, d)"
            )

    def _shape_of(self, sound: Samples) -> tuple[int, ...]:
        try:
            result = np.asarray(self._session.run(None, self._feed(sound))[0])
        except Exception as fault:  # see `open_session`
            reason = " ".join(str(fault).split())[:200]
            raise BadInputError(f"{self._path}: fails on noise ({reason}); {WANTED}") from None
        if not np.issubdtype(result.dtype, np.floating):
            raise BadInputError(
                f"{self._path}: its first output is {result.dtype}; wanted are vectors of floating point"
            )
        return result.shape


def _is_vector(shape: tuple[int, ...]) -> bool:
    return len(shape) > 0 and shape[-1] > 1 and 0 not in shape and all(length == 1 for length in shape[:-2])


def _is_waveform(one: Any) -> bool:
    """Tell whether an input takes a waveform: one axis of free length, others of length 1 or free."""
    *before, last = one.shape or [1]
    others = len(before) <= 2 and all(length == 1 or not isinstance(length, int) for length in before)
    return bool(one.type == "tensor(float)") and not isinstance(last, int) and others


def _describe(inputs: Any) -> str:
    return ", ".join(f"{one.name} {one.type} {one.shape}" for one in inputs) or "none"
