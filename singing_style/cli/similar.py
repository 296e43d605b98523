"""``singing-style similar``: which singers of a collection sing most like a recording."""

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
    explain_calibration,
    naming,
    performance_as_json,
    print_json,
    printable,
    reported,
    warn_that_calibration_fails,
)

if TYPE_CHECKING:
    from singing_style.likeness import Similar


@reported
def similar(
    sounds: Annotated[list[Path], typer.Argument(metavar="FILES|FOLDER...", help=ONE_PERFORMANCE)],
    to: Annotated[Path, typer.Option("--to", help="The index of the collection, made by `singing-style index`.")],
    top: Annotated[int, typer.Option("--top", "-n", min=1, help="Number of singers to list.")] = 5,
    moments: Annotated[int, typer.Option(min=1, help="Number of closest pairs of clips to list for each singer.")] = 1,
    prior: Prior = None,
    model: ModelFile = None,
    as_json: AsJson = False,
) -> None:
    """List the singers of a collection who sing most like a recording.

    For each singer: their nearest performance, its distance, the probability that both are by the same singer, the
    share of the collection's impostor pairs (pairs of different singers) that lie farther apart, and where in each the
    two sound most alike.

    The probability is that of one pair of performances, and holds for recordings like those the model was calibrated
    on; a warning says so where the collection shows that it does not. With many singers to choose from, somebody always
    comes near: state how likely a match was beforehand with --prior.

    Several files, or a folder, are takes of one performance, heard one after the other, so that phrases too short to be
    judged alone can be used as a query.

    If the file itself or one of the takes is in the index, it is reported and left out of the comparison.

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
    print_similar(found)
    typer.echo(explain_calibration(style.calibration, prior))
    if found.calibration_fails and found.impostors_accepted is not None:
        warn_that_calibration_fails(found.impostors_accepted)


def print_similar(found: "Similar") -> None:
    """Print the singers found, and the moments most alike."""
    for voice in found.own:
        which = "this very file is" if len(voice.contents) == 1 else "takes of this are"
        typer.echo(printable(f"{which} in the index, as {voice.path} by {voice.singer}; left out"))
    width = max(len(printable(one.voice.singer)) for one in found.likenesses)
    for place, one in enumerate(found.likenesses, 1):
        share = one.share_of_impostors_farther
        closer = "" if share is None else f"  closer than {share:.0%} of impostor pairs"
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
    """Describe the same in JSON's types."""
    return {
        "calibration_fails": found.calibration_fails,
        "in_index": [{"path": voice.path, "singer": voice.singer} for voice in found.own],
        "similar": [
            {"singer": one.voice.singer, "path": one.voice.path, "song": one.voice.song}
            | asdict(one.comparison)
            | {"share_of_impostors_farther": one.share_of_impostors_farther}
            for one in found.likenesses
        ],
    }
