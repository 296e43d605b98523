"""Ratios of running times: each against the plain alternative, in turns, so that a busy machine slows both."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True)
class Ratio:
    """How many times faster ours is: the median over repetitions, with the least and the greatest."""

    name: str
    median: float
    least: float
    greatest: float

    def __str__(self) -> str:
        """Write one line of the table."""
        return f"{self.name:<44} {self.median:5.1f} x   ({self.least:.1f} to {self.greatest:.1f})"


def compare(pairs: Mapping[str, tuple[Work, Work]], repetitions: int) -> list[Ratio]:
    """Time plain and own work in turns.

    Parameters
    ----------
    pairs : mapping of str to (callable, callable)
        By name, the plain alternative and ours. Each is called once beforehand.
    repetitions : int

    Returns
    -------
    list of Ratio
        One for each pair, and of several pairs one for all together.
    """
    for plain, ours in pairs.values():
        plain()
        ours()
    rounds = [
        {name: (_seconds(plain), _seconds(ours)) for name, (plain, ours) in pairs.items()} for _ in range(repetitions)
    ]
    singles = [_ratio(name, [took[name] for took in rounds]) for name in pairs]
    if len(singles) == 1:
        return singles
    totals = [(sum(plain for plain, _ in took.values()), sum(ours for _, ours in took.values())) for took in rounds]
    return [*singles, _ratio("all together", totals)]


def _seconds(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _ratio(name: str, seconds: list[tuple[float, float]]) -> Ratio:
    ratios = [plain / ours for plain, ours in seconds]
    return Ratio(name, statistics.median(ratios), min(ratios), max(ratios))
