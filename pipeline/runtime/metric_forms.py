"""What the files of metrics/ hold, as far as programs read it: the type of each field.

A field with a default may be missing from a file, as from one of an older version: it is named when it is read, by
`pipeline.runtime.metrics`. Only what makes no sense alone has none.
"""

import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, model_validator

# Numbers of neighbours, such as k01.
K = Annotated[str, StringConstraints(pattern=r"^k\d+$")]
# A number that is the name of a field.
Rate = Annotated[str, StringConstraints(pattern=r"^[0-9.]+(e-?[0-9]+)?$")]
# A recording, a digit for each question, and the singer.
Outcome = Annotated[str, StringConstraints(pattern=r"^\S+ [-01]{4} ")]
Kind = Literal["performances", "joined", "single files"]
Asked = Literal["performances", "joined", "single files", "microphones", "telephones", "new mood", "new melody", "long"]
Way = Literal["lines", "nearest", "nearest_three", "mean"]
# A share, or the difference of two; an interval is widened by what few singers add, and may end a little beyond.
Bounded = Annotated[float, Field(ge=-2, le=2)]


class Form(BaseModel):
    """An object of a file; it may hold further fields, which nobody reads."""

    model_config = ConfigDict(strict=True)


class Estimate(Form):
    """A share or a difference of two, with both ends of its interval or with none; nothing where there is none."""

    value: Bounded = math.nan
    low: Bounded = math.nan
    high: Bounded = math.nan

    @model_validator(mode="after")
    def _is_whole(self) -> "Estimate":
        if len(self.model_fields_set) == 2:
            raise ValueError("lacks its value or an end of its interval")
        return self


Share = Annotated[float, Field(ge=0, le=1)]
ByTask = dict[str, Annotated[dict[K, Share], Field(min_length=1)]]
EstimatesByTask = dict[str, Annotated[dict[K, Estimate], Field(min_length=1)]]


class Knn(Form):
    """metrics/knn.json, and each of its corpora."""

    embedding: ByTask = {}
    baseline: ByTask = {}
    baseline_without_chroma: ByTask = {}
    mfcc_means: ByTask = {}
    untrained: ByTask = {}
    chance: ByTask = {}
    corpora: dict[str, "Knn"] = {}


class Verified(Form):
    """The errors of a kind of vectors, on the pairs of one condition."""

    eer: Estimate = Estimate()


class Statistics(Form):
    """metrics/statistics.json."""

    accuracy: dict[str, EstimatesByTask] = {}
    gain_over: dict[str, EstimatesByTask] = {}
    chance: ByTask = {}
    verification: dict[str, dict[str, Verified]] = {}
    eer_less: dict[str, dict[str, Estimate]] = {}
    disentanglement: dict[str, Estimate] = {}


class Summary(RootModel[dict[str, float]]):
    """metrics/summary.json."""

    model_config = ConfigDict(strict=True)


class Training(Form):
    """metrics/training.json."""

    validation_measure: str = ""
    validation_loss: float = math.nan
    test_loss: float = math.nan
    parameters: int = 0
    epochs: int = 0
    steps: int = 0
    device: str = ""
    precision: str = ""


class Shape(Form):
    """The kind of a network, and its sizes."""

    kind: str = ""


class Trained(Form):
    """models/style/training.json."""

    network: Shape = Shape()
    validation_measure: str = ""


class Environment(Form):
    """models/style/environment.json."""

    packages: dict[str, str] = {}


class Score(Form):
    """How well a linear rule reads a property of the singing, with its interval, and what chance would score."""

    low: float = math.nan
    chance: float = 0.0


class Probe(Form):
    """metrics/probe.json."""

    embedding: dict[str, Score] = {}
    baseline: dict[str, Score] = {}
    baseline_without_chroma: dict[str, Score] = {}
    mfcc_means: dict[str, Score] = {}
    untrained: dict[str, Score] = {}


class Held(Form):
    """Which parameters of style a kind of vectors holds, and of how many."""

    held: list[str] = []
    of: int = 0


class SeedRun(Form):
    """A run of `make seeds`."""

    way: str = ""
    seed: int = 0
    precision: str = ""
    experiment: str = ""
    commit: str = ""
    device: str = ""
    chance: dict[str, float] = {}
    vectors: dict[str, dict[str, Estimate]] = {}
    embedding_less: dict[str, dict[str, Estimate]] = {}
    style: dict[str, Held] = {}


class Seeds(Form):
    """metrics/seeds.json."""

    seeds: list[int] = []
    precisions: list[str] = []
    ways: Annotated[list[str], Field(min_length=1)] = []
    planned: dict[str, int] = {}
    runs: Annotated[list[SeedRun], Field(min_length=1)] = []


class OverSeeds(Form):
    """A measure over seeds."""

    seeds: int
    mean: float
    low: float
    high: float


class Ranking(Form):
    """A ranking of the paper's, and in how many seeds it held."""

    claim: str = ""
    source: str = ""
    extrapolated: bool = False
    held: int = 0
    seeds: int = 0
    difference: Estimate = Estimate()


class PaperRun(Form):
    """A run of `make paper`."""

    variant: str = ""
    seed: int = 0
    experiment: str = ""
    commit: str = ""
    device: str = ""
    precision: str = ""
    steps: int = 0
    stopped: str = ""
    figures: dict[str, dict[str, float]] = {}
    outcomes: list[Outcome] = []


class Paper(Form):
    """metrics/paper.json."""

    corpus: str = ""
    epochs: int = 0
    seeds: list[int] = []
    variants: Annotated[dict[str, Annotated[dict[str, OverSeeds], Field(min_length=1)]], Field(min_length=1)] = {}
    claims: list[Ranking] = []
    missing: dict[str, str] = {}
    runs: Annotated[list[PaperRun], Field(min_length=1)] = []


class Ingredient(Form):
    """A row of `make ablation`."""

    eer: Estimate = Estimate()
    eer_pooled: Estimate = Estimate()
    singer_cross_song: Estimate = Estimate()
    song: Estimate = Estimate()
    eer_by_seed: Annotated[list[float], Field(min_length=1)] = []


class Ablation(Form):
    """metrics/ablation.json."""

    rows: dict[str, Ingredient] = {}


class Condition(Form):
    """What `make judge` measured through one kind of channels."""

    vectors: dict[str, dict[str, Estimate]] = {}
    model_less: dict[str, dict[str, Estimate]] = {}
    chance: dict[str, float] = {}


class Judge(Form):
    """metrics/judge.json."""

    anchors: dict[str, str] = {}
    conditions: dict[str, Condition] = {}


class Swapped(Form):
    """What is named after some recordings have changed places."""

    named: int = 0
    swapped: int = 0
    others_each_time: float = math.nan


class Disagreement(Form):
    """Which recordings are named as not agreeing with the others of their singer."""

    recordings: int = 0
    named_though_right: int = 0
    after: dict[str, Swapped] = {}


class Promise(Form):
    """What a threshold let pass."""

    found: float = math.nan
    deviation: float = math.nan


class Answers(Form):
    """metrics/answers.json."""

    verdicts: dict[Asked, dict[str, int]] = {}
    verdicts_by_means: dict[Asked, dict[str, int]] = {}
    verdicts_less_means: dict[Asked, dict[str, Estimate]] = {}
    ways: Annotated[dict[Way, Annotated[dict[Kind, dict[str, int]], Field(min_length=1)]], Field(min_length=1)] = {}
    disagreements: dict[Kind, Disagreement] = {}
    promises: dict[Rate, Promise] = {}
    evaluation: Annotated[list[str], Field(min_length=1)] = []
