"""Data inside a script tag: no name in it can end the tag."""

import json
from typing import Any

ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def embedded_json(value: Any) -> str:
    """Write JSON in ASCII without ``<``, ``>`` and ``&``; reading it gives the value back.

    Raises
    ------
    ValueError
        For NaN and infinity, which JSON does not know.
    """
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).translate(ESCAPES)
