"""An evaluation in words, as a table and as plain values."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from pipeline.analysis.bootstrap import Estimate
from pipeline.errors import printable
from pipeline.runtime.counting import counted
from singing_style.evaluation.evaluate import Evaluation, Measured
from singing_style.evaluation.figures import ALL, TARGET_PRIOR, Figures, parts_shown
from singing_style.evaluation.in_words import NO_INTERVAL, has_width, songs_unknown

MEASURES = ("eer", "min_dcf", "mean_normalised_rank")
HEADINGS = ("EER %", f"minDCF({TARGET_PRIOR:g})", "mean rank")


def headline(found: Evaluation) -> str:
    """Answer in one line: the equal error rate of the first vectors."""
    first = found.measured[0]
    errors = first.figures[found.main].errors
    if np.isnan(errors.eer.low):
        interval = "no interval: singers unknown"
    elif not has_width(errors.eer):
        interval = NO_INTERVAL
    else:
        interval = (
            f"95 % interval over {counted(found.singers, 'singer')} "
            f"{100 * errors.eer.low:.1f} to {100 * errors.eer.high:.1f} %"
        )
    number = errors.targets + errors.nontargets
    trials = f"all {counted(number, 'trial')}" if found.main == ALL else counted(number, f"{found.main} trial")
    whose = f"{first.called}: " if len(found.measured) > 1 else ""
    kinds = f"{counted(errors.targets, 'target')} and {counted(errors.nontargets, 'impostor')}"
    answer = f"{whose}EER {100 * errors.eer.value:.1f} % ({interval}) on {trials}, {kinds}; chance is 50 %"
    if found.main == ALL or not found.songless:
        return answer
    songs = songs_unknown(found)
    return f"{answer}; {songs} are not known, so strict means only that no file or recording is paired with itself"


def figures_table(found: Evaluation) -> list[list[str]]:
    """Lay out all figures, a row for each part of the trials and each set of vectors."""
    several = len(found.measured) > 1
    rows = [["trials", *(["vectors"] if several else []), "targets", "impostors", *HEADINGS]]
    for part in parts_shown(found.measured[0].figures):
        for its in found.measured:
            figures = its.figures[part]
            sizes = [str(figures.errors.targets), str(figures.errors.nontargets)]
            rows.append([part, *([its.called] if several else []), *sizes, *_in_words(figures)])
    return rows


def differences_table(found: Evaluation) -> list[list[str]]:
    """Lay out the paired differences, a row for each two sets of vectors."""
    rows = [[f"{found.main}: difference", *HEADINGS]]
    called = {its.source: its.called for its in found.measured}
    for (one, other), estimates in found.differences.items():
        cells = [_signed(estimates.get(measure), 100 if measure == "eer" else 1) for measure in MEASURES]
        rows.append([f"{called[one]} less {called[other]}", *cells])
    return rows


def classes_table(found: Evaluation) -> list[list[str]]:
    """Lay out how far the two sides of a trial lie apart, by what they share."""
    several = len(found.measured) > 1
    medians = [f"median distance{f', {its.called}' if several else ''}" for its in found.measured]
    rows = [["pairs of", "number", *medians]]
    for words, (number, _) in found.measured[0].classes.items():
        rows.append([words, str(number), *(f"{its.classes[words][1]:.3f}" for its in found.measured)])
    return rows


def explanation(found: Evaluation) -> Iterable[str]:
    """Describe what was measured and how, a line each."""
    who = counted(found.singers, "singer") if found.singers else "unknown singers"
    yield f"{found.source}: {found.layout}, {counted(found.recordings, 'recording')} of {who}"
    for its in found.measured:
        whose = its.called if its.called == its.source else f"{its.called} ({its.source})"
        yield f"{whose}: {its.distance} distance; names matched {its.way}"


def as_plain(found: Evaluation) -> dict[str, Any]:
    """Describe everything in the types of JSON; figures are shares, 0 to 1."""
    return {
        "trials": found.source,
        "format": found.layout,
        "recordings": found.recordings,
        "singers": found.singers or None,
        "trials_left_out": found.left_out,
        "answer": found.main,
        "vectors": [_measured_as_plain(its) for its in found.measured],
        "differences": [
            {"vectors": one, "less": other, "trials": found.main}
            | {name: its.rounded(6) for name, its in estimates.items()}
            for (one, other), estimates in found.differences.items()
        ],
        "remarks": found.remarks,
    }


def as_table(found: Evaluation) -> pd.DataFrame:
    """Write everything as rows: vectors, less (in a difference), trials, targets, impostors, and each figure."""
    rows: list[dict[str, Any]] = []
    for its in found.measured:
        for part, figures in its.figures.items():
            row: dict[str, Any] = {
                "vectors": printable(its.source),
                "less": "",
                "distance": its.distance,
                "trials": part,
            }
            row |= {"targets": figures.errors.targets, "impostors": figures.errors.nontargets}
            rows.append(row | _columns({name: its for name, (its, _) in figures.measures().items()}))
    for (one, other), estimates in found.differences.items():
        rows.append({"vectors": printable(one), "less": printable(other), "trials": found.main} | _columns(estimates))
    return pd.DataFrame(rows).astype({"targets": "Int64", "impostors": "Int64"})


def _measured_as_plain(its: Measured) -> dict[str, Any]:
    return {
        "vectors": its.source,
        "called": its.called,
        "distance": its.distance,
        "names_matched": its.way,
        "figures": {part: _figures_as_plain(figures) for part, figures in its.figures.items()},
        "pairs": {
            words: {"number": number, "median_distance": round(median, 6)}
            for words, (number, median) in its.classes.items()
        },
    }


def _figures_as_plain(figures: Figures) -> dict[str, Any]:
    found: dict[str, Any] = {"targets": figures.errors.targets, "impostors": figures.errors.nontargets}
    return found | {name: estimate.rounded(6) for name, (estimate, _) in figures.measures().items()}


def _columns(estimates: dict[str, Estimate]) -> dict[str, float]:
    return {
        f"{name}{end}": getattr(estimate, value)
        for name, estimate in estimates.items()
        for end, value in (("", "value"), ("_low", "low"), ("_high", "high"))
    }


def _in_words(figures: Figures) -> list[str]:
    errors = figures.errors
    return [_with_interval(errors.eer, 100, 1), _with_interval(errors.min_dcf), _with_interval(figures.rank)]


def _with_interval(estimate: Estimate | None, scale: float = 1, decimals: int = 3) -> str:
    if estimate is None:
        return "-"
    value, low, high = (f"{scale * number:.{decimals}f}" for number in estimate)
    return f"{value} ({low} to {high})" if has_width(estimate) else value


def _signed(estimate: Estimate | None, scale: float) -> str:
    if estimate is None:
        return "-"
    value, low, high = (f"{scale * number:+.{1 if scale == 100 else 3}f}" for number in estimate)
    return f"{value} ({low} to {high})" if has_width(estimate) else value
