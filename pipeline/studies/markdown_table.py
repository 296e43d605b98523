"""Tables in Markdown, and estimates as their cells write them."""

from collections.abc import Mapping, Sequence


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """Write a table whose first row is the head, without a line break at its end."""
    head, *others = rows
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *others))


def with_interval(estimate: Mapping[str, float], unit: float, form: str) -> str:
    """Write an estimate times a unit, with its interval in brackets if it has one.

    Examples
    --------
    >>> with_interval({"value": 0.125, "low": 0.1, "high": 0.2}, 100, ".1f")
    '12.5 (10.0 to 20.0)'
    """
    ends = ("low", "high") if "low" in estimate else ()
    value, *interval = (f"{unit * estimate[name]:{form}}" for name in ("value", *ends))
    return f"{value} ({' to '.join(interval)})" if interval else value
