"""The performances that `singing-style index` will find in a corpus, foreseen from the checkups of its recordings."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.model.listening import Listening
from singing_style.roster import join_entries, list_entries
from singing_style.sung import too_little
from singing_style.validation.checkup import Checkup


def foresee_performances(
    table: pd.DataFrame, checkups: Mapping[str, Checkup], listening: Listening, *, join: bool
) -> pd.DataFrame:
    """List the performances that can be used.

    Parameters
    ----------
    table : DataFrame
        The roster's.
    checkups : mapping
        By recording; those that it lacks cannot be used.
    listening : Listening
        How the model listens.
    join : bool
        Whether takes will be joined (`index --join`). Seconds sung are then those of the takes, added up.

    Returns
    -------
    DataFrame
        One row a performance: singer, song where known, and pitch, a MIDI number: the median of the takes', NaN where
        unknown.
    """
    paths = zip(table["recording"], table["path"], strict=True)
    heard = {path: checkups[recording] for recording, path in paths if recording in checkups}
    entries = [entry for entry in list_entries(table) if entry.paths[0] in heard]
    if join:
        entries = join_entries(entries, {path: one.seconds for path, one in heard.items()})
    used = [entry for entry in entries if _can_be_used([heard[path] for path in entry.paths], listening)]
    columns = [name for name in ("singer", "song") if name in table]
    rows = [
        [*(getattr(entry, name) for name in columns), _median([heard[path].pitch for path in entry.paths])]
        for entry in used
    ]
    return pd.DataFrame(rows, columns=[*columns, "pitch"]).astype({"pitch": np.float64})


def _median(pitches: Sequence[float]) -> float:
    known = [pitch for pitch in pitches if np.isfinite(pitch)]
    return float(np.median(known)) if known else np.nan


def _can_be_used(takes: Sequence[Checkup], listening: Listening) -> bool:
    """Return whether takes, heard one after the other, will be judged."""
    if len(takes) == 1:
        return not takes[0].refusal(listening)
    sung = round(sum(take.sung_seconds for take in takes) / listening.frame_seconds)
    return len({take.rate for take in takes}) == 1 and not too_little(sung, 1, listening)
