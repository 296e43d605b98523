"""By what points can be coloured: names get colours and markers, numbers a scale."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

BASIC = ("singer", "song", "split")
CORPUS = "corpus"
STYLE = "style_"
UNKNOWN = "not known"


@dataclass(frozen=True)
class Colouring:
    """One property of the recordings.

    Attributes
    ----------
    label : str
        What it is called on the page.
    names : list of str or None
        The different names, sorted; None for a number.
    values : list
        For every recording the place of its name in `names`, or its number; None where it is not known.
    """

    label: str
    names: list[str] | None
    values: list[float | int | None]


def colourings(recordings: pd.DataFrame) -> list[Colouring]:
    """List what is known of recordings, in the order singer, song, split, corpus, then style.

    Parameters
    ----------
    recordings : DataFrame
        Columns `singer`, `song`, `split`, `corpus` where there are several, and any ``style_*``: numbers or text,
        cells may be empty.
    """
    further = [str(name) for name in recordings.columns if name == CORPUS or str(name).startswith(STYLE)]
    return [_colouring(recordings[name], name) for name in (*BASIC, *further)]


def _colouring(column: pd.Series, name: str) -> Colouring:
    label = name.removeprefix(STYLE).replace("_", " ")
    if name not in BASIC and pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        numbers = column.to_numpy(np.float64, na_value=np.nan)
        return Colouring(label, None, [float(f"{number:.5g}") if np.isfinite(number) else None for number in numbers])
    texts = [str(cell) if pd.notna(cell) and cell != "" else UNKNOWN for cell in column]
    names = sorted(set(texts))
    place = {text: number for number, text in enumerate(names)}
    return Colouring(label, names, [place[text] for text in texts])
