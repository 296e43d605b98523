"""The paper's table 1 beside our values, and its rankings as claims that hold in some or all seeds (section 4)."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.analysis.conditions import ACROSS_SONGS
from pipeline.runtime.counting import counted
from pipeline.studies.markdown_table import markdown

# The paper's number of parameters and test loss of each variant
TABLE_1 = {
    "cqt without attention": ("200000k", 0.3916),
    "cqt with attention": ("5300k", 0.3932),
    "mel without attention": ("200000k", 0.3351),
    "mel with attention": ("5300k", 0.3315),
}

Summary = dict[tuple[str, str], dict[Hashable, Any]]

HEAD = (
    "variant",
    "runs",
    "steps",
    "parameters",
    "the paper's",
    "test loss",
    "the paper's",
    "singer",
    "singer, from other songs",
    "song",
    "EER across songs",
)
SOURCES = ("table 1", "figure 3", "section 4")
# What the paper states of a spectrogram, and what it states without naming one.
STATED = "rankings of table 1"
EXTRAPOLATED = "rankings of figure 3 and section 4, which name no spectrogram and are asked of each"
BASELINE = "baseline"


@dataclass(frozen=True)
class Claim:
    """A finding of the paper: one variant has less of a measure than another.

    Attributes
    ----------
    text : str
        The claim in words.
    source : str
        Where in the paper it stands.
    measure : str
        What is compared, such as `test_loss` or `singer_k01`.
    less, more : str
        The variants.
    extrapolated : bool
        Whether the paper states it without naming the spectrogram: asking it of this one is ours.
    """

    text: str
    source: str
    measure: str
    less: str
    more: str
    extrapolated: bool = False


@dataclass(frozen=True)
class ClaimCount:
    """How often a claim held.

    Attributes
    ----------
    claim : Claim
    held, seeds : int
        Number of seeds in which it held, of those that have both variants; equality does not count.
    less, more : float
        The means over these seeds; NaN without any.
    """

    claim: Claim
    held: int
    seeds: int
    less: float = math.nan
    more: float = math.nan

    def describe(self) -> str:
        """Describe the verdict in one line."""
        if not self.seeds:
            return f"not known: {self.claim.text} (no seed has both)"
        answer = {0: "no", self.seeds: "yes"}.get(self.held, "in part")
        means = f"{self.claim.less} {self.less:.3f}, {self.claim.more} {self.more:.3f}"
        return f"{answer}: {self.claim.text} ({self.held} of {counted(self.seeds, 'seed')}; {means})"


def paper_claims(features: Sequence[str], attention: Sequence[bool], k: int) -> list[Claim]:
    """List the paper's claims about the variants of these features, with and without attention, for k neighbours."""
    singer, song = f"singer_k{k:02d}", f"song_k{k:02d}"
    claims = []
    for kind in map(kind_of_network, attention):
        if {"mel", "cqt"} <= set(features):
            text = f"mel has a lower test loss than cqt, {kind}"
            claims.append(Claim(text, "table 1", "test_loss", f"mel {kind}", f"cqt {kind}"))
    if {True, False} <= set(attention):
        claims += [claim for feature in features for claim in _of_attention(feature, singer, song)]
    for feature in features:
        for kind in map(kind_of_network, attention):
            name = f"{feature} {kind}"
            text = f"{name} finds the singer more often than the baseline"
            claims.append(Claim(text, "figure 3", singer, BASELINE, name, extrapolated=True))
            text = f"{name} finds the song less often than the baseline"
            claims.append(Claim(text, "figure 3", song, name, BASELINE, extrapolated=True))
    return sorted(claims, key=lambda claim: SOURCES.index(claim.source))


def kind_of_network(attention: bool) -> str:
    """Return "with attention" or "without attention"."""
    return "with attention" if attention else "without attention"


def variant_of(feature: str, attention: bool) -> str:
    """Return a variant's name, such as "mel with attention"."""
    return f"{feature} {kind_of_network(attention)}"


