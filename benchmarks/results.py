"""The results as files: ``results.json``, and what is made from it alone: ``RESULTS.md``, and the figure."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.growth_figure import draw_growth
from benchmarks.row import Row
from pipeline.runtime.files import written_whole
from pipeline.studies.markdown_table import markdown

RESULTS, TABLE, FIGURE, SHOWN = "results.json", "RESULTS.md", "growth.png", "growth.svg"
VERDICTS = {None: "", True: "yes", False: "**no**"}
HEAD = """# How fast, how small, and against what

Made by `make bench` from `results.json`. Every row compares with its alternative in the same run, in turns; values are
medians over the repetitions, with the least and the greatest. Seconds are left out: they belong to a machine. The last
sections come from commands of their own, with the machine on which they ran.
"""
QUICK = "\n**A quick run on tiny inputs: it shows that the benchmarks run, and nothing else.**\n"
COLUMNS = ("what", "against", "measured", "least to greatest", "times", "target", "met")


@dataclass(frozen=True)
class Apart:
    """Rows that a command of its own measured, and the machine on which it did."""

    machine: dict[str, Any]
    rows: list[Row]


@dataclass(frozen=True)
class Results:
    """Rows by benchmark, and the machine on which all of them were measured.

    Attributes
    ----------
    machine : dict
    quick : bool
        Whether inputs were tiny.
    rows : dict of str to list of Row
    elsewhere : dict of str to Apart
        What `make bench` does not measure, by command.
    """

    machine: dict[str, Any]
    quick: bool
    rows: dict[str, list[Row]]
    elsewhere: dict[str, Apart] = field(default_factory=dict)

    @classmethod
    def begin(cls, folder: Path, machine: dict[str, Any], quick: bool) -> "Results":
        """Carry on with what a folder holds, where it comes from this machine and the same amount of work."""
        if not (folder / RESULTS).exists():
            return cls(machine, quick, {})
        before = cls.read(folder)
        if before.quick != quick:
            return cls(machine, quick, {})
        return before if before.machine == machine else cls(machine, quick, {}, before.elsewhere)

    @classmethod
    def read(cls, folder: Path) -> "Results":
        """Read ``results.json``."""
        plain = json.loads((folder / RESULTS).read_text())
        elsewhere = {name: Apart(one["machine"], _rows(one["rows"])) for name, one in plain["elsewhere"].items()}
        return cls(
            plain["machine"], plain["quick"], {name: _rows(rows) for name, rows in plain["rows"].items()}, elsewhere
        )

    def write(self, folder: Path) -> None:
        """Write ``results.json``, and table and figure anew from it."""
        plain = {
            "machine": self.machine,
            "quick": self.quick,
            "rows": {name: _plain(rows) for name, rows in self.rows.items()},
            "elsewhere": {
                name: {"machine": one.machine, "rows": _plain(one.rows)} for name, one in self.elsewhere.items()
            },
        }
        with written_whole(folder / RESULTS) as path:
            path.write_text(json.dumps(plain, indent=2) + "\n")
        render(folder)


def add_apart(folder: Path, name: str, machine: dict[str, Any], rows: list[Row], quick: bool) -> None:
    """Put rows that a command of its own measured beside the results that a folder holds, of whatever machine."""
    folder.mkdir(parents=True, exist_ok=True)
    before = Results.read(folder) if (folder / RESULTS).exists() else Results(machine, quick, {})
    replace(before, elsewhere=before.elsewhere | {name: Apart(machine, rows)}).write(folder)


def render(folder: Path) -> None:
    """Make the table and, where growth was measured, the figure from ``results.json``."""
    results = Results.read(folder)
    growths = {row.what: row.growth for row in results.rows.get("growth", []) if row.growth}
    if growths:
        draw_growth(growths, folder / FIGURE)
    (folder / TABLE).write_text(_markdown(results, bool(growths)))


def _markdown(results: Results, with_figure: bool) -> str:
    text = f"{HEAD}{QUICK if results.quick else ''}\n## Machine\n\n{_list(results.machine)}\n"
    for name, rows in results.rows.items():
        text += f"\n## {name.capitalize()}\n{_table(rows)}"
    if with_figure:
        text += f"\n![Time over work, both in multiples of the least]({SHOWN})\n"
    for name, one in results.elsewhere.items():
        text += f"\n## By `python -m benchmarks.{name}`\n\n{_list(one.machine)}\n{_table(one.rows)}"
    return text


def _list(machine: dict[str, Any]) -> str:
    return "\n".join(f"- {name.replace('_', ' ')}: {value}" for name, value in machine.items())


def _table(rows: list[Row]) -> str:
    return f"\n{markdown([COLUMNS, *map(_cells, rows)])}\n"


def _plain(rows: list[Row]) -> list[dict[str, Any]]:
    return [row.to_plain() for row in rows]


def _rows(plain: list[dict[str, Any]]) -> list[Row]:
    return [Row.from_plain(row) for row in plain]


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.what,
        row.against,
        row.measured(),
        row.spread(),
        str(row.repetitions or ""),
        row.target,
        VERDICTS[row.met],
    )
