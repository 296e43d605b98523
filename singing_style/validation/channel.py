"""How well the recording channel identifies the singer: how often the average spectrum alone finds who sings.

A microphone and a room colour everything that is recorded with them; where each singer has their own, any method may
learn these instead of the singing. A singer's timbre is in the average spectrum too, but not in that of the pauses.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.analysis.channel_audit import accuracy, chance_share, nearest_is_same_singer
from singing_style.validation.checkup import Checkup
from singing_style.validation.finding import Finding, Severity

DRAWS = 2000
# A warning is due if the whole interval lies above this many times chance.
SUSPICIOUS_RATIO = 2.0
IN_PLAIN_WORDS = (
    "recordings may be told apart by microphone or room rather than by voice: record everybody in the same places, "
    "each in several"
)


def check_channel(checkups: Mapping[str, Checkup], table: pd.DataFrame, seed: int) -> list[Finding]:
    """Report how often the nearest average spectrum is the same singer's, for whole recordings and for pauses alone.

    Where songs are known, same-song neighbours are excluded, since a shared song helps too. The figures are for those
    who train or publish; where they are high, what it means is said once for all.

    Parameters
    ----------
    checkups : mapping
        By recording.
    table : DataFrame
        Columns singer and, where known, song; indexed by recording.
    seed : int
        Seed of the interval's bootstrap over singers.
    """
    findings = []
    for subject, spectra in (
        ("average spectrum", {name: checkup.spectrum for name, checkup in checkups.items()}),
        ("spectrum of the pauses", {name: checkup.pauses for name, checkup in checkups.items()}),
    ):
        known = [name for name, spectrum in spectra.items() if len(spectrum)]
        if finding := _audit(subject, {name: spectra[name] for name in known}, table.loc[known], seed):
            findings.append(finding)
    if any(finding.severity is Severity.WARNING for finding in findings):
        findings.insert(0, Finding(Severity.WARNING, "channel", IN_PLAIN_WORDS))
    return findings


def _audit(subject: str, spectra: Mapping[str, NDArray[np.float32]], table: pd.DataFrame, seed: int) -> Finding | None:
    singer = table["singer"].to_numpy(np.str_)
    song = table["song"].to_numpy(np.str_) if "song" in table else np.array(list(spectra), np.str_)
    if len(np.unique(singer)) < 2:
        return None
    chance = chance_share(singer, song)
    if chance == 0:
        return None
    right = nearest_is_same_singer(np.stack(list(spectra.values())), singer, song)
    found = accuracy(right, singer, DRAWS, np.random.default_rng(seed))
    text = (
        f"the {subject} alone identifies the singer in {found.value:.0%} ({found.low:.0%} to {found.high:.0%}) of "
        f"{len(singer)} recordings, chance {chance:.0%}"
    )
    if found.low > SUSPICIOUS_RATIO * chance:
        text += "; report this figure beside your results"
        return Finding(Severity.WARNING, "channel", text, training=True)
    return Finding(Severity.NOTE, "channel", text, training=True)
