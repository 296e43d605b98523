"""``singing-style similar``: who of a collection sings most like this?"""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from singing_style.cli.console import (
    AsJson,
    ModelFile,
    Prior,
    check_prior,
    clock,
    explain_calibration,
    listen,
    print_json,
    printable,
    reported,
)


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

    For each singer: their nearest performance, its distance, the probability that both are sung by the same person,
    and where in each the two sound most alike. The probability is that of one pair of performances; with many singers
    to choose from, somebody always comes near: say how likely you expected a match with --prior.

    If the very file is in the index, that is said, and it is not compared with itself.

    \b
    Examples:
      singing-style similar take.wav --to choir.npz
      singing-style similar take.wav --to choir.npz --top 10 --prior 0.01 --json
    """
    check_prior(prior)

    from singing_style.voice_index import VoiceIndex

    index = VoiceIndex.load(to)

    from pipeline.content import content_hash
    from singing_style.likeness import most_similar
    from singing_style.model import StyleModel

    style = StyleModel.load(model)
    index.check_model(style.identity, to)
    performance = listen(style, sound)
    content = content_hash(sound)
    own = [voice for voice in index.voices if voice.content == content]
    found = most_similar(performance, index.without(content), style.calibration, top=top, prior=prior, moments=moments)
    if as_json:
        print_json(
            {
                "query": {"file": sound, "seconds": performance.seconds, "voiced_seconds": performance.voiced_seconds},
                "in_index": [{"path": voice.path, "singer": voice.singer} for voice in own],
                "similar": [
                    {"singer": one.voice.singer, "path": one.voice.path, "song": one.voice.song}
                    | asdict(one.comparison)
                    for one in found
                ],
                "calibration": style.calibration.model_dump(),
            }
        )
        return
    typer.echo(printable(f"{sound}: {performance.voiced_seconds:.1f} s sung of {performance.seconds:.1f} s"))
    for voice in own:
        typer.echo(printable(f"this very file is in the index, as {voice.path} by {voice.singer}; it is left out"))
    width = max(len(printable(one.voice.singer)) for one in found)
    for place, one in enumerate(found, 1):
        typer.echo(
            f"{place:2}  {printable(one.voice.singer):{width}}  distance {one.comparison.distance:.3f}  "
            f"same singer {one.comparison.probability:.0%}  {printable(one.voice.path)}"
        )
        for moment in one.comparison.moments:
            typer.echo(
                f"    most alike: {clock(moment.one)} here and {clock(moment.other)} there, "
                f"{moment.seconds:.1f} s each, distance {moment.distance:.3f}"
            )
    typer.echo(explain_calibration(style.calibration, prior))
