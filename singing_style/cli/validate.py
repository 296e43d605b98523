"""``singing-style validate``: whether recordings can be used, what to type next, and everything that is wrong."""

import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.cli.console import (
    BAD_INPUT,
    OK,
    check_output,
    print_json,
    printable,
    reported,
    write_table,
)
from singing_style.cli.options import AsJson, ModelFile, Quiet

if TYPE_CHECKING:
    from singing_style.validation import Validation

# How a finding of each severity begins, in the order in which they are printed.
MARKS = {"note": "", "warning": "warning", "stop": "STOP"}

Corpus = Annotated[
    Path, typer.Argument(metavar="MANIFEST|FOLDER", help="manifest.csv (path,singer,song[,split]), or its folder.")
]
SingerFrom = Annotated[
    str | None,
    typer.Option(help="Read singer and song from the paths: a regular expression with (?P<singer>) and (?P<song>)."),
]
Measurements = Annotated[
    Path | None, typer.Option("--output", "-o", help="Also write the measurements as CSV, one row per recording.")
]
FitToTrain = Annotated[
    bool,
    typer.Option("--training", help="Report also whether a model can be trained on them; if not, the exit code is 1."),
]
Joined = Annotated[
    bool,
    typer.Option("--join", help="Check them as `index --join` hears them. Without it, found out by itself."),
]


@reported
def validate(
    corpus: Corpus,
    singer_from: SingerFrom = None,
    join: Joined = False,
    songs: Annotated[str, typer.Option(help="Numbers of songs for train/validation/test.")] = "6/4/4",
    max_bad_share: Annotated[float, typer.Option(min=0, max=1, help="Share of unusable recordings to tolerate.")] = 0.1,
    output: Measurements = None,
    training: FitToTrain = False,
    as_json: AsJson = False,
    model: ModelFile = None,
    quiet: Quiet = False,
) -> int:
    """Say whether recordings can be used, and what to type next.

    The first line says whether the recordings can be indexed, with the next command to type; where most are takes too
    short to be judged alone, they are joined. The exit code is 1 if nothing can be indexed, otherwise 0, even with
    warnings.

    Everything that is wrong is reported at once. The report covers unreadable files, durations, seconds sung, the same
    sound under two names, levels and clipping, singers, whether microphone or room may tell them apart, and recordings
    that do not agree with the others of their singer, which may be right or under a wrong name. Recordings are heard as
    by the model that `singing-style index` uses, so that both accept the same ones.

    With --training, it says as well whether a model can be trained on them, with the songs of each part, possible
    balanced splits, and how far the recording alone identifies the singer. The exit code is then 1 if something would
    stop the training pipeline.

    For example:
      singing-style validate my_choir
      singing-style validate my_choir/manifest.csv --training --songs 2/2/2 -o checked.csv
      singing-style validate takes --singer-from '(?P<singer>[^_/]+)_(?P<song>[^_/]+)[.]wav'
    """
    counts = _triple(songs)
    if output:
        check_output(output, "checked.csv")

    from singing_style.model import StyleModel
    from singing_style.roster import read_roster
    from singing_style.validation import validate as check

    found = check(
        read_roster(corpus, singer_from),
        model=StyleModel.load(model),
        songs=counts,
        max_bad_share=max_bad_share,
        join=join,
        progress=not quiet,
    )
    if output:
        write_table(found.recordings, output)
    if as_json:
        print_json(validation_as_json(found))
    else:
        for line in as_text(found, singer_from, model, training=training).splitlines():
            typer.echo(printable(line))
    return OK if found.fit_to_index and not (training and found.stops) else BAD_INPUT


def _triple(text: str) -> tuple[int, int, int]:
    numbers = [int(part) for part in text.split("/") if part.isascii() and part.isdigit()]
    if len(numbers) != 3 or text.count("/") != 2 or min(numbers) < 1:
        raise BadInputError(f"--songs {text!r}: write three numbers of songs, each at least 1, such as 6/4/4")
    return numbers[0], numbers[1], numbers[2]


