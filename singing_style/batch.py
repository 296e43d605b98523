"""Many recordings at once, as tables: who sings in each, and how near any two of them lie."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial.distance import pdist

from pipeline.errors import BadInputError
from pipeline.model.calibration import Calibration
from singing_style.comparison import bands_apart
from singing_style.embedded import Embedded
from singing_style.likeness import Similar, find_similar
from singing_style.performance import Performance
from singing_style.takes import Takes, hash_takes
from singing_style.verdict import explain
from singing_style.voice_index import VoiceIndex

# The answer in place of a verdict for a recording that cannot be used.
REFUSED = "refused"
COLUMNS = (
    *("recording", "verdict", "answer", "singers", "nearest", "most_like", "second"),
    *("distance", "margin", "needed", "near", "reach", "unlike", "part", "fault", "because"),
)


def tabulate_verdicts(
    sources: Sequence[Path | Takes], embedded: Embedded, index: VoiceIndex, calibration: Calibration
) -> pd.DataFrame:
    """Ask who of a collection sings in each of many recordings.

    Parameters
    ----------
    sources : sequence of Path or Takes
        The recordings.
    embedded : Embedded
        The same, embedded with the index's model.
    index : VoiceIndex
        A recording that is in it is not compared with itself.
    calibration : Calibration
        The model's.

    Returns
    -------
    DataFrame
        One row a recording, in the order given, with `COLUMNS`: the verdict in words, its fields (see
        `singing_style.verdict.Verdict`), what it rests on (because), which part of a long recording was compared, and
        the nearest singer's performances that answered; several singers or performances are separated by semicolons.
        Where a recording cannot be used, the answer is "refused", and the fault is named.
    """
    performances = {performance.name: performance for performance in embedded.performances}
    rows: list[dict[str, object]] = []
    for source in sources:
        if (performance := performances.get(str(source))) is None:
            rows.append(_refused(source, embedded.failed[source]))
            continue
        try:
            found = find_similar(performance, index, calibration, contents=hash_takes(source), top=1, moments=0)
        except BadInputError as fault:
            rows.append(_refused(source, str(fault)))
            continue
        rows.append({"recording": str(source), "fault": ""} | _as_row(found))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def tabulate_pairs(performances: Sequence[Performance]) -> pd.DataFrame:
    """Compare all performances with each other.

    Returns
    -------
    DataFrame
        One row a pair, nearest first: one, other (names), distance, and unlike, which says why the distance means
        little (see `singing_style.comparison.bands_apart`).
    """
    names = [performance.name for performance in performances]
    distances = pdist(np.stack([performance.vector for performance in performances]).astype(np.float64))
    table = pd.DataFrame(list(combinations(names, 2)), columns=["one", "other"]).assign(
        distance=distances, unlike=[bands_apart(*pair) for pair in combinations(performances, 2)]
    )
    return table.sort_values("distance", kind="stable", ignore_index=True)


def _refused(source: Path | Takes, fault: str) -> dict[str, object]:
    return {"recording": str(source), "verdict": REFUSED, "answer": REFUSED, "fault": fault}


def _as_row(found: Similar) -> dict[str, object]:
    verdict = found.verdict
    return {
        "verdict": str(verdict),
        "answer": verdict.answer.value,
        "singers": "; ".join(verdict.singers),
        "nearest": verdict.nearest,
        "most_like": "; ".join(voice.path for voice in found.likenesses[0].answered),
        "second": verdict.second,
        "distance": verdict.distance,
        "margin": verdict.margin,
        "needed": verdict.needed,
        "near": verdict.near,
        "reach": verdict.reach,
        "unlike": verdict.unlike,
        "part": found.part,
        "because": "; ".join(explain(verdict)),
    }
