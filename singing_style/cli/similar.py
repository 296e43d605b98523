"""``singing-style similar``: which singers of a collection sing most like a recording."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.cli.answers import print_similar, similar_as_json, tell_probability
from singing_style.cli.console import (
    JOIN_FOLDERS,
    OK,
    SOME_FAILED,
    check_prior,
    check_table,
    list_failed,
    list_passed_over,
    naming,
    performance_as_json,
    print_json,
    print_table,
    printable,
    reported,
    warn,
    write_table,
)
from singing_style.cli.options import AsJson, JoinFolders, ModelFile, Prior, Quiet, SoundsOfOnePerformance
from singing_style.cli.remarks import print_all_remarks, print_remarks, sung_in_words

if TYPE_CHECKING:
    import pandas as pd

    from singing_style.cli.collection import Collection
    from singing_style.model import StyleModel
    from singing_style.takes import Takes

MOST_REASONS = 3
Asked = Annotated[
    Path,
    typer.Option(
        "--to", help="The index of the collection, made by `singing-style index`; or its folder, to be heard each time."
    ),
]
TableOfEach = Annotated[Path | None, typer.Option("--output", "-o", help="With --each: also write the table, as CSV.")]


@reported
def similar(
    sounds: SoundsOfOnePerformance,
    to: Asked,
    each: Annotated[bool, typer.Option("--each", help="Query each file by itself, and print a table.")] = False,
    join: JoinFolders = False,
    output: TableOfEach = None,
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="Number of singers to list.")] = 5,
    moments: Annotated[int, typer.Option(min=1, help="Number of closest pairs of clips to list for each singer.")] = 1,
    prior: Prior = None,
    model: ModelFile = None,
    workers: Annotated[int | None, typer.Option(min=1, help="With --each: processes. Default: one per core.")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Find out who in a collection sings, or that it is nobody here.

    The collection decides what is clear. Each of its recordings at about the same pitch (half an octave up or down) is
    queried with its singer removed, as a stranger's. Your recording is clearly one singer's if it is nearer to them
    than to the second by a greater margin than 19 in 20 of these strangers show, and no farther from them than their
    recordings lie apart. It is nobody's if it lies farther from everybody than 19 in 20 of these recordings lie from
    the others of their singer; but with such a margin, it may be the nearest singer's in a song or mood that is not
    indexed, and that is said. This takes 19 recordings of 3 singers.

    A singer may sing in several ways: what counts is all of their performances, and what lies between any two. Below
    the verdict are the nearest singers, their distances, the performances that answered (the two between which yours
    lies, or the nearest one), and where yours and the first of these sound most alike. The probability that it is this
    singer is printed only where the collection bears the model's calibration out; --prior sets how likely a match was
    beforehand.

    Several files, or a folder, are takes of one performance, heard one after the other, so that phrases too short to be
    judged alone can be used. With --each, every file is queried by itself; with --join as well, the files of each
    folder together. If the file itself or one of the takes is in the index, it is reported and left out of the
    comparison.

    For example:
      singing-style similar take.wav --to choir.npz
      singing-style similar take.wav --to choir/
      singing-style similar take.wav --to choir.npz --top 10 --json
      singing-style similar phrase_1.wav phrase_2.wav --to choir.npz
      singing-style similar zoes_phrases/ --to choir.npz
      singing-style similar concert/ --to choir.npz --each -o concert.csv
      singing-style similar phrases/ --to choir.npz --each --join
    """
    _check(output, prior, each=each, join=join)

    from singing_style.cli.collection import read_collection

    collection = read_collection(to, model)

    from singing_style.model import StyleModel
    from singing_style.sounds import find_passed_over
    from singing_style.takes import each_performance, one_performance

    asked = each_performance(sounds, join=join) if each else [one_performance(sounds)]
    list_passed_over(find_passed_over(*sounds))
    style = StyleModel.load(model)
    if each:
        remedy = "" if join else JOIN_FOLDERS
        return _ask_about_each(asked, collection, style, output, workers, remedy, as_json=as_json, quiet=quiet)
    return _ask_about(asked[0], collection, style, top, moments, prior, as_json=as_json, quiet=quiet)


def _check(output: Path | None, prior: float | None, *, each: bool, join: bool) -> None:
    """Reject options that do not go together, before any work is done."""
    check_prior(prior)
    check_table(output)
    if output and not each:
        raise BadInputError(f"{output}: --output writes the table of --each; add --each, or use --json")
    if join and not each:
        raise BadInputError("--join: needs --each; without it, all files named are one performance")


