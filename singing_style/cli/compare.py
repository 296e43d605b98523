"""``singing-style compare``: how alike two recordings are sung."""

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
    naming,
    print_json,
    printable,
    reported,
)


@reported
def compare(
    one: Annotated[Path, typer.Argument(metavar="A", help="A recording of somebody singing.")],
    other: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    moments: Annotated[int, typer.Option(min=1, help="How many pairs of clips to name.")] = 3,
    prior: Prior = None,
    model: ModelFile = None,
    as_json: AsJson = False,
) -> None:
    """Say how alike two recordings are sung, and how likely by the same singer.

    The distance is that of the two performances' vectors. The probability comes from the model's calibration, which is
    told beside it: singers and pairs it rests on, and whose they are. It holds for recordings like those.

    For example:
      singing-style compare ann_1.wav ann_2.wav
      singing-style compare take.wav take_of_who_knows.wav --prior 0.1 --json
    """
    check_prior(prior)

    from singing_style.comparison import compare as put_beside
    from singing_style.model import StyleModel

    style = StyleModel.load(model)
    performances = []
    for sound in (one, other):
        with naming(sound):
            performances.append(style.embed(sound))
    found = put_beside(performances[0], performances[1], style.calibration, prior=prior, moments=moments)
    if as_json:
        files = [
            {"file": sound, "seconds": performance.seconds, "voiced_seconds": performance.voiced_seconds}
            for sound, performance in zip((one, other), performances, strict=True)
        ]
        print_json({"files": files} | asdict(found) | {"calibration": style.calibration.model_dump()})
        return
    for letter, sound, performance in zip("AB", (one, other), performances, strict=True):
        length = f"{performance.voiced_seconds:.1f} s sung of {performance.seconds:.1f} s"
        typer.echo(f"{letter}  {printable(str(sound))}: {length}")
    side = "below" if found.same else "above"
    typer.echo(f"distance     {found.distance:.3f} ({side} the threshold {style.calibration.threshold:.3f})")
    typer.echo(f"same singer  {found.probability:.0%}")
    for moment in found.moments:
        typer.echo(
            f"most alike   A {clock(moment.one)}, B {clock(moment.other)}, {moment.seconds:.1f} s each, "
            f"distance {moment.distance:.3f}"
        )
    typer.echo(explain_calibration(style.calibration, prior))
