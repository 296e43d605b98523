"""``singing-style compare``: how similar the singing of two recordings is."""

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
    explain_calibration,
    naming,
    performance_as_json,
    print_json,
    printable,
    reported,
    warn,
    warn_that_calibration_fails,
)

if TYPE_CHECKING:
    from pipeline.model.calibration import Calibration
    from singing_style.cohort import Cohort
    from singing_style.comparison import Comparison
    from singing_style.model import StyleModel
    from singing_style.performance import Performance
    from singing_style.takes import Takes


@reported
def compare(
    one: Annotated[
        Path, typer.Argument(metavar="A", help="A recording, or a folder of takes of one performance, heard together.")
    ],
    other: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    moments: Annotated[int, typer.Option(min=1, help="Number of closest pairs of clips to list.")] = 3,
    among: Annotated[
        Path | None,
        typer.Option(help="An index of recordings like these, whose different singers serve as a reference."),
    ] = None,
    prior: Prior = None,
    model: ModelFile = None,
    as_json: AsJson = False,
) -> None:
    """Report how similar two recordings are sung, and how likely they are by the same singer.

    The distance is that of the two performances' vectors. The probability comes from the model's calibration, which is
    printed with it: the singers, pairs and corpus it was fitted on. It holds for recordings like those. An index of
    recordings like yours shows whether it does, and how many of its impostor pairs (pairs of different singers) lie
    farther apart than your two recordings.

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
    from singing_style.comparison import compare as compare_performances
    from singing_style.model import StyleModel
    from singing_style.takes import hash_takes, one_performance

    style = StyleModel.load(model)
    if index and among:
        index.check_model(style.identity, among)
    cohort = Cohort.of(index) if index else None
    sounds = [one_performance([place]) for place in (one, other)]
    performances = [_embed(style, sound) for sound in sounds]
    if not set(hash_takes(sounds[0])).isdisjoint(hash_takes(sounds[1])):
        warn("A and B share a file, under whatever names: their distance says nothing about the singer")
    found = compare_performances(performances[0], performances[1], style.calibration, prior=prior, moments=moments)
    if as_json:
        files = [performance_as_json(*heard) for heard in zip(sounds, performances, strict=True)]
        print_json({"files": files} | asdict(found) | _context_as_json(found, style.calibration, cohort))
        return
    for letter, sound, performance in zip("AB", sounds, performances, strict=True):
        _print_recording(letter, sound, performance)
    _print_comparison(found, style.calibration.threshold, cohort)
    typer.echo(explain_calibration(style.calibration, prior))
    if cohort and cohort.contradicts(style.calibration):
        warn_that_calibration_fails(cohort.share_accepted(style.calibration))


def _embed(style: "StyleModel", sound: "Path | Takes") -> "Performance":
    with naming(sound):
        return style.embed(sound)


def _context_as_json(found: "Comparison", calibration: "Calibration", cohort: "Cohort | None") -> dict[str, Any]:
    return {
        "share_of_impostors_farther": cohort.share_farther(found.distance) if cohort else None,
        "calibration_fails": cohort.contradicts(calibration) if cohort else None,
        "calibration": calibration.model_dump(),
    }


def _print_recording(letter: str, sound: "Path | Takes", performance: "Performance") -> None:
    length = f"{performance.voiced_seconds:.1f} s sung of {performance.seconds:.1f} s"
    typer.echo(printable(f"{letter}  {sound}: {length}"))


def _print_comparison(found: "Comparison", threshold: float, cohort: "Cohort | None") -> None:
    side = "below" if found.same else "above"
    typer.echo(f"distance     {found.distance:.3f} ({side} the threshold {threshold:.3f})")
    typer.echo(f"same singer  {found.probability:.0%}")
    if cohort:
        typer.echo(f"impostors    {cohort.share_farther(found.distance):.0%} of their pairs lie farther apart")
    for moment in found.moments:
        typer.echo(
            f"most alike   A {clock(moment.one)}, B {clock(moment.other)}, {moment.seconds:.1f} s each, "
            f"distance {moment.distance:.3f}"
        )
