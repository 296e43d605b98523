"""params.yaml as frozen, strict types: a typo, a wrong type or an impossible value is named before any work.

One class a section; the class's docstring says what each parameter means and where in the paper it comes from.
"""

import difflib
import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline.errors import BadInputError

Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Feature = Literal["mel", "cqt"]
Precision = Literal["auto", "float32", "bfloat16"]


class Section(BaseModel):
    """A section of params.yaml: frozen, strict, no unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Counts(Section):
    """A whole number for each part of the corpus."""

    train: Count
    validation: Count
    test: Count


class Shares(Section):
    """A share for each part of the corpus; the three sum to one."""

    train: Share
    validation: Share
    test: Share

    @model_validator(mode="after")
    def _sum_to_one(self) -> "Shares":
        if abs(self.train + self.validation + self.test - 1) > 1e-6:
            raise ValueError("train, validation and test must sum to 1")
        return self


class Demo(Section):
    """The embedded choir: singers and songs of each part, seconds sung in each recording."""

    singers: Counts
    songs: Counts
    seconds: Annotated[float, Field(ge=6.5, le=600)]


class Balanced(Section):
    """A corpus that is split here: songs of each part, and how singers who fit several parts are dealt out."""

    songs: Counts
    singer_shares: Shares


class DampBalanced(Section):
    """DAMP-balanced: the table (path, singer, song) inside the corpus folder. The 6/4/4 rule is the paper's."""

    table: str


class Manifest(Balanced):
    """Your own corpus: the table inside the corpus folder; the rest serves where it has no split column."""

    table: str


class Corpus(Section):
    """Which corpus, and the settings of each."""

    name: Literal["demo", "ravdess-song", "damp-balanced", "manifest"]
    demo: Demo
    ravdess_song: Balanced
    damp_balanced: DampBalanced
    manifest: Manifest


class Resample(Section):
    """Sampling rate in Hz (paper 3.2: 22 050), and soxr's quality."""

    rate: Annotated[int, Field(ge=8000, le=192000)]
    quality: Literal["MQ", "HQ", "VHQ"]


class Frames(Section):
    """Analysis frames in samples (paper 3.2: 2048 every 512; an even length) of voicing, features and baseline."""

    length: Annotated[int, Field(ge=64, multiple_of=2)]
    hop: Count


class Voice(Section):
    """The range of pitch, in Hz, in which the voicing confidence looks for a period (paper 3.3)."""

    min_hz: Positive
    max_hz: Positive

    @model_validator(mode="after")
    def _ordered(self) -> "Voice":
        if self.min_hz >= self.max_hz:
            raise ValueError("min_hz must lie below max_hz")
        return self


class Clips(Section):
    """Clips in frames (paper 3.3: 256 long, 20 % hop, more than half voiced); pad recordings shorter than one."""

    frames: Annotated[int, Field(ge=4)]
    hop: Count
    min_voiced: Annotated[int, Field(ge=0)]
    pad_short: bool

    @model_validator(mode="after")
    def _reachable(self) -> "Clips":
        if self.min_voiced >= self.frames:
            raise ValueError("min_voiced must be below frames, or no clip can be kept")
        return self


class Features(Section):
    """Spectrograms (paper 3.2): bins, CQT bins an octave and lowest frequency in Hz, dB range."""

    bins: Annotated[int, Field(ge=4)]
    bins_per_octave: Count
    cqt_min_hz: Positive
    floor_db: Positive


class Shards(Section):
    """Frames that one HDF5 file holds at the most."""

    max_frames: Annotated[int, Field(ge=1000)]


class Network(Section):
    """The network (paper 3.4, figure 1)."""

    attention: bool
    channels: Count
    bottleneck: Count
    cardinality: Count
    hidden: Count
    dropout: Annotated[float, Field(ge=0, lt=1)]
    embedding: Count

    @model_validator(mode="after")
    def _divisible(self) -> "Network":
        if self.bottleneck % self.cardinality:
            raise ValueError("bottleneck must be a multiple of cardinality")
        return self


class Train(Section):
    """Training (paper 2.1 and 3.4); an epoch is `steps_per_epoch` mini-batches, as in the paper's reference [2]."""

    margin: Positive
    learning_rate: Positive
    l2: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    pairs: Annotated[int, Field(ge=2, multiple_of=2)]
    cross_song: bool
    same_song: bool
    max_epochs: Count
    steps_per_epoch: Count
    validate_every: Count
    patience: Count
    improvement: Annotated[float, Field(gt=0, le=1)]
    validation_pairs: Annotated[int, Field(ge=2, multiple_of=2)]
    precision: Precision


