"""``singing-style similar``: who of a collection sings most like a recording."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from singing_style.cli.console import (
    AsJson,
    ModelFile,
    Prior,
    check_prior,
    clock,
    doubt_calibration,
    explain_calibration,
    naming,
    print_json,
    printable,
    reported,
)

if TYPE_CHECKING:
    from singing_style.likeness import Similar


@reported
def similar(
    sound: Annotated[Path, typer.Argument(metavar="FILE", help="A recording of somebody singing.")],
    to: Annotated[Path, typer.Option("--to", help="The index of the collection; `singing-style index` makes it.")],
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="How many singers to name.")] = 5,
    moments: Annotated[int, typer.Option(min=1, help="How many pairs of clips to name for each singer.")] = 1,
    prior: Prior = None,
    model: ModelFile = None,
    as_json: AsJson = False,
) -> None:
    """Name the singers of a collection who sing most like a recording.

    For each singer: their nearest performance, its distance, the probability that both are sung by the same person, how
    many pairs of different singers of the collection lie farther apart, and where in each the two sound most alike.

    The probability is that of one pair of performances, and holds for recordings like those that the model was
    calibrated on; where the collection shows that it does not hold, that is said. With many singers to choose from,
    somebody always comes near: say how likely you expected a match with --prior.

    If the very file is in the index, that is said, and it is not compared with itself.

    For example:
      singing-style similar take.wav --to choir.npz
      singing-style similar take.wav --to choir.npz --top 10 --prior 0.01 --json
    """
    check_prior(prior)

    from singing_style.voice_index import VoiceIndex

    index = VoiceIndex.load(to)

    from pipeline.content import content_hash
    from singing_style.likeness import find_similar
    from singing_style.model import StyleModel

    style = StyleModel.load(model)
    index.check_model(style.identity, to)
    with naming(sound):
        performance = style.embed(sound)
    found = find_similar(
        performance, index, style.calibration, content=content_hash(sound), top=top, prior=prior, moments=moments
    )
    if as_json:
        query = {"file": sound, "seconds": performance.seconds, "voiced_seconds": performance.voiced_seconds}
        print_json({"query": query} | similar_as_json(found) | {"calibration": style.calibration.model_dump()})
        return
    typer.echo(printable(f"{sound}: {performance.voiced_seconds:.1f} s sung of {performance.seconds:.1f} s"))
    tell_similar(found)
    typer.echo(explain_calibration(style.calibration, prior))
    if found.doubted and found.mistaken is not None:
        doubt_calibration(found.mistaken)


def tell_similar(found: "Similar") -> None:
    """Print the singers found, and the moments that decided."""
    for voice in found.own:
        typer.echo(printable(f"this very file is in the index, as {voice.path} by {voice.singer}; it is left out"))
    width = max(len(printable(one.voice.singer)) for one in found.likenesses)
    for place, one in enumerate(found.likenesses, 1):
        closer = "" if one.strangers_farther is None else f"  closer than {one.strangers_farther:.0%} of strangers"
        typer.echo(
            f"{place:2}  {printable(one.voice.singer):{width}}  distance {one.comparison.distance:.3f}  "
            f"same singer {one.comparison.probability:.0%}{closer}  {printable(one.voice.path)}"
        )
        for moment in one.comparison.moments:
            typer.echo(
                f"    most alike: {clock(moment.one)} here and {clock(moment.other)} there, "
                f"{moment.seconds:.1f} s each, distance {moment.distance:.3f}"
            )


def similar_as_json(found: "Similar") -> dict[str, Any]:
    """Give the same as JSON can hold it."""
    return {
        "calibration_doubted": found.doubted,
        "in_index": [{"path": voice.path, "singer": voice.singer} for voice in found.own],
        "similar": [
            {"singer": one.voice.singer, "path": one.voice.path, "song": one.voice.song}
            | asdict(one.comparison)
            | {"strangers_farther": one.strangers_farther}
            for one in found.likenesses
        ],
    }
