"""The results as files: ``results.json``, and what is made from it alone, ``RESULTS.md`` and ``growth.png``."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.growth_figure import draw_growth
from benchmarks.row import Row
from pipeline.runtime.files import written_whole

RESULTS, TABLE, FIGURE = "results.json", "RESULTS.md", "growth.png"
VERDICTS = {None: "", True: "yes", False: "**no**"}
HEAD = """# How fast, how small, and against what

Made by `make bench` from `results.json`. Every row compares with its alternative in the same run, in turns; values are
medians over the repetitions, with the least and the greatest. Seconds are left out: they belong to a machine.
"""
QUICK = "\n**A quick run on tiny inputs: it shows that the benchmarks run, and nothing else.**\n"
COLUMNS = """
| what | against | measured | least to greatest | times | target | met |
| --- | --- | --- | --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Results:
    """Rows by benchmark, and the machine on which all of them were measured."""

    machine: dict[str, Any]
    quick: bool
    rows: dict[str, list[Row]]

    @classmethod
    def begin(cls, folder: Path, machine: dict[str, Any], quick: bool) -> "Results":
        """Carry on with what a folder holds, where it comes from this machine and the same amount of work."""
        if (folder / RESULTS).exists():
            before = cls.read(folder)
            if (before.machine, before.quick) == (machine, quick):
                return before
        return cls(machine, quick, {})

    @classmethod
    def read(cls, folder: Path) -> "Results":
        """Read ``results.json``."""
        plain = json.loads((folder / RESULTS).read_text())
        rows = {name: [Row.from_plain(row) for row in rows] for name, rows in plain["rows"].items()}
        return cls(plain["machine"], plain["quick"], rows)

    def write(self, folder: Path) -> None:
        """Write ``results.json``, and table and figure anew from it."""
        rows = {name: [row.to_plain() for row in rows] for name, rows in self.rows.items()}
        with written_whole(folder / RESULTS) as path:
            path.write_text(json.dumps({"machine": self.machine, "quick": self.quick, "rows": rows}, indent=2) + "\n")
        render(folder)


def render(folder: Path) -> None:
    """Make the table and, where growth was measured, the figure from ``results.json``."""
    results = Results.read(folder)
    growths = {row.what: row.growth for row in results.rows.get("growth", []) if row.growth}
    if growths:
        draw_growth(growths, folder / FIGURE)
    (folder / TABLE).write_text(_markdown(results, bool(growths)))


def _markdown(results: Results, with_figure: bool) -> str:
    machine = "\n".join(f"- {name.replace('_', ' ')}: {value}" for name, value in results.machine.items())
    text = f"{HEAD}{QUICK if results.quick else ''}\n## Machine\n\n{machine}\n"
    for name, rows in results.rows.items():
        text += f"\n## {name.capitalize()}\n{COLUMNS}" + "\n".join(map(_line, rows)) + "\n"
    return text + (f"\n![Time over work, both in multiples of the least]({FIGURE})\n" if with_figure else "")


def _line(row: Row) -> str:
    cells = (
        row.what,
        row.against,
        row.measured(),
        row.spread(),
        str(row.repetitions or ""),
        row.target,
        VERDICTS[row.met],
    )
    return f"| {' | '.join(cells)} |"
