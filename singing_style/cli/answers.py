"""How the command prints an answer: the verdict and what it rests on, the nearest singers, the moments most alike."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from pipeline.runtime.counting import counted
from singing_style.cli.console import MOST_LINES, clock, explain_calibration, moments_in, printable

if TYPE_CHECKING:
    from pipeline.model.calibration import Calibration
    from singing_style.likeness import Likeness, Similar
    from singing_style.takes import Takes


def print_similar(found: "Similar", sound: "Path | Takes") -> None:
    """Print the verdict, the singers found, and the moments most alike."""
    from singing_style.verdict import explain

    if len(found.own) > MOST_LINES:
        names = "/".join(sorted({voice.singer for voice in found.own}))
        typer.echo(
            printable(f"{counted(len(found.own), 'recording')} in the index, by {names}, hold takes of this; left out")
        )
    for voice in found.own if len(found.own) <= MOST_LINES else ():
        which = "this very file is" if len(voice.contents) == 1 and isinstance(sound, Path) else "takes of this are"
        typer.echo(printable(f"{which} in the index, as {voice.path} by {voice.singer}; left out"))
    for singer in found.lost:
        typer.echo(printable(f"nothing else of {singer} is in the index, so {singer} cannot be the answer"))
    typer.echo(printable(str(found.verdict)))
    for line in explain(found.verdict):
        typer.echo(printable(f"    {line}"))
    if found.part:
        typer.echo(f"    {found.part}")
    width = max(len(printable(one.voice.singer)) for one in found.likenesses)
    heard = iter(moments_in(sound, [moment.one for one in found.likenesses for moment in one.comparison.moments]))
    for place, one in enumerate(found.likenesses, 1):
        typer.echo(
            f"{place:2}  {printable(one.voice.singer):{width}}  {likeness_in_words(one, found.calibration_holds)}  "
            f"most like {printable('; '.join(voice.path for voice in one.answered))}"
        )
        there = " there, counting through its takes" if len(one.voice.contents) > 1 else " there"
        for moment in one.comparison.moments:
            typer.echo(
                f"    most alike: {printable(next(heard))} here and {clock(moment.other)}{there}, "
                f"{moment.seconds:.1f} s each, distance {moment.distance:.3f}"
            )


def tell_probability(calibration: "Calibration", prior: float | None, found: "Similar") -> None:
    """Say what a probability is based on; or why there is none, to those who have asked for it.

    That is, by a prior, or by a model that was calibrated on recordings of their own.
    """
    if found.calibration_holds or prior is not None or calibration.unseen_error is not None:
        typer.echo(explain_calibration(calibration, prior, found.doubt, borne_out=True))


def likeness_in_words(one: "Likeness", calibration_holds: bool) -> str:
    """Return the distance of a singer, and the probability where it is known to hold."""
    distance = f"distance {one.distance:.3f}"
    return f"{distance}  same singer {one.probability:.0%}" if calibration_holds and not one.unlike else distance


def similar_as_json(found: "Similar") -> dict[str, Any]:
    """Describe the same in JSON's types; a probability that is not known to hold is null."""
    return {
        "verdict": {"words": str(found.verdict)} | asdict(found.verdict),
        "calibration_holds": found.calibration_holds,
        "in_index": [{"path": voice.path, "singer": voice.singer} for voice in found.own],
        "lost": found.lost,
        "part": found.part,
        "similar": [_likeness_as_json(one, found.calibration_holds) for one in found.likenesses],
    }


def _likeness_as_json(one: "Likeness", calibration_holds: bool) -> dict[str, Any]:
    """Describe a singer; `path`, `same`, `moments` and what impostors show are of the first that answered."""
    return (
        {
            "singer": one.voice.singer,
            "path": one.voice.path,
            "song": one.voice.song,
            "answered": [{"path": voice.path, "song": voice.song} for voice in one.answered],
        }
        | asdict(one.comparison)
        | {
            "distance": one.distance,
            "distance_to_path": one.comparison.distance,
            "probability": one.probability if calibration_holds and not one.unlike else None,
            "unlike": one.unlike,
            "share_of_impostors_farther": one.share_of_impostors_farther,
        }
    )
