"""A trained model in one file: from a sound to the vector of its singing style.

The file is a safetensors file. Besides the weights it holds how to listen, how to interpret distances, and a card that
states where the model comes from, so a model is never fed a spectrogram of a kind it was not trained on.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from pipeline.errors import BadInputError, BadRecordingError
from pipeline.model.calibration import Calibration
from pipeline.model.card import RECALIBRATION
from pipeline.model.encoder import KINDS, LIGHT, PAPERS, Encoder, Weights
from pipeline.model.listening import Listening
from pipeline.model.model_file import identify, read_model_file, write_model_file
from pipeline.model.statistics_encoder import StatisticsEncoder
from singing_style.embedded import Embedded, hear_many
from singing_style.extras import naming_extra
from singing_style.hearing import Heard, Sound, Source, as_source, hear
from singing_style.performance import Performance, TooLittleSinging
from singing_style.recognise import recognise
from singing_style.takes import Takes

MODEL_VARIABLE = "SINGING_STYLE_MODEL"
# The model of this package, trained on the choir alone; `make best` makes it.
PACKAGED = Path(__file__).parent / "models" / "choir.safetensors"
# Clips per pass through the network.
BATCH = 32


@dataclass(frozen=True, eq=False)
class StyleModel:
    """A trained network with everything needed to use it.

    Attributes
    ----------
    encoder : Encoder
        The network.
    shape : dict
        As of `pipeline.nn.networks.factory.make_network`.
    listening : Listening
        Everything between a sound and the clips that the network sees.
    calibration : Calibration
        From distance to the probability of the same singer.
    card : dict
        Where the model comes from: parameters, metrics, licence, limits, versions; what JSON holds.
    """

    encoder: Encoder
    shape: Mapping[str, Any]
    listening: Listening
    calibration: Calibration
    card: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path | str | None = None) -> "StyleModel":
        """Read a model.

        Parameters
        ----------
        path : path, optional
            By default the file that the environment variable ``SINGING_STYLE_MODEL`` names, else the model in this
            package.

        Raises
        ------
        BadInputError
            The file is missing, damaged, of another kind or of another version.
        """
        found = find_model() if path is None else Path(path)
        if found.exists() and "model" not in (what := recognise(found)) and "safetensors" not in what:
            raise BadInputError(f"{found}: {what}, where a model is needed; leave it out for the one in this package")
        content = read_model_file(found)
        try:
            encoder = _encoder(content.shape, content.weights)
        except BadInputError as fault:
            raise BadInputError(f"{found}: {fault}") from None
        except (ValueError, KeyError, TypeError, RuntimeError, ArithmeticError, MemoryError) as fault:
            reason = " ".join(str(fault).split())[:200]
            raise BadInputError(
                f"{found}: not a whole model ({reason}); download it again, or run `dvc repro release`"
            ) from None
        return cls(encoder, content.shape, content.listening, content.calibration, content.card)

    def save(self, path: Path | str) -> None:
        """Write the model as one file, whole or not at all; equal models give equal bytes."""
        write_model_file(Path(path), self.encoder.weights, self.shape, self.listening, self.calibration, self.card)

    @cached_property
    def identity(self) -> str:
        """A hash of weights and settings; vectors of models with different hashes must not be compared."""
        return identify(self.encoder.weights, self.shape, self.listening)

    @property
    def calibrated_anew(self) -> bool:
        """Whether its calibration is that of `singing_style.calibrate`, and not of its training's validation part."""
        return RECALIBRATION in self.card

    def embed(self, sound: Sound, rate: int | None = None, *, name: str | None = None) -> Performance:
        """Embed one performance.

        Parameters
        ----------
        sound : path, sequence of paths, or ndarray of shape (samples,) or (samples, channels)
            An audio file of any format; files that are takes of one performance, heard one after the other; or
            floating-point samples from -1 to 1.
        rate : int, optional
            Sampling rate in Hz of an array.
        name : str, optional
            The performance's name; by default its path, ``array``, or for takes such as ``a.wav and 3 more takes``.

        Raises
        ------
        TooLittleSinging
            It holds too little singing to judge; the message names it and the remedy.
        BadRecordingError
            The recording cannot be used; the message names it.
        """
        label = name or ("array" if isinstance(sound, np.ndarray) else str(as_source(sound)))
        if isinstance(sound, Path | str) and Path(sound).is_dir():
            raise BadRecordingError(f"{label}: a folder; pass its files, as takes of one performance, as a list")
        try:
            heard = hear(sound, self.listening, rate)
        except TooLittleSinging as fault:
            remedy = "pass all takes of the performance as a list, if there are more"
            raise TooLittleSinging(f"{label}: {fault}; {remedy}", fault.voiced_seconds) from None
        except BadRecordingError as fault:
            raise BadRecordingError(f"{label}: {fault}") from None
        return self.embed_heard(heard, label)

    def embed_many(self, sources: Iterable[Source], *, workers: int | None = None, progress: bool = False) -> Embedded:
        """Embed many files; those that fail are reported, and the rest is done.

        Parameters
        ----------
        sources : iterable of path, or of sequence of paths
            Files; a sequence holds the takes of one performance.
        workers : int, optional
            Number of processes that listen; by default one per core. The result does not depend on it.
        progress : bool, optional
            Whether to show a progress bar.
        """
        given = [as_source(source) for source in sources]
        embedded = Embedded()
        heard_all = hear_many(given, self.listening, workers)
        unit = " performances" if any(isinstance(source, Takes) for source in given) else " files"
        for source, heard in tqdm(heard_all, "embed", len(given), unit=unit, disable=not progress or not given):
            if isinstance(heard, Heard):
                embedded.performances.append(self.embed_heard(heard, str(source)))
            else:
                embedded.refuse(source, heard)
        return embedded

    def embed_heard(self, heard: Heard, name: str) -> Performance:
        """Embed what `singing_style.hearing.hear` returned for this model's listening."""
        clip_vectors = np.concatenate(
            [
                self.encoder.embed(heard.clips(first, first + BATCH, self.listening.clip_frames))
                for first in range(0, len(heard.clip_starts), BATCH)
            ]
        )
        return Performance(
            name=name,
            vector=clip_vectors.mean(axis=0, dtype=np.float64).astype(np.float32),
            clips=clip_vectors,
            starts=heard.clip_starts.astype(np.float64) * self.listening.frame_seconds,
            clip_seconds=self.listening.clip_seconds,
            seconds=heard.seconds,
            voiced_seconds=heard.voiced_seconds,
            pitch=heard.pitch,
            band=heard.band,
            remarks=heard.remarks,
        )


def _encoder(shape: Mapping[str, Any], weights: Weights) -> Encoder:
    """Choose what runs a network: for the light one NumPy is enough."""
    kind = shape.get("kind", PAPERS)
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of network; there are {', '.join(KINDS)}")
    if kind == LIGHT:
        return StatisticsEncoder(shape, weights)
    with naming_extra():
        from pipeline.model.network_encoder import NetworkEncoder, assemble_network
    return NetworkEncoder(assemble_network(shape, weights))


def find_model() -> Path:
    """Find the default model; see `StyleModel.load`."""
    named = os.environ.get(MODEL_VARIABLE)
    return Path(named) if named else PACKAGED
