"""The arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

SoundsOfOnePerformance = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILES|FOLDER...",
        help="A recording of somebody singing. Several files, or a folder of them, are takes of one performance, heard "
        "together.",
    ),
]
SungCollection = Annotated[
    Path,
    typer.Argument(
        metavar="FOLDER|MANIFEST",
        help="A folder with one folder per singer, or a manifest.csv (path,singer[,song]).",
    ),
]
SingerFrom = Annotated[
    str | None,
    typer.Option(help="Read the singer from each path: a regular expression with (?P<singer>), optionally (?P<song>)."),
]
Join = Annotated[
    bool,
    typer.Option(
        "--join",
        help="Hear the recordings of one singer and one song (of one singer, if songs are unknown) together, in "
        "the order of their names, up to about 60 s per performance.",
    ),
]
JoinFolders = Annotated[
    bool,
    typer.Option("--join", help="In a collection: treat the files of each folder as takes of one performance."),
]
ModelFile = Annotated[
    Path | None,
    typer.Option(
        "--model",
        "-m",
        help="The model, a .safetensors file. Default: the file that $SINGING_STYLE_MODEL names, else the model "
        "that came with this program.",
        show_default=False,
    ),
]
Prior = Annotated[
    float | None,
    typer.Option(
        help="Prior probability of the same singer, between 0 and 1: 0.01 if one in a hundred would match. Default: "
        "the model's, even odds.",
        show_default=False,
    ),
]
Workers = Annotated[int | None, typer.Option(min=1, help="Number of processes. Default: one per core.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress bar.")]
