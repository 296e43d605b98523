"""The tables of `make answers`: what verdicts, ways of singing, disagreements and thresholds are worth on RAVDESS."""

from collections.abc import Mapping
from typing import Any

from pipeline.runtime.metrics import read_json
from pipeline.runtime.stage import METRICS
from pipeline.studies.markdown_table import markdown

TARGET = METRICS / "answers.json"
REMEDY = "make answers"
# Ways to make performances of takes, by what people read: by emotion and lyrics, joined by folder, and as they are.
KINDS = {
    "performances": "12 performances per singer, 8 to 24 s",
    "joined": "`index --join`, of songs that are known: 6 performances per singer",
    "single files": "single files that hold enough singing",
}
# Beside them: through the channels of `make judge`, unlike all that is indexed of the singer, and much longer.
LONG = "long"
ASKED = KINDS | {
    "microphones": "the 12 performances, each through a microphone and room of its own",
    "telephones": "the 12 performances, half by telephone",
    "new mood": "the 12 performances, none of the singer's in that mood indexed",
    "new melody": "the 12 performances, none of the singer's of that melody indexed",
    LONG: "half of a singer's takes as one, asked of the other halves in pairs",
}
LINES = "lines"
WAYS = {
    LINES: "the lines between performances",
    "nearest": "the nearest performance",
    "nearest_three": "the mean distance of the nearest three",
    "mean": "the mean of all",
}
ANSWERS = {
    "clear_right": "clear, right",
    "clear_wrong": "clear, wrong",
    "unclear_with": "unclear, the right singer named",
    "unclear_without": "unclear, the right singer not named",
    "nobody": "nobody here",
    "undecided": "undecided",
}


def verdicts_table() -> str:
    """Tabulate the verdicts of `similar` on recordings of singers in the index, and of strangers."""
    rows = [
        [
            ASKED[kind],
            *(str(counts.get(name, 0)) for name in ANSWERS),
            _of(counts["strangers_clear"], counts),
        ]
        for kind, counts in _read()["verdicts"].items()
    ]
    return markdown([["", *ANSWERS.values(), "strangers, clear (wrong)"], *rows])


def verdicts_beside_means_table() -> str:
    """Tabulate the clear verdicts beside those that means of MFCCs give by the same rule, with paired differences."""
    found = _read()
    rows = []
    for kind, ours in found["verdicts"].items():
        theirs, less = found["verdicts_by_means"][kind], found["verdicts_less_means"][kind]
        rows.append(
            [
                f"{ASKED[kind]}: {ours['recordings']}",
                *(f"{its.get('clear_right', 0)} / {its.get('clear_wrong', 0)}" for its in (ours, theirs)),
                _in_points(less["clear_right"]),
                *(str(its["strangers_clear"]) for its in (ours, theirs)),
                _in_points(less["strangers_clear"]),
            ]
        )
    ours_and_theirs = ("MFCC means", "the model less these, in points")
    heads = [
        head
        for what in ("clear, right / wrong", "strangers, clear")
        for head in (f"{what}: the model", *ours_and_theirs)
    ]
    return markdown([["recordings", *heads], *rows])


def ways_table() -> str:
    """Tabulate how many verdicts are clear and right for each way to represent a singer, on eight singers."""
    found = _read()["ways"]
    kinds = list(next(iter(found.values())))
    rows = [
        [
            WAYS[way],
            *(_of(by_kind[kind].get("clear_right", 0), by_kind[kind]) for kind in kinds),
            *(_of(by_kind[kind]["strangers_clear"], by_kind[kind]) for kind in kinds),
            *("" if way == LINES else str(by_kind[kinds[0]][which]) for which in ("only_lines", "only_this")),
        ]
        for way, by_kind in found.items()
    ]
    asked = [f"{what}, {kind}" for what in ("clear, right", "strangers, clear (wrong)") for kind in kinds]
    alone = ("clear by the lines alone", "by this alone")
    return markdown([["a singer is represented by ...", *asked, *alone], *rows])


def disagreements_table() -> str:
    """Tabulate which recordings are named as not agreeing with the others of their singer."""
    rows = [
        [
            KINDS[kind].partition(",")[0],
            _of(its["named_though_right"], its),
            *(f"{after['named']} of {after['swapped']}" for after in its["after"].values()),
            *(f"{after['others_each_time']:.1f}" for after in its["after"].values()),
        ]
        for kind, its in _read()["disagreements"].items()
    ]
    head = ["", "named though nothing is wrong", "named after a swap of one", "of two", "others named, one", "two"]
    return markdown([head, *rows])


def promises_table() -> str:
    """Tabulate the shares of impostor pairs that a threshold promised to let pass, and that it let pass."""
    rows = [
        [f"{100 * float(rate):g} %", f"{100 * its['found']:.1f} %", f"{100 * its['deviation']:.1f} %"]
        for rate, its in _read()["promises"].items()
    ]
    head = ["promised", "found among the eight others, mean of 100 splits", "standard deviation over splits"]
    return markdown([head, *rows])


def evaluation() -> str:
    """Show what `evaluate` prints of all singers, their takes joined by folder."""
    return "\n".join(["```text", *_read()["evaluation"], "```"])


def _read() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_json(TARGET, REMEDY)
    return found


def _in_points(difference: Mapping[str, float]) -> str:
    value, low, high = (100 * difference[name] for name in ("value", "low", "high"))
    return f"{value:+.1f} ({low:+.1f} to {high:+.1f})"


def _of(count: int, counts: Mapping[str, Any]) -> str:
    return f"{count} of {counts['recordings']}"
