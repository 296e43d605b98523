"""What probes and channel audit found, in the one line that stage `probe` prints."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.analysis.baselines import BASELINES, EMBEDDING
from pipeline.analysis.held_style import held_style
from pipeline.analysis.probe_table import ProbeResult, ProbeResults
from pipeline.runtime.counting import counted

SOURCES = {"ltas": "average spectrum", "pauses": "spectrum of pauses", "embedding": "embedding", **BASELINES}


def describe_findings(found: ProbeResults, scores: Mapping[str, Any]) -> str:
    """Describe how well numbers are read, what style is held, and whether the channel may identify singers.

    Parameters
    ----------
    found : ProbeResults
    scores : mapping
        The same by kind of vectors and target, as metrics/probe.json has them.
    """
    said = [_summarise_probes(found), *_summarise_style(scores), _summarise_audit(found)]
    return "; ".join([*said, *_list_not_shown(found.not_shown)])


def _summarise_probes(found: ProbeResults) -> str:
    said = []
    for level in ("clip", "performance", "singer"):
        rows = [row for row in found.rows if row.measure == "r2" and row.level == level]
        if rows:
            medians = {
                vectors: np.median([row.value for row in rows if row.vectors == vectors])
                for vectors in ("embedding", "baseline")
            }
            said.append(
                f"{len({row.target for row in rows})} numbers a {level}, median R2 "
                + ", ".join(f"{vectors} {median:.2f}" for vectors, median in medians.items())
            )
    return "; ".join(said) if said else "no probe"


def _summarise_style(scores: Mapping[str, Any]) -> list[str]:
    counts = {name: held_style(scores[name]) for name in (EMBEDDING, *BASELINES)}
    known = sum(map(len, counts[EMBEDDING]))
    if not known:
        return []
    each = ", ".join(f"{SOURCES[name]} {len(held)}" for name, (held, _) in counts.items())
    return [f"of {counted(known, 'parameter')} of style held beyond chance by {each}"]


def _summarise_audit(found: ProbeResults) -> str:
    rows = {row.vectors: row for row in found.rows if row.measure == "accuracy"}
    if "ltas" not in rows:
        return "no channel audit"
    shares = ", ".join(f"{SOURCES[name]} {row.value:.2f}" for name, row in rows.items())
    return f"singer found in another song by {shares}, chance {rows['ltas'].chance:.2f}: {_verdict(rows)}"


def _verdict(rows: Mapping[str, ProbeResult]) -> str:
    ltas, pauses, embedding = rows["ltas"], rows.get("pauses"), rows["embedding"]
    if pauses and pauses.low > pauses.chance:
        return "the pauses alone find the singer, so microphone and room may identify singers for any method"
    if ltas.low <= ltas.chance:
        return "no sign that the recording channel tells singers apart"
    as_good = "as well as the embedding" if ltas.value >= embedding.low else "less well than the embedding"
    if pauses:
        return (
            f"the average spectrum finds singers {as_good}, more likely by timbre than by room, for the pauses do not"
        )
    return f"the average spectrum finds singers {as_good}, and timbre or the recording channel may be the reason"


def _list_not_shown(not_shown: Mapping[str, str]) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for target, reason in not_shown.items():
        reasons.setdefault(reason, []).append(target)
    return [
        f"not shown: {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''} ({reason})"
        for reason, names in reasons.items()
    ]
