"""params.yaml as frozen, strict types: a typo, a wrong type or an impossible value is named before any work.

Each section is a class of `pipeline.sections`, where the text below each field explains it.
"""

import copy
import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipeline.audio.settings import Feature
from pipeline.errors import BadInputError
from pipeline.model.numbers import Share
from pipeline.sections.augmentation import Augmentation
from pipeline.sections.corpora import Corpus
from pipeline.sections.demand import corpus_demands, memory_demands, time_demands
from pipeline.sections.experiments import Ablation, Paper, Search, Seed, Seeds
from pipeline.sections.learning import UNUSED, Embed, Network, Train
from pipeline.sections.listening import AnalysisFrames, Clips, Features, Resample, Shards, VoiceDetection
from pipeline.sections.results import Baseline, Knn, Look, Probe, Report, Statistics, Tsne
from pipeline.sections.section import Section

# Samples of the longest filter of the CQT, of which there are as many in memory as bins in an octave.
LONGEST_FILTER = 2**18


class Params(Section):
    """All of params.yaml."""

    seed: Seed
    """The root of every random draw."""
    feature: Feature
    """Which spectrogram the network sees (paper 3.2)."""
    max_bad_share: Share
    """A stage stops when more than this share of the recordings cannot be used."""
    corpus: Corpus
    resample: Resample
    frames: AnalysisFrames
    voice: VoiceDetection
    clips: Clips
    features: Features
    shards: Shards
    network: Network
    augmentation: Augmentation
    train: Train
    embed: Embed
    baseline: Baseline
    knn: Knn
    statistics: Statistics
    probe: Probe
    tsne: Tsne
    look: Look
    report: Report
    paper: Paper
    search: Search
    seeds: Seeds
    ablation: Ablation

    @model_validator(mode="after")
    def _consistent(self) -> "Params":
        lowest_lag = self.resample.rate / self.voice.max_hz
        highest_lag = self.resample.rate / self.voice.min_hz
        if lowest_lag < 1 or highest_lag > self.frames.length / 2:
            raise ValueError("voice.min_hz and voice.max_hz must give periods of 1 sample to half of frames.length")
        top = self.features.cqt_min_hz * 2 ** (self.features.bins / self.features.bins_per_octave)
        if top > self.resample.rate / 2:
            raise ValueError(f"the CQT would end at {top:.0f} Hz, above half of resample.rate: lower features.bins")
        longest = 1 / self.features.cqt_min_hz / (2 ** (1 / self.features.bins_per_octave) - 1)
        if longest * self.resample.rate > LONGEST_FILTER:
            raise ValueError(
                f"the CQT's longest filter would last {longest:.0f} s: raise features.cqt_min_hz or lower "
                "features.bins_per_octave"
            )
        if self.train.whiten and not self.network.normalise:
            raise ValueError("train.whiten: whitened vectors belong on the unit sphere; set network.normalise to true")
        if self.augmentation.time_mask_frames >= self.clips.frames:
            raise ValueError("augmentation.time_mask_frames must be below clips.frames")
        if self.augmentation.frequency_mask_bins >= self.features.bins:
            raise ValueError("augmentation.frequency_mask_bins must be below features.bins")
        if "cepstra" not in UNUSED[self.network.kind] and self.network.cepstra >= self.features.bins:
            raise ValueError(f"network.cepstra must be below features.bins, {self.features.bins}: lower it")
        if self.network.means >= self.features.bins:
            raise ValueError(f"network.means must be below features.bins, {self.features.bins}: lower it")
        first = min(self.train.validate_every, self.train.max_epochs)
        if self.train.patience < first:
            raise ValueError(
                f"train.patience={self.train.patience} ends a training before its first validation, of epoch {first}: "
                "raise it, or lower train.validate_every"
            )
        return self

    @model_validator(mode="after")
    def _affordable(self) -> "Params":
        demands = [
            *memory_demands(self.network, self.train, self.embed, self.clips, self.features, self.knn),
            *corpus_demands(self.corpus, self.statistics),
            *time_demands(self.train),
        ]
        if faults := [fault for demand in demands if (fault := demand.fault())]:
            raise ValueError("; ".join(faults))
        return self


def load_params(path: Path = Path("params.yaml")) -> Params:
    """Read and check params.yaml.

    Raises
    ------
    BadInputError
        Naming the file, every faulty field, what stands there and what may stand there.
    """
    return parse_params(read_raw(path), source=str(path))


def read_raw(path: Path = Path("params.yaml")) -> Any:
    """Read params.yaml as plain dicts, lists and scalars, unchecked.

    Raises
    ------
    BadInputError
        The file is missing or no YAML.
    """
    try:
        return YAML(typ="safe").load(path)
    except FileNotFoundError:
        raise BadInputError(f"{path}: no such file; run from the top folder of the repository") from None
    except YAMLError as fault:
        raise BadInputError(f"{path}: not YAML: {' '.join(str(fault).split())}") from None


def override(raw: dict[str, Any], settings: Mapping[str, object]) -> dict[str, Any]:
    """Copy plain parameters with some set anew, as `dvc exp run -S` does.

    Parameters
    ----------
    raw : dict
        Unchecked parameters; a path that is not there is added, for `parse_params` to refuse by name.
    settings : mapping of str to object
        Values by path, such as ``train.max_epochs``.

    Raises
    ------
    BadInputError
        A path leads through something that holds no parameters.
    """
    changed = copy.deepcopy(raw)
    for where, value in settings.items():
        *parents, last = where.split(".")
        section = changed
        for name in parents:
            section = section.setdefault(name, {})
            if not isinstance(section, dict):
                raise BadInputError(f"{where}: unknown parameter; {name} holds no others")
        section[last] = value
    return changed


def parse_params(raw: object, source: str = "params") -> Params:
    """Check parameters given as plain dicts, lists and scalars; see `load_params`."""
    try:
        return Params.model_validate_json(json.dumps(raw, default=str))
    except ValidationError as faults:
        raise BadInputError(f"{source}: " + "; ".join(_explain(fault) for fault in faults.errors())) from None


def _explain(fault: Any) -> str:
    where = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{where}: unknown parameter{_nearest(*fault['loc'])}"
    if fault["type"] == "missing":
        return f"{where}: missing"
    said = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if fault["type"] == "value_error":
        return f"{where}: {said}" if where else said
    return f"{where}: {said}, got {fault['input']!r}"


def _nearest(*place: str | int) -> str:
    *parents, name = place
    section: Any = Params
    for part in parents:
        section = get_args(section)[0] if isinstance(part, int) else section.model_fields[part].annotation
    close = difflib.get_close_matches(str(name), section.model_fields, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(section.model_fields)}"