class Embed(Section):
    """Clips that pass through the network at a time, and the precision of its arithmetic."""

    batch: Count
    precision: Precision


class Baseline(Section):
    """The handcrafted descriptors (paper 4): coefficients, pitch classes and the roll-off's share of magnitude."""

    mfcc: Count
    chroma: Count
    rolloff: Annotated[float, Field(gt=0, lt=1)]


class Knn(Section):
    """Numbers of neighbours (paper 4, figure 3), and random draws behind the chance figures."""

    neighbours: Annotated[tuple[Count, ...], Field(min_length=1)]
    chance_draws: Count


class Statistics(Section):
    """Intervals over singers (level, draws of the bootstrap), the detection cost's share of targets, seconds heard."""

    level: Annotated[float, Field(gt=0, lt=1)]
    draws: Annotated[int, Field(ge=100)]
    target_prior: Annotated[float, Field(gt=0, lt=1)]
    seconds: Annotated[tuple[Positive, ...], Field(min_length=1)]


class Probe(Section):
    """The linear probes: folds of disjoint singers, and draws of singers behind the intervals."""

    folds: Annotated[int, Field(ge=3)]
    draws: Annotated[int, Field(ge=100)]


class Tsne(Section):
    """Singers drawn for figure 4, and t-SNE's perplexity."""

    singers: Count
    perplexity: Positive


class Report(Section):
    """The page: its size, the points on its maps, neighbours listed with a point, and kbit/s of its sound."""

    max_megabytes: Annotated[float, Field(ge=1, le=1000)]
    max_points: Annotated[int, Field(ge=4, le=20000)]
    neighbours: Annotated[int, Field(ge=1, le=20)]
    kilobits: Annotated[int, Field(ge=8, le=128)]


class Look(Section):
    """The recording that figure 2 shows: its name, or `first`."""

    recording: str


class Params(Section):
    """All of params.yaml.

    Attributes
    ----------
    seed : int
        The root of every random draw.
    feature : {"mel", "cqt"}
        Which spectrogram the network sees (paper 3.2).
    max_bad_share : float
        A stage stops when more than this share of the recordings cannot be used, 0 to 1.
    """

    seed: Annotated[int, Field(ge=0, lt=2**32)]
    feature: Feature
    max_bad_share: Share
    corpus: Corpus
    resample: Resample
    frames: Frames
    voice: Voice
    clips: Clips
    features: Features
    shards: Shards
    network: Network
    train: Train
    embed: Embed
    baseline: Baseline
    knn: Knn
    statistics: Statistics
    probe: Probe
    tsne: Tsne
    look: Look
    report: Report

    @model_validator(mode="after")
    def _consistent(self) -> "Params":
        lowest_lag = self.resample.rate / self.voice.max_hz
        highest_lag = self.resample.rate / self.voice.min_hz
        if lowest_lag < 1 or highest_lag > self.frames.length / 2:
            raise ValueError("voice.min_hz and voice.max_hz must give periods of 1 sample to half of frames.length")
        top = self.features.cqt_min_hz * 2 ** (self.features.bins / self.features.bins_per_octave)
        if top > self.resample.rate / 2:
            raise ValueError(f"the CQT would end at {top:.0f} Hz, above half of resample.rate: lower features.bins")
        return self


def load_params(path: Path = Path("params.yaml")) -> Params:
    """Read and check params.yaml.

    Raises
    ------
    BadInputError
        Naming the file, every faulty field, what stands there and what may stand there.
    """
    try:
        raw = YAML(typ="safe").load(path)
    except FileNotFoundError:
        raise BadInputError(f"{path}: no such file; run from the top folder of the repository") from None
    except YAMLError as fault:
        raise BadInputError(f"{path}: not YAML: {' '.join(str(fault).split())}") from None
    return parse_params(raw, source=str(path))


def parse_params(raw: object, source: str = "params") -> Params:
    """Check parameters given as plain dicts, lists and scalars; see `load_params`."""
    try:
        return Params.model_validate_json(json.dumps(raw, default=str))
    except ValidationError as faults:
        raise BadInputError(f"{source}: " + "; ".join(_explain(fault) for fault in faults.errors())) from None


def _explain(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{where}: unknown parameter{_nearest(where)}"
    if fault["type"] == "missing":
        return f"{where}: missing"
    said = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if fault["type"] == "value_error":
        return f"{where}: {said}" if where else said
    return f"{where}: {said}, got {fault['input']!r}"


def _nearest(where: str) -> str:
    parent, _, name = where.rpartition(".")
    section: Any = Params
    for part in parent.split(".") if parent else []:
        section = section.model_fields[part].annotation
    close = difflib.get_close_matches(name, section.model_fields, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(section.model_fields)}"
