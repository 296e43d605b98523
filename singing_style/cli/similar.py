"""``singing-style similar``: who of a collection sings most like a recording."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from singing_style.cli.console import (
    ONE_PERFORMANCE,
    AsJson,
    ModelFile,
    Prior,
    check_prior,
    clock,
    doubt_calibration,
    explain_calibration,
    naming,
    performance_as_json,
    print_json,
    printable,
    reported,
)

if TYPE_CHECKING:
    from singing_style.likeness import Similar


@reported
def similar(
    sounds: Annotated[list[Path], typer.Argument(metavar="FILES|FOLDER...", help=ONE_PERFORMANCE)],
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

    Several files, or a folder, are takes of one performance, and heard one after the other: so phrases that are too
    short to be judged alone can be asked about.

    If the very file or one of the takes is in the index, that is said, and nothing is compared with itself.

    For example:
      singing-style similar take.wav --to choir.npz
      singing-style similar take.wav --to choir.npz --top 10 --prior 0.01 --json
      singing-style similar phrase_1.wav phrase_2.wav --to choir.npz
      singing-style similar zoes_phrases/ --to choir.npz
    """
    check_prior(prior)

    from singing_style.voice_index import VoiceIndex

    index = VoiceIndex.load(to)

    from singing_style.likeness import find_similar
    from singing_style.model import StyleModel
    from singing_style.takes import hash_takes, one_performance

    sound = one_performance(sounds)
    style = StyleModel.load(model)
    index.check_model(style.identity, to)
    with naming(sound):
        performance = style.embed(sound)
    found = find_similar(
        performance, index, style.calibration, contents=hash_takes(sound), top=top, prior=prior, moments=moments
    )
    if as_json:
        print_json(
            {"query": performance_as_json(sound, performance)}
            | similar_as_json(found)
            | {"calibration": style.calibration.model_dump()}
        )
        return
    typer.echo(printable(f"{sound}: {performance.voiced_seconds:.1f} s sung of {performance.seconds:.1f} s"))
    tell_similar(found)
    typer.echo(explain_calibration(style.calibration, prior))
    if found.doubted and found.mistaken is not None:
        doubt_calibration(found.mistaken)


def tell_similar(found: "Similar") -> None:
    """Print the singers found, and the moments that decided."""
    for voice in found.own:
        which = "this very file is" if len(voice.contents) == 1 else "takes of this are"
        typer.echo(printable(f"{which} in the index, as {voice.path} by {voice.singer}; left out"))
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