def as_text(
    validation: "Validation", singer_from: str | None = None, model: Path | None = None, *, training: bool = False
) -> str:
    """List the verdict with the next command first; the gravest findings last.

    What concerns only training is left out unless it is asked for. Then whether a model can be trained comes second;
    where none can, that comes above what stops it.
    """
    findings = [finding for finding in validation.findings if training or not finding.training]
    ordered = sorted(findings, key=lambda finding: list(MARKS).index(finding.severity))
    lines = [f"{MARKS[finding.severity]:8}{f'{finding.subject}:':12}{finding.text}" for finding in ordered]
    lines.insert(0, str(validation.source))
    if training:
        stops = sum(finding.severity == "stop" for finding in ordered)
        lines.insert(len(lines) - stops if stops else 0, verdict_on_training(validation))
    return "\n".join([headline(validation, singer_from, model), *lines])


def headline(validation: "Validation", singer_from: str | None = None, model: Path | None = None) -> str:
    """Return whether the recordings can be indexed, and the next command to type.

    Parameters
    ----------
    validation : Validation
    singer_from : str, optional
        The expression that the roster was read with.
    model : Path, optional
        The model that was named.
    """
    from singing_style.validation.verdicts import can_be_decided

    table, performances = validation.recordings, validation.performances
    usable = table[table["fault"] == ""]
    total = f"{len(usable)} of {counted(len(table), 'recording')} can be used"
    place = shlex.quote(str(validation.source))
    asked = {"--singer-from": singer_from, "--model": model}
    options = "".join(f" {name} {shlex.quote(str(value))}" for name, value in asked.items() if value)
    again = f"singing-style validate {place}{options}"
    if any(finding.subject == "table" for finding in validation.findings):
        return f"The table cannot be used. Next: fix it as listed below, then {again}"
    if performances is None or not validation.fit_to_index:
        return f"Not fit to use: {total}. Next: fix them as listed below, then {again}"
    singers = counted(performances["singer"].nunique(), "singer")
    few = "" if can_be_decided(performances).any() else ", too few for a verdict (see below)"
    index = f"singing-style index {place} -o {shlex.quote(name_index(validation.source))}{options}"
    if validation.joined:
        joined = counted(len(performances), "performance")
        return f"Fit to index, takes joined: {total} alone, {joined} joined, of {singers}{few}. Next: {index} --join"
    return f"Fit to index: {total}, of {singers}{few}. Next: {index}"


def name_index(source: Path) -> str:
    """Name an index after the folder of the recordings, or after their table where that has a name of its own."""
    from singing_style.roster import MANIFEST
    from singing_style.voice_index import name_index_of

    place = source.parent if source.name == MANIFEST else source
    return f"{place.stem}.npz" if place.is_file() else name_index_of(place)


def verdict_on_training(validation: "Validation") -> str:
    """Summarise in one line whether a model can be trained on the recordings; the reasons follow."""
    count = Counter(one.severity.value for one in validation.findings)
    warnings = f"warnings: {count['warning']}"
    if validation.stops:
        relief = ", which index and similar do not need" if validation.fit_to_index else ""
        return f"Not fit to train on (stops: {count['stop']}, {warnings}){relief}:"
    return f"Fit to train on, too ({warnings})."


def validation_as_json(validation: "Validation") -> dict[str, Any]:
    """Describe the findings and the table of recordings in JSON's types; what was not measured is null."""
    from singing_style.validation.verdicts import can_be_decided

    performances = validation.performances
    recordings = validation.recordings.astype(object).where(validation.recordings.notna(), None)
    return {
        "source": str(validation.source),
        "fit_to_index": validation.fit_to_index,
        "ready": not validation.stops,
        "usable": int((validation.recordings["fault"] == "").sum()),
        "short": validation.short,
        "performances": None if performances is None else len(performances),
        "undecided": None if performances is None else int((~can_be_decided(performances)).sum()),
        "findings": [
            {
                "severity": one.severity,
                "subject": one.subject,
                "text": one.text,
                "recordings": list(one.recordings),
                "training": one.training,
            }
            for one in validation.findings
        ],
        "recordings": recordings.to_dict(orient="records"),
    }
