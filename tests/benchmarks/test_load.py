from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from benchmarks import load
from benchmarks.load import busy, compare


def test_the_load_is_there_as_long_as_it_is_measured() -> None:
    before = len(psutil.Process().children())
    with busy(2):
        assert len(psutil.Process().children()) == before + 2
    assert len(psutil.Process().children()) == before


def test_each_rounds_steps_are_held_against_its_own_quiet_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second round is twice as slow throughout, which changes no ratio."""
    taken = {"sleeping": [1.0, 1.6, 2.0], "spinning": [1.1, 2.2, 3.3]}
    beside: list[int] = []

    @contextmanager
    def loaded(processes: int) -> Iterator[None]:
        beside.append(processes)
        yield

    monkeypatch.setattr(load, "busy", loaded)
    monkeypatch.setattr(
        load, "_measure_apart", lambda wait, steps: taken[wait][beside[-1]] * (1 if len(beside) <= 6 else 2)
    )
    rows = compare(steps=1, rounds=2)
    found = {row.what.removeprefix("training step "): row for row in rows}
    one, two = found["beside one busy process, threads sleeping"], found["beside two busy processes, threads sleeping"]
    assert (one.least, one.greatest, one.at_most, one.met) == (1.6, 1.6, 1.7, True)
    assert (two.least, two.greatest, two.at_most, two.met) == (2.0, 2.0, 1.85, False)
    spinning = found["beside two busy processes, threads spinning"]
    assert spinning.value == pytest.approx(3.0)
    assert spinning.met is None
    assert rows[-1].value == pytest.approx(1.1)
