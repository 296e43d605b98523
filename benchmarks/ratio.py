"""Ratios of running times: each against the plain alternative, in turns, so that a busy machine slows both."""

import time
from collections.abc import Callable, Mapping

from tqdm import tqdm

from benchmarks.row import FASTER, Row

Work = Callable[[], object]


def compare(pairs: Mapping[str, tuple[Work, Work]], against: str, repetitions: int) -> list[Row]:
    """Time plain and own work in turns.

    Parameters
    ----------
    pairs : mapping of str to (callable, callable)
        By name, the plain alternative and ours. Each is called once beforehand.
    against : str
        What the plain alternative is.
    repetitions : int

    Returns
    -------
    list of Row
        How many times faster ours is: a row for each pair, and of several pairs one for all together.
    """
    for plain, ours in pairs.values():
        plain()
        ours()
    rounds = [
        {name: (seconds(plain), seconds(ours)) for name, (plain, ours) in pairs.items()}
        for _ in tqdm(range(repetitions), desc=f"against {against}", unit=" rounds")
    ]
    rows = [Row.of(name, against, FASTER, [_ratio(took[name]) for took in rounds]) for name in pairs]
    if len(rows) > 1:
        together = [_ratio(tuple(map(sum, zip(*took.values(), strict=True)))) for took in rounds]
        rows.append(Row.of("all of these together", against, FASTER, together))
    return rows


def seconds(work: Work) -> float:
    """Call it once and return how long it took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _ratio(took: tuple[float, ...]) -> float:
    plain, ours = took
    return plain / ours
