"""``singing-style compare``: how alike two recordings are sung."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    performance_as_json,
    print_json,
    printable,
    reported,
)

if TYPE_CHECKING:
    from singing_style.cohort import Cohort
    from singing_style.comparison import Comparison


@reported
def compare(
    one: Annotated[
        Path,
        typer.Argument(
            metavar="A",
            help="A recording of somebody singing, or a folder of takes of one performance: heard together.",
        ),
    ],
    other: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    moments: Annotated[int, typer.Option(min=1, help="How many pairs of clips to name.")] = 3,
    among: Annotated[
        Path | None, typer.Option(help="An index of recordings like these: how near different singers lie there.")
    ] = None,
    prior: Prior = None,
    model: ModelFile = None,
    as_json: AsJson = False,
) -> None:
    """Say how alike two recordings are sung, and how likely by the same singer.

    The distance is that of the two performances' vectors. The probability comes from the model's calibration, which is
    told beside it: singers and pairs it rests on, and whose they are. It holds for recordings like those. An index of
    recordings like yours shows whether it does, and how many of its pairs of different singers lie farther apart.

    The sound files in a folder are takes of one performance, heard one after the other in the order of their names.

    For example:
      singing-style compare ann_1.wav ann_2.wav
      singing-style compare take.wav take_of_who_knows.wav --among choir.npz
      singing-style compare take.wav take_of_who_knows.wav --prior 0.1 --json
      singing-style compare anns_phrases/ phrases_of_who_knows/
    """
    check_prior(prior)

    from singing_style.voice_index import VoiceIndex

    index = VoiceIndex.load(among) if among else None

    from singing_style.cohort import Cohort
    from singing_style.comparison import compare as put_beside
    from singing_style.model import StyleModel
    from singing_style.takes import one_performance

    style = StyleModel.load(model)
    if index and among:
        index.check_model(style.identity, among)
    strangers = Cohort.of(index) if index else None
    sounds = [one_performance([place]) for place in (one, other)]
    performances = []
    for sound in sounds:
        with naming(sound):
            performances.append(style.embed(sound))
    found = put_beside(performances[0], performances[1], style.calibration, prior=prior, moments=moments)
    if as_json:
        files = [performance_as_json(*heard) for heard in zip(sounds, performances, strict=True)]
        cohort = {
            "strangers_farther": strangers.farther(found.distance) if strangers else None,
            "calibration_doubted": strangers.belie(style.calibration) if strangers else None,
            "calibration": style.calibration.model_dump(),
        }
        print_json({"files": files} | asdict(found) | cohort)
        return
    for letter, sound, performance in zip("AB", sounds, performances, strict=True):
        length = f"{performance.voiced_seconds:.1f} s sung of {performance.seconds:.1f} s"
        typer.echo(printable(f"{letter}  {sound}: {length}"))
    _tell(found, style.calibration.threshold, strangers)
    typer.echo(explain_calibration(style.calibration, prior))
    if strangers and strangers.belie(style.calibration):
        doubt_calibration(strangers.mistaken(style.calibration))


def _tell(found: "Comparison", threshold: float, strangers: "Cohort | None") -> None:
    side = "below" if found.same else "above"
    typer.echo(f"distance     {found.distance:.3f} ({side} the threshold {threshold:.3f})")
    typer.echo(f"same singer  {found.probability:.0%}")
    if strangers:
        typer.echo(f"strangers    {strangers.farther(found.distance):.0%} of their pairs lie farther apart")
    for moment in found.moments:
        typer.echo(
            f"most alike   A {clock(moment.one)}, B {clock(moment.other)}, {moment.seconds:.1f} s each, "
            f"distance {moment.distance:.3f}"
        )
