"""``singing-style export``: the network as ONNX, for other programs."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.cli.console import (
    check_output,
    naming,
    print_json,
    printable,
    reported,
)
from singing_style.cli.options import AsJson, ModelFile
from singing_style.extras import naming_extra

# Clips to compare on; more would only take longer.
COMPARED = 32


@reported
def export(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write, ending in .onnx; its card goes beside it.")
    ],
    on: Annotated[
        Path | None,
        typer.Option(
            "--on", help="A recording, or a folder of takes, on whose clips to compare the file with the network."
        ),
    ] = None,
    model: ModelFile = None,
    as_json: AsJson = False,
) -> None:
    """Write the network as ONNX, with its model card.

    The file takes any number of clips (clips, frames, bins) in decibels above the floor; its metadata and the card
    describe how a clip is made. Before it is written, its vectors are compared with the network's, on the clips of a
    recording of yours (--on) or on noise. Needs the packages onnx, onnxscript and onnxruntime.

    For example:
      singing-style export -o style.onnx --on take.wav
      python -c "import onnxruntime; print(onnxruntime.InferenceSession('style.onnx').get_inputs()[0].shape)"
    """
    if output.suffix.lower() != ".onnx":
        raise BadInputError(f"{output}: end its name with .onnx")
    check_output(output, "style.onnx")

    from singing_style.hearing import hear
    from singing_style.model import StyleModel
    from singing_style.takes import one_performance

    style = StyleModel.load(model)
    clips = None
    if on:
        sound = one_performance([on])
        with naming(sound):
            heard = hear(sound, style.listening)
        clips = heard.clips(0, COMPARED, style.listening.clip_frames)
    with naming_extra("export"):
        from singing_style.export import export_onnx
    difference = export_onnx(style, output, clips)
    card = output.with_suffix(".md")
    if as_json:
        print_json({"output": output, "card": card, "model": style.identity, "largest_difference": difference})
    else:
        what = f"{counted(len(clips), 'clip')} of {on}" if clips is not None else "noise"
        typer.echo(
            printable(f"{output}: differs from the network by at most {difference:.1e}, on {what}; card: {card}")
        )
