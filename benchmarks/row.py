"""A row of the results: what was measured, against what, and whether it reaches its target."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

FASTER = "x faster"
SMALLER = "x smaller"


@dataclass(frozen=True)
class Row:
    """One measured number, by default the median over repetitions.

    Attributes
    ----------
    what, against : str
        Ours, and the alternative or the whole of which it is a share.
    unit : str
        Of the value: ``x faster``, ``share of ...``, ``MiB``.
    value : float or None
        None where it was not measured.
    least, greatest : float or None
        Over the repetitions.
    repetitions : int
    at_least, at_most : float or None
        The target, one of the two; None where there is none.
    growth : dict of str to float or None
        Cost at so many times the work, where the row is about that.
    """

    what: str
    against: str
    unit: str
    value: float | None
    least: float | None
    greatest: float | None
    repetitions: int
    at_least: float | None = None
    at_most: float | None = None
    growth: dict[str, float] | None = None

    @classmethod
    def of(cls, what: str, against: str, unit: str, values: Sequence[float]) -> "Row":
        """Take the median of repeated measurements; of none, the row says that nothing was measured."""
        if not values:
            return cls(what, against, unit, None, None, None, 0)
        return cls(what, against, unit, statistics.median(values), min(values), max(values), len(values))

    def should(self, *, be_at_least: float | None = None, be_at_most: float | None = None) -> "Row":
        """Give the row a target."""
        return replace(self, at_least=be_at_least, at_most=be_at_most)

    @property
    def met(self) -> bool | None:
        """Whether the target is reached; None without a target or a measurement."""
        if self.value is None or (self.at_least is None and self.at_most is None):
            return None
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)

    @property
    def target(self) -> str:
        """The target in words, or nothing."""
        if self.at_least is not None:
            return f"at least {self.at_least:g}"
        return "" if self.at_most is None else f"at most {self.at_most:g}"

    def to_plain(self) -> dict[str, Any]:
        """Give plain values, with the verdict among them."""
        return asdict(self) | {"met": self.met}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Row":
        """Read what `to_plain` gave; the verdict follows from the rest."""
        return cls(**{name: value for name, value in plain.items() if name != "met"})

    def measured(self) -> str:
        """Write value and unit."""
        return "not measured" if self.value is None else f"{self.value:.3g} {self.unit}"

    def spread(self) -> str:
        """Write the least and the greatest of several repetitions."""
        return "" if self.repetitions < 2 else f"{self.least:.3g} to {self.greatest:.3g}"

    def __str__(self) -> str:
        """Write one line for the terminal."""
        spread = f" ({self.spread()})" if self.spread() else ""
        verdict = {None: "", True: ": met", False: ": NOT met"}[self.met]
        target = f"; target {self.target}{verdict}" if self.target else ""
        return f"{self.what}: {self.measured()}{spread}, against {self.against}{target}"