def count_seeds(claim: Claim, figures: pd.DataFrame) -> ClaimCount:
    """Count the seeds in which a claim holds.

    Parameters
    ----------
    claim : Claim
    figures : DataFrame
        Columns `variant`, `seed`, `measure` and `value`.
    """
    its = figures[figures["measure"] == claim.measure]
    by_seed = its.pivot_table(index="seed", columns="variant", values="value")
    both = by_seed.reindex(columns=[claim.less, claim.more]).dropna()
    less, more = both[claim.less], both[claim.more]
    return ClaimCount(claim, int((less < more).sum()), len(both), float(less.mean()), float(more.mean()))


def sum_up(verdicts: Sequence[ClaimCount], kind: str = "rankings") -> str:
    """Summarise in one line how many claims of a kind hold in every seed, in some, in none, or are not known."""
    known = [verdict for verdict in verdicts if verdict.seeds]
    every = sum(verdict.held == verdict.seeds for verdict in known)
    none = sum(verdict.held == 0 for verdict in known)
    unknown = len(verdicts) - len(known)
    aside = f"; {unknown} not known" if unknown else ""
    return (
        f"of the paper's {len(verdicts)} {kind}, {every} hold in every seed, {len(known) - every - none} in some and "
        f"{none} in none{aside}"
    )


def _of_attention(feature: str, singer: str, song: str) -> list[Claim]:
    with_it, without = f"{feature} with attention", f"{feature} without attention"
    lower = feature == "mel"
    text = f"attention {'lowers' if lower else 'raises'} the test loss of {feature}"
    pair = (with_it, without) if lower else (without, with_it)
    return [
        Claim(text, "table 1", "test_loss", *pair),
        Claim(f"attention finds the singer more often, {feature}", "section 4", singer, without, with_it, True),
        Claim(f"attention finds the song less often, {feature}", "section 4", song, with_it, without, True),
    ]


def table_one(summary: pd.DataFrame, k: int, planned: int) -> str:
    """Return the table in Markdown: a row for each variant, then baseline and chance.

    The paper's losses lie above 0.25, the loss of a constant embedding by its formula: compare rankings, not numbers.

    Parameters
    ----------
    summary : DataFrame
        As `over_seeds` returns it.
    k : int
        Neighbours behind the accuracies.
    planned : int
        How many seeds there are to be.

    Returns
    -------
    str
        Means, with the least and the greatest of the seeds in brackets if there are several.
    """
    head = [f"{name} (k = {k})" if name.startswith(("singer", "song")) else name for name in HEAD]
    known = {(row["variant"], row["measure"]): row for row in summary.reset_index().to_dict("records")}
    variants = dict.fromkeys([*TABLE_1, *(variant for variant, _ in known)])
    return markdown([head, *(_row(known, variant, k, planned) for variant in variants)])


def _row(known: Summary, variant: str, k: int, planned: int) -> list[str]:
    seeds = max((row["seeds"] for (name, _), row in known.items() if name == variant), default=0)
    size, loss = TABLE_1.get(variant, ("", ""))
    ours = [_cell(known, variant, measure, form) for measure, form in (("parameters", ",.0f"), ("test_loss", ".4f"))]
    accuracies = [_cell(known, variant, f"{task}_k{k:02d}", ".2f") for task in ("singer", "singer_cross_song", "song")]
    steps = _cell(known, variant, "steps", ",.0f")
    errors = _cell(known, variant, f"eer_{ACROSS_SONGS}", ".1f", 100, " %")
    return [variant, f"{seeds} of {planned}", steps, ours[0], size, ours[1], str(loss), *accuracies, errors]


def _cell(known: Summary, variant: str, measure: str, form: str, times: float = 1, unit: str = "") -> str:
    if (variant, measure) not in known:
        return "-"
    mean, low, high = (format(times * known[variant, measure][name], form) for name in ("mean", "low", "high"))
    return f"{mean}{unit}" if low == high else f"{mean} ({low} to {high}){unit}"
