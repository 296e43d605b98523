"""``singing-style look``: what the network hears in one recording."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import BadInputError
from singing_style.cli.answers import print_similar, similar_as_json, tell_probability
from singing_style.cli.console import (
    JOIN_TAKES,
    OK,
    SOME_FAILED,
    check_output,
    check_prior,
    naming,
    performance_as_json,
    print_json,
    printable,
    reported,
    warn,
)
from singing_style.cli.options import AsJson, ModelFile, Prior, SoundsOfOnePerformance
from singing_style.cli.remarks import print_remarks

if TYPE_CHECKING:
    from singing_style.hearing import Heard
    from singing_style.likeness import Similar
    from singing_style.model import StyleModel
    from singing_style.takes import Takes
    from singing_style.voice_index import VoiceIndex

# Formats of the figure, by the ending of its name: those of `pipeline.figures.canvas.FORMATS`.
PICTURES = (".png", ".svg", ".pdf")


@reported
def look(
    sounds: SoundsOfOnePerformance,
    output: Annotated[Path, typer.Option("--output", "-o", help="The figure; its name ends in .png, .svg or .pdf.")],
    to: Annotated[
        Path | None,
        typer.Option("--to", help="An index (or a folder of singers); the figure then shows the nearest voices in it."),
    ] = None,
    top: Annotated[int, typer.Option("--top", "-n", min=1, max=30, help="Number of voices to show.")] = 5,
    prior: Prior = None,
    model: ModelFile = None,
    as_json: AsJson = False,
) -> int:
    """Draw what the network hears in a recording.

    That is the detected voice, both spectrograms, and the network's attention over time. The upper three panels are
    figure 2 of the paper; with a model that judges every frame by itself, the first shows why each frame is sung or
    not. An attention of 1 is the average of a clip; long stretches without singing have no clip, and so no attention.
    With an index, the nearest known voices are drawn below.

    A recording with too little singing to judge is drawn too, to show why; it has no nearest voices (exit code 3).

    For example:
      singing-style look take.wav -o take.png
      singing-style look take.wav -o take.svg --to choir.npz --top 3
      singing-style look zoes_phrases/ -o zoe.png
    """
    check_prior(prior)
    if output.suffix.lower() not in PICTURES:
        raise BadInputError(f"{output}: the figure is written as PNG, SVG or PDF; end its name with .png, .svg or .pdf")
    check_output(output, "take.png")

    from singing_style.cli.collection import read_collection

    collection = read_collection(to, model) if to else None

    from singing_style.model import StyleModel
    from singing_style.portrait import draw_portrait, make_portrait
    from singing_style.takes import one_performance

    sound = one_performance(sounds)
    style = StyleModel.load(model)
    with naming(sound):
        portrait = make_portrait(style, sound)
    index, failed = collection.heard_by(style, progress=not as_json) if collection else (None, {})
    heard = portrait.heard
    found = _find_nearest(sound, heard, index, style, top, prior, progress=not as_json) if index else None
    draw_portrait(portrait, found, output)
    if as_json:
        described = performance_as_json(sound, heard) | {"output": output, "refusal": heard.refusal, "left_out": failed}
        print_json(described | (similar_as_json(found) if found else {}))
        return SOME_FAILED if heard.refusal or failed or (index and not found) else OK
    typer.echo(printable(f"{output}: {heard.voiced_seconds:.1f} s sung of {heard.seconds:.1f} s"))
    print_remarks(sound, heard)
    if heard.refusal:
        warn(f"{sound}: {heard.refusal}" + (f"; {JOIN_TAKES}" if heard.voiced_seconds else ""))
        return SOME_FAILED
    if found:
        print_similar(found, sound)
        tell_probability(style.calibration, prior, found)
    return SOME_FAILED if failed or (index and not found) else OK


def _find_nearest(
    sound: "Path | Takes",
    heard: "Heard",
    index: "VoiceIndex",
    style: "StyleModel",
    top: int,
    prior: float | None,
    *,
    progress: bool,
) -> "Similar | None":
    """Find the nearest voices of an index; None for what cannot be judged or, with a warning, where none is left."""
    if heard.refusal:
        return None

    from singing_style.likeness import find_similar
    from singing_style.several_singers import withdraw_if_several
    from singing_style.takes import hash_takes

    performance = style.embed_heard(heard, str(sound))
    try:
        found = find_similar(performance, index, style.calibration, contents=hash_takes(sound), top=top, prior=prior)
        verdict = withdraw_if_several(found.verdict, sound, performance, index, style, progress=progress)
        return replace(found, verdict=verdict)
    except BadInputError as fault:
        warn(f"{sound}: {fault}")
        return None