def _ask_about(
    sound: "Path | Takes",
    collection: "Collection",
    style: "StyleModel",
    top: int,
    moments: int,
    prior: float | None,
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    from singing_style.hearing import hear
    from singing_style.likeness import find_similar
    from singing_style.several_singers import EACH, enough_alone, withdraw_if_several
    from singing_style.takes import hash_takes

    with naming(sound):
        performance = style.embed_heard(hear(sound, style.listening), str(sound))
    index, failed = collection.heard_by(style, progress=not quiet)
    found = find_similar(
        performance, index, style.calibration, contents=hash_takes(sound), top=top, prior=prior, moments=moments
    )
    verdict = withdraw_if_several(found.verdict, sound, performance, index, style, progress=not quiet)
    if verdict is found.verdict and enough_alone(sound, performance):
        warn(f"{sound}: most of these takes could be asked about alone; {EACH}")
    found = replace(found, verdict=verdict)
    if as_json:
        print_json(
            {"query": performance_as_json(sound, performance)}
            | similar_as_json(found)
            | {"left_out": failed}
            | {"calibration": style.calibration.model_dump()}
        )
        return SOME_FAILED if failed else OK
    typer.echo(printable(f"{sound}: {sung_in_words(performance, style.listening.rate)}"))
    print_remarks(sound, performance)
    print_similar(found, sound)
    tell_probability(style.calibration, prior, found)
    return SOME_FAILED if failed else OK


def _ask_about_each(
    sources: "list[Path | Takes]",
    collection: "Collection",
    style: "StyleModel",
    output: Path | None,
    workers: int | None,
    remedy: str,
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    from singing_style.batch import tabulate_verdicts
    from singing_style.takes import short_name

    index, left_out = collection.heard_by(style, progress=not quiet)
    embedded = style.embed_many(sources, workers=workers, progress=not quiet)
    table = tabulate_verdicts(sources, embedded, index, style.calibration)
    if output:
        write_table(table, output)
    if as_json:
        verdicts = table.astype(object).where(table.notna(), None).to_dict(orient="records")
        print_json({"verdicts": verdicts, "left_out": left_out})
    else:
        _print_verdicts(table, {str(source): short_name(source) for source in sources})
    print_all_remarks(embedded.performances)
    failed = dict(zip(table["recording"], table["fault"], strict=True))
    failed = {name: fault for name, fault in failed.items() if fault}
    list_failed(failed, set(map(str, embedded.too_little)), remedy)
    return SOME_FAILED if failed or left_out else OK


def _print_verdicts(table: "pd.DataFrame", names: dict[str, str]) -> None:
    """Print a line a recording that can be used, under a short name, and how often there was which answer."""
    from singing_style.batch import REFUSED

    used = table[table["answer"] != REFUSED]
    shown = used[["recording", "verdict", "nearest"]].replace({"recording": names}).astype(object).fillna("")
    for name in ("distance", "margin"):
        shown[name] = ["" if value != value else f"{value:.3f}" for value in used[name].astype(float)]
    if len(used):
        print_table([list(shown.columns), *shown.to_numpy().tolist()])
    counts = table["answer"].value_counts()
    typer.echo(
        f"{counted(len(table), 'recording')}: {', '.join(f'{count} {answer}' for answer, count in counts.items())}"
    )
    for line in _reasons(table[table["answer"] == "undecided"]):
        typer.echo(printable(f"undecided: {line}"))
    if parts := int((used["part"] != "").sum()):
        typer.echo(f"{counted(parts, 'recording')} compared in part, being much longer than those of the index")
    if (used["answer"] == "nobody").any():
        typer.echo("nobody here: or perhaps somebody here, in a song or mood that is not indexed")
    if used["needed"].notna().any():
        typer.echo("margin: how many times as far the second singer is; what is needed, and why: -o table.csv")


def _reasons(undecided: "pd.DataFrame") -> list[str]:
    """Say why recordings are undecided, each reason once, and only the first few."""
    lines = []
    for reason, recordings in undecided.groupby("because", sort=False)["recording"]:
        more = f" and {len(recordings) - 1} more" if len(recordings) > 1 else ""
        lines.append(f"{recordings.iloc[0]}{more}: {reason}")
    others = len(lines) - MOST_REASONS
    rest = [f"{counted(others, 'more reason')}: see all with --json"] if others > 0 else []
    return lines[:MOST_REASONS] + rest
