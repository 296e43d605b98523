"""Resemblyzer (Apache-2.0): a speech encoder after Wan et al. 2018, as PyTorch weights in its wheel.

Three layers of LSTM on 40 mel bands of 1.6 s; the vectors of overlapping windows are averaged. The package itself is
not imported: it needs `pkg_resources`, which setuptools no longer has. How sound becomes the network's input is as the
package's `preprocess_wav` and `embed_utterance` have it.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pipeline.errors import BadInputError, BadRecordingError
from pipeline.studies.anchors.encoder import Samples, Vector, to_unit, weights_in
from pipeline.studies.anchors.speech_only import trim_silences

RATE = 16000
FFT, HOP, BANDS = 400, 160, 40
# Of the windows, in frames: 1.6 s, about 1.3 of them a second, and how much sound the last one must hold.
WINDOW, STEP, LEAST_FILLED = 160, 77, 0.75
WIDTH, LAYERS = 256, 3
# Recordings quieter than this, in dB below full scale, are made as loud.
LOUDNESS_DB = -30.0


def find() -> tuple[Path, str]:
    """Find the weights, and the name and version of the package."""
    return weights_in("resemblyzer", "Resemblyzer", "pretrained.pt")


class Resemblyzer(nn.Module):
    """See `pipeline.studies.anchors.encoder.Encoder`.

    Parameters
    ----------
    weights : Path

    Raises
    ------
    BadInputError
        The file is not the encoder.
    """

    rate = RATE

    def __init__(self, weights: Path) -> None:
        super().__init__()
        self.lstm = nn.LSTM(BANDS, WIDTH, LAYERS, batch_first=True)
        self.linear = nn.Linear(WIDTH, WIDTH)
        try:
            # `weights_only` reads tensors and refuses everything that could run
            state = torch.load(weights, map_location="cpu", weights_only=True)["model_state"]
            self.load_state_dict({name: state[name] for name in self.state_dict()})
        except Exception as fault:  # torch raises whatever a damaged file leads it to
            reason = " ".join(str(fault).split())[:200]
            raise BadInputError(f"{weights}: not Resemblyzer's weights ({reason}); install it anew") from None
        self.eval()

    def forward(self, windows: torch.Tensor) -> torch.Tensor:
        """Encode windows, shape (windows, frames, bands), as unit vectors."""
        _, (hidden, _) = self.lstm(windows)
        return nn.functional.normalize(self.linear(hidden[-1]).relu())

    def embed(self, sound: Samples) -> Vector:
        """Encode a whole recording; see `Encoder`."""
        trimmed = trim_silences(_loud_enough(sound), self.rate)
        if not len(trimmed):
            raise BadRecordingError("Resemblyzer hears no voice")
        with torch.no_grad():
            vectors = self(torch.from_numpy(windows_of(trimmed)))
        return to_unit(vectors.double().mean(0).numpy())


def windows_of(sound: Samples) -> NDArray[np.float32]:
    """Cut the mel spectrogram, which is a power and no logarithm, into windows, shape (windows, frames, bands)."""
    import librosa

    starts = window_starts(len(sound))
    sound = np.pad(sound, (0, max(0, (starts[-1] + WINDOW) * HOP - len(sound))))
    power = librosa.feature.melspectrogram(y=sound, sr=RATE, n_fft=FFT, hop_length=HOP, n_mels=BANDS)
    return np.stack([power.T[start : start + WINDOW] for start in starts]).astype(np.float32)


def window_starts(samples: int) -> list[int]:
    """Place windows over a recording, in frames; a last one that sound hardly fills is left out, the first never."""
    frames = -(-(samples + 1) // HOP)
    starts = list(range(0, max(1, frames - WINDOW + STEP + 1), STEP))
    filled = (samples - starts[-1] * HOP) / (WINDOW * HOP)
    return starts[:-1] if filled < LEAST_FILLED and len(starts) > 1 else starts


def _loud_enough(sound: Samples) -> Samples:
    loudness = 10 * np.log10(np.mean(np.square(sound, dtype=np.float64)))
    return sound * np.float32(10 ** (max(0.0, LOUDNESS_DB - loudness) / 20))
