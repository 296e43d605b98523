"""``singing-style evaluate``: the error rate of a model, or of anybody's vectors, on one's own trials."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.cli.console import (
    JOIN,
    OK,
    SOME_FAILED,
    check_output,
    list_failed,
    list_lost,
    list_passed_over,
    print_json,
    print_table,
    printable,
    reported,
    warn,
    write_table,
)
from singing_style.cli.options import AsJson, ModelFile, Quiet, Workers
from singing_style.cli.wrapping import print_terms, print_wrapped

if TYPE_CHECKING:
    from singing_style.evaluation.asking import Asked
    from singing_style.evaluation.evaluate import Evaluation
    from singing_style.evaluation.material import Material
    from singing_style.evaluation.recordings import Embedding


VectorsOrFolder = Annotated[
    list[Path],
    typer.Argument(
        metavar="VECTORS|FOLDER...",
        help="Files of vectors (.npz, .csv, an index), or a folder of recordings to embed. Several are compared.",
    ),
]
Trials = Annotated[Path | None, typer.Option(help="A list of trials. Default: all pairs of a labelled collection.")]
Layout = Annotated[
    Literal["voxceleb", "kaldi", "ssl-singer-identity"] | None,
    typer.Option(
        "--format",
        help="The list's format: 1 a b; a b target; or 1,a,b. Default: recognised from the first line.",
        show_default=False,
    ),
]
LabelledCollection = Annotated[
    Path | None,
    typer.Option(help="Who sings what: a folder per singer, or a table path,singer[,song,sex], as for `index`."),
]
LabelsFrom = Annotated[
    str | None,
    typer.Option(
        help="Read the singer from each name: a regular expression with (?P<singer>), optionally (?P<song>), "
        "(?P<recording>) and (?P<sex>)."
    ),
]
Protocol = Annotated[
    Literal["own", "vocalset", "m4singer"],
    typer.Option(help="How the labelled folder is laid out: as for `index`, or as a corpus is distributed."),
]
Root = Annotated[Path | None, typer.Option(help="A folder with which names begin on one side but not on the other.")]
DistanceOrDefault = Annotated[
    Literal["cosine", "euclidean"] | None,
    typer.Option(
        help="Default: euclidean for vectors of this program, cosine for others.",
        show_default=False,
    ),
]
JoinLabelled = Annotated[
    bool, typer.Option("--join", help="For a labelled folder: hear a singer's takes of one song together.")
]
SkipMissing = Annotated[bool, typer.Option("--skip-missing", help="Leave out trials whose recordings are missing.")]
Means = Annotated[
    bool,
    typer.Option(help="Of recordings, also measure means of MFCCs, which have learned nothing; not of vectors."),
]
Everything = Annotated[
    Path | None, typer.Option("--output", "-o", help="Also write all results, as .json; or the figures, as .csv.")
]


@reported
def evaluate(
    what: VectorsOrFolder,
    trials: Trials = None,
    layout: Layout = None,
    labelled: LabelledCollection = None,
    singer_from: LabelsFrom = None,
    protocol: Protocol = "own",
    root: Root = None,
    distance: DistanceOrDefault = None,
    join: JoinLabelled = False,
    skip_missing: SkipMissing = False,
    means: Means = True,
    output: Everything = None,
    model: ModelFile = None,
    workers: Workers = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Measure how often a model is wrong about who sings.

    Of a folder or index whose singers are known, each recording is asked about as by `similar`, once with itself left
    out and once with its singer left out. Then pairs are measured, and a legend explains the columns: the equal error
    rate (EER) of one threshold, detection cost and rank, with 95 % intervals over singers. They are about the strict
    trials, which share no file, recording or song. Where recordings are embedded, means of MFCCs are measured too: the
    simplest rival, which has learned nothing.

    Names in a list are matched exactly, or else by the path below --root or the folder, or else without the suffix.

    For example:
      singing-style evaluate choir/                                      a folder per singer: all pairs
      singing-style evaluate choir/ --trials list.txt --labelled choir/  a list, with intervals
      singing-style evaluate ours.npz theirs.csv --trials list.txt --singer-from '^(?P<singer>[^/]+)/'
      singing-style evaluate choir.npz -o result.json                    an index, which knows its singers
      singing-style evaluate vocalset/ --protocol vocalset --join        as downloaded
    """
    _check_together(output, trials, layout, join=join)

    from singing_style.evaluation.material import gather_material
    from singing_style.evaluation.trial_list import read_trials

    listed = read_trials(trials, layout) if trials else None
    material = gather_material(
        what,
        listed,
        labelled,
        singer_from=singer_from,
        protocol=protocol,
        root=root,
        model=model,
        workers=workers,
        join=join,
        skip_missing=skip_missing,
        means=means,
        progress=not quiet,
    )
    found = material.evaluate(distance, skip_missing=skip_missing)
    _tell(found, material.ask(progress=not quiet), material.embedding, output, as_json=as_json)
    _list_left_out(material, "" if join or listed else JOIN)
    return SOME_FAILED if found.left_out or (material.embedding and material.embedding.failed) else OK


