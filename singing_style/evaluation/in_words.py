"""An evaluation in plain sentences, for readers who have never seen an error rate, and a legend to its tables."""

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.analysis.bootstrap import Estimate
from pipeline.runtime.counting import counted
from singing_style.evaluation.asking import CLEAR_RIGHT, CLEAR_WRONG, UNCLEAR_WITH, UNCLEAR_WITHOUT, Asked
from singing_style.evaluation.evaluate import Evaluation
from singing_style.evaluation.figures import ALL, SAME_SEX, SONGS, STRICT, TARGET_PRIOR, parts_shown
from singing_style.mfcc_means import NAME
from singing_style.verdict import Answer

NO_INTERVAL = "no interval: it takes more singers"


def has_width(estimate: Estimate) -> bool:
    """Return whether an interval is known and says more than the figure: of two singers each draw may be the same."""
    return bool(estimate.low < estimate.high)


def songs_unknown(found: Evaluation) -> str:
    """Name the songs that are not known, if some are not: all, or those of so many recordings."""
    return "the songs" if found.songless == found.recordings else f"the songs of {counted(found.songless, 'recording')}"


def plainly(found: Evaluation, asked: Sequence[Asked]) -> list[str]:
    """Say what was found in sentences: the answers of `similar`, then the error of one threshold for pairs.

    Parameters
    ----------
    found : Evaluation
    asked : sequence of Asked
        Of some of the vectors, in their order; at least one.
    """
    called = {its.source: its.called for its in found.measured}
    first, *others = asked
    lines = [f"{_about(first)} {_answers(first)}."]
    if first.why:
        lines.append(f"Undecided, for the first of them: {first.why}.")
    if lonely := first.recordings - sum(first.known.values()) if _asked_all(first) else 0:
        lines.append(
            f"{counted(lonely, 'recording is', 'recordings are')} the only one of their singer, and asked about as "
            "strangers alone."
        )
    lines += [f"By {called[one.source]} it would {_answers(one)}." for one in others]
    rate = found.measured[0].figures[found.main].errors.eer
    lines.append(f"As one threshold for pairs of recordings it errs in {_rate(rate)}.")
    return lines + differences_in_words(found)


def differences_in_words(found: Evaluation) -> list[str]:
    """Say of each two sets of vectors whether one does better by the equal error rate, or whether it may be chance."""
    its = {one.source: one for one in found.measured}
    return [
        _difference(its[one].called, its[one].figures[found.main].errors.eer, its[other].called, estimates["eer"])
        for (one, other), estimates in found.differences.items()
    ]


def legend(found: Evaluation) -> dict[str, str]:
    """Explain each row and column of the tables that there is."""
    figures = found.measured[0].figures
    songs = f"; {songs_unknown(found)} are not known here, so two of one song may be paired" if found.songless else ""
    rows = {
        ALL: "every pair",
        STRICT: f"pairs that share no file, recording or song{songs}",
        SAME_SEX: "strict pairs of two men or two women: the harder question",
        SONGS["hardest"]: "whether the song or the singer is heard: high where it is the song",
    }
    columns = {
        "targets": "pairs of recordings of one singer",
        "impostors": "pairs of recordings of two singers",
        "EER %": "with one threshold for all pairs, the share of targets taken for two singers, where that of "
        "impostors taken for one singer is the same: 0 is best, 50 is chance",
        f"minDCF({TARGET_PRIOR:g})": "the cost of all errors where 1 pair in 100 is a target, at the best threshold: 0 "
        "is best, 1 is no use",
    }
    if found.singers > 1:
        columns["mean rank"] = (
            "where a singer's other recording comes among those of all others, by nearness: 0 is first, 0.5 is chance"
        )
    if has_width(figures[found.main].errors.eer):
        columns["(... to ...)"] = "95 % interval: where the figure may lie with other singers like these"
    columns["median distance"] = "half of these pairs lie nearer to each other than that"
    return {name: words for name, words in rows.items() if name in parts_shown(figures)} | columns


def _asked_all(asked: Asked) -> bool:
    return sum(asked.strangers.values()) == asked.recordings


def _about(asked: Asked) -> str:
    """Begin the sentence on the answers: whom it is about."""
    number = sum(asked.known.values())
    about = f"each of the {counted(number, 'recording')}" if _asked_all(asked) else f"{number} of {asked.recordings}"
    return f"Asked about {about} with itself left out, `similar` would"


def _answers(asked: Asked) -> str:
    """List the answers about known singers and about strangers."""
    known, strangers = asked.known, asked.strangers
    number = sum(strangers.values())
    if known[Answer.UNDECIDED] == sum(known.values()) > 0:
        return "leave all undecided"
    unclear = known[UNCLEAR_WITH] + known[UNCLEAR_WITHOUT]
    named = f" (the right singer among those named in {known[UNCLEAR_WITH]})" if unclear else ""
    return (
        f"say: {known[CLEAR_RIGHT]} clearly the right singer, {known[CLEAR_WRONG]} clearly a wrong one, {unclear} "
        f"unclear{named}, {known[Answer.NOBODY]} nobody here{_undecided(known)}; about strangers (the same recordings "
        f"with their singer left out): {strangers[Answer.CLEAR]} of {number} clearly somebody{_undecided(strangers)}"
    )


def _undecided(counts: Mapping[str, int]) -> str:
    number = counts[Answer.UNDECIDED]
    return f", {number} undecided" if number else ""


def _difference(one: str, its: Estimate, other: str, less: Estimate) -> str:
    """Say how often the first of two sets of vectors errs, and whether it errs more than the second."""
    sign, more = (1, "more") if less.value >= 0 else (-1, "less")
    low, high = sorted((100 * sign * less.low, 100 * sign * less.high))
    errs = f"{NAME}, which have learned nothing, err" if one == NAME else f"{one} errs"
    beside = f"{100 * sign * less.value:.1f} points {more} than" if less.value else "as often as"
    rates = f"{errs} in {_rate(its)}, {beside} {other}"
    if not has_width(less):
        return f"{rates}; it takes more singers to know whether that is chance."
    if low <= 0:
        return f"{rates} (95 %: {low:.1f} to {high:.1f}); the difference may be chance."
    better = other if less.value > 0 else one
    return f"{rates} (95 %: {low:.1f} to {high:.1f}); so {better} {'do' if better == NAME else 'does'} better."


def _rate(estimate: Estimate) -> str:
    """Return an equal error rate in whole percent, with its interval where there is one."""
    value, low, high = (f"{100 * number:.0f}" for number in estimate)
    if np.isnan(estimate.low):
        return f"{value} % (no interval: singers unknown)"
    return f"{value} % ({f'95 %: {low} to {high} %' if has_width(estimate) else NO_INTERVAL}; chance is 50 %)"
