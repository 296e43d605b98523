"""``singing-style compare FOLDER``: all recordings of a folder against all."""

from pathlib import Path

import typer

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.cli.console import (
    JOIN_FOLDERS,
    OK,
    SOME_FAILED,
    list_failed,
    list_passed_over,
    print_json,
    print_table,
    write_table,
)
from singing_style.cli.remarks import list_bands, print_all_remarks

TWO_FOLDERS = "if these are takes of one performance, name another as well: singing-style compare A B"
# Most pairs to print; the table of --output and --json hold all.
MOST_PAIRS = 20


def compare_all(
    folder: Path,
    output: Path | None,
    model: Path | None,
    workers: int | None,
    *,
    join: bool,
    among: Path | None,
    as_json: bool,
    progress: bool,
) -> int:
    """Compare all recordings of a folder with each other, and print or write the pairs, the nearest first."""
    if not folder.is_dir():
        raise BadInputError(f"{folder}: not a folder; name a second recording to compare it with, or a folder of many")
    if among:
        raise BadInputError(f"{among}: --among is for two recordings; leave it out, or see `similar --each`")

    from singing_style.batch import tabulate_pairs
    from singing_style.model import StyleModel
    from singing_style.sounds import find_passed_over
    from singing_style.takes import each_performance

    sources = each_performance([folder], join=join)
    embedded = StyleModel.load(model).embed_many(sources, workers=workers, progress=progress)
    failed = {str(source): reason for source, reason in embedded.failed.items()}
    list_passed_over(find_passed_over(folder))
    print_all_remarks(embedded.performances)
    several = len({Path(str(source)).parent for source in sources}) > 1
    remedy = JOIN_FOLDERS if several and not join else ""
    list_failed(failed, set(map(str, embedded.too_little)), remedy)
    if len(embedded.performances) < 2:
        what = "performance" if join else "recording"
        alone = "" if several else f"; {TWO_FOLDERS}"
        raise BadInputError(
            f"{folder}: {len(embedded.performances)} of {counted(len(sources), what)} can be used, but two are "
            f"needed{alone}"
        )
    table = tabulate_pairs(embedded.performances)
    if output:
        write_table(table, output)
    if as_json:
        print_json({"pairs": table.to_dict(orient="records"), "failed": failed})
    else:
        shown = table[["distance", "one", "other"]].head(MOST_PAIRS)
        distances = shown["distance"].map("{:.3f}".format)
        print_table([list(shown.columns), *shown.assign(distance=distances).to_numpy().tolist()])
        more = f"; the {MOST_PAIRS} nearest are shown, -o table.csv writes all" if len(table) > MOST_PAIRS else ""
        list_bands(embedded.performances)
        typer.echo(f"{counted(len(table), 'pair')} of {len(embedded.performances)} recordings{more}")
    return SOME_FAILED if failed else OK