def _check_together(output: Path | None, trials: Path | None, layout: str | None, *, join: bool) -> None:
    """Reject options that do not go together, and an output that cannot be written, before any work is done."""
    if output and output.suffix.lower() not in (".json", ".csv"):
        raise BadInputError(f"{output}: unknown kind of file; end its name with .json or .csv")
    if output:
        check_output(output, "result.json")
    if join and trials:
        raise BadInputError("--join: a list of trials names single recordings; leave it out, or evaluate all pairs")
    if layout and not trials:
        raise BadInputError(f"--format {layout}: describes a list of trials; name the list with --trials")


def _list_left_out(material: "Material", remedy: str) -> None:
    if embedding := material.embedding:
        list_passed_over(material.passed_over)
        list_failed(embedding.failed, embedding.short, remedy)
        list_lost(embedding.lost)


def _as_json(found: "Evaluation", asked: Sequence["Asked"], embedding: "Embedding | None") -> dict[str, Any]:
    """Describe everything, also what could not be used: recordings with the reason, and singers of whom none could."""
    from singing_style.evaluation.report import as_plain

    left_out = {"failed": embedding.failed, "lost": embedding.lost} if embedding else {}
    return as_plain(found) | {"similar": [one.as_plain() for one in asked]} | left_out


def _tell(
    found: "Evaluation",
    asked: Sequence["Asked"],
    embedding: "Embedding | None",
    output: Path | None,
    *,
    as_json: bool,
) -> None:
    """Write what was found, if it is wanted, and print it."""
    content = _as_json(found, asked, embedding)
    _write(found, content, output)
    if as_json:
        print_json(content)
    else:
        _print(found, asked)


def _write(found: "Evaluation", content: dict[str, Any], output: Path | None) -> None:
    from pipeline.runtime.files import written_whole
    from singing_style.evaluation.report import as_table

    if output is None:
        return
    if output.suffix.lower() == ".csv":
        write_table(as_table(found), output)
        return
    with written_whole(output) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _print(found: "Evaluation", asked: Sequence["Asked"]) -> None:
    """Print the answer in sentences, or in one line where nothing could be asked; then the tables and their legend."""
    from singing_style.evaluation.in_words import differences_in_words, legend, plainly
    from singing_style.evaluation.report import (
        classes_table,
        differences_table,
        explanation,
        figures_table,
        headline,
    )

    if asked:
        print_wrapped(plainly(found, asked))
    else:
        typer.echo(printable(headline(found)))
        print_wrapped(differences_in_words(found))
    tables = [figures_table(found), classes_table(found)]
    if found.differences:
        tables.insert(1, differences_table(found))
    for table in tables:
        typer.echo()
        print_table(table)
    typer.echo()
    print_terms(legend(found))
    typer.echo()
    for line in explanation(found):
        typer.echo(printable(line))
    for remark in found.remarks:
        warn(remark)
    if found.left_out:
        warn(f"{counted(found.left_out, 'trial')} left out because recordings are missing or cannot be used")
