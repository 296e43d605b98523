"""The properties by which points can be coloured: names get colours and markers, numbers a scale."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

BASIC = ("singer", "song", "split")
CORPUS = "corpus"
STYLE = "style_"
UNKNOWN = "not known"
NUMBER = re.compile(r"(\d{1,18})")
# How the names of columns end that hold numbers with a unit; the longer ones first.
UNITS = {"_db_per_octave": "dB/octave", "_cents": "cents", "_hz": "Hz", "_db": "dB", "_cm": "cm", "_s": "s"}
# How the names end that say what is measured, and not in what.
IMPLIED = {"register": "MIDI", "_shift": "×", "_factor": "×"}


@dataclass(frozen=True)
class Colouring:
    """A property of the recordings to colour by.

    Attributes
    ----------
    label : str
        Its name on the page.
    names : list of str or None
        The distinct names, sorted as people count (2 before 10); None for numbers.
    values : list
        For every recording the index of its name in `names`, or its number; None where unknown.
    unit : str, optional
        Of the numbers; empty where there is none.
    """

    label: str
    names: list[str] | None
    values: list[float | int | None]
    unit: str = ""


def colourings(recordings: pd.DataFrame) -> list[Colouring]:
    """List the properties of recordings, in the order singer, song, split, corpus, then style.

    Parameters
    ----------
    recordings : DataFrame
        Columns `singer` and `song`, perhaps `split`, `corpus` if there are several, and any ``style_*``: numbers or
        text, possibly empty. A name such as ``style_vibrato_rate_hz`` says its unit.
    """
    basic = [name for name in BASIC if name in recordings.columns]
    further = [str(name) for name in recordings.columns if name == CORPUS or str(name).startswith(STYLE)]
    return [_colouring(recordings[name], name) for name in (*basic, *further)]


def _colouring(column: pd.Series, name: str) -> Colouring:
    label = name.removeprefix(STYLE)
    if name not in BASIC and pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        numbers = column.to_numpy(np.float64, na_value=np.nan)
        values = [float(f"{number:.5g}") if np.isfinite(number) else None for number in numbers]
        ending = next((ending for ending in UNITS if label.endswith(ending)), "")
        unit = UNITS.get(ending) or next((IMPLIED[name] for name in IMPLIED if label.endswith(name)), "")
        return Colouring(_plain(label.removesuffix(ending)), None, values, unit)
    texts = [str(cell) if pd.notna(cell) and cell != "" else UNKNOWN for cell in column]
    names = sorted(set(texts), key=_naturally)
    place = {text: number for number, text in enumerate(names)}
    return Colouring(_plain(label), names, [place[text] for text in texts])


def _naturally(name: str) -> tuple[list[str | int], str]:
    parts = NUMBER.split(name.casefold())  # every second one is a number
    return [int(part) if place % 2 else part for place, part in enumerate(parts)], name


def _plain(label: str) -> str:
    return label.replace("_", " ").replace("singers formant", "singer's formant")
