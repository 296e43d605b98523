"""``singing-style calibrate``: a threshold and probabilities that hold for recordings of one's own."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.cli.console import (
    JOIN,
    OK,
    SOME_FAILED,
    check_output,
    list_failed,
    list_lost,
    list_passed_over,
    print_json,
    printable,
    reported,
    warn,
)
from singing_style.cli.options import AsJson, Join, ModelFile, Quiet, SingerFrom, SungCollection, Workers
from singing_style.cli.typed import typed_again
from singing_style.cli.wrapping import print_terms, print_wrapped

if TYPE_CHECKING:
    from pipeline.analysis.bootstrap import Estimate
    from pipeline.model.calibration import Calibration
    from singing_style.calibration import Calibrated
    from singing_style.indexing import Indexed
    from singing_style.model import StyleModel

SUFFIX = ".safetensors"

ShareOfStrangers = Annotated[
    float | None,
    typer.Option(
        help="The share of pairs of strangers that the threshold may accept as the same singer: 0.05 for one in "
        "twenty. Default: where both error rates are equal.",
        show_default=False,
    ),
]


@reported
def calibrate(
    context: typer.Context,
    collection: SungCollection,
    output: Annotated[Path, typer.Option("--output", "-o", help="The calibrated model to write, a .safetensors file.")],
    strangers: ShareOfStrangers = None,
    singer_from: SingerFrom = None,
    join: Join = False,
    model: ModelFile = None,
    workers: Workers = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> int:
    """Fit a model's threshold and probabilities to your recordings.

    What a distance means depends on how recordings were made. From recordings whose singers are known, this learns how
    close two recordings of one singer lie, and how close those of two strangers at about the same pitch, always in
    different songs; where songs are unknown, each recording counts as a song of its own. The result is a new model
    file beside the old one. Its network is the same, so indexes made with the old model stay valid.

    All reported figures were measured on singers who were not in the fit, with intervals over singers. This takes at
    least 8 singers with two recordings each; 20 or more narrow the intervals.

    In `compare`, the threshold decides whether two recordings count as the same singer's. By default both error rates
    are equal, since at even odds neither error is worse. With --strangers 0.05 it accepts one pair of strangers in
    twenty, even for singers not in these recordings, and rejects more pairs of one singer. That takes 9 singers at
    about one pitch, or 12 of whom half are men and half are women; 0.02 takes 13, or 18.

    For example:
      singing-style calibrate choir/ -o mine.safetensors                     choir/Ann/*.wav, choir/Ben/*.wav, ...
      singing-style calibrate choir/ -o strict.safetensors --strangers 0.02  rather miss a match than accept a stranger
      singing-style calibrate phrases/manifest.csv -o mine.safetensors --join
      singing-style compare one.wav other.wav --model mine.safetensors
    """
    from singing_style.roster import read_roster

    source = _find_source(model, output)
    roster = read_roster(collection, singer_from).checked()

    from singing_style.calibration import calibrate as calibrate_model
    from singing_style.calibration import check_rate, check_roster
    from singing_style.indexing import index_voices

    check_rate(strangers)
    name = printable(roster.folder.resolve().name or str(roster.folder.resolve()))
    check_roster(roster, name, strangers)
    style = _load(source, output)
    heard = index_voices(style, roster, join=join, workers=workers, progress=not quiet)
    try:
        done = calibrate_model(style, heard.index, name, strangers=strangers, progress=not quiet)
    except BadInputError as fault:
        list_failed(heard.failed, heard.short)
        raise _with_remedy(fault, "" if join or not heard.short else typed_again(context, "--join")) from None
    done.model.save(output)
    list_passed_over(roster.passed_over)
    _list_left_out(heard, done, "" if join else JOIN)
    return _tell(done, output, heard.failed | done.left_out, as_json=as_json)


def _list_left_out(heard: "Indexed", done: "Calibrated", remedy: str) -> None:
    list_failed(heard.failed | done.left_out, heard.short, remedy)
    list_lost(heard.lost)


def _tell(done: "Calibrated", output: Path, failed: dict[str, str], *, as_json: bool) -> int:
    """Print the result, and return the exit code."""
    if as_json:
        print_json({"output": output, "failed": failed} | _as_json(done))
    else:
        _print(done, output)
    return SOME_FAILED if failed else OK


def _with_remedy(fault: BadInputError, joined: str) -> BadInputError:
    """Add to an error the command that hears short takes together, if that may mend it."""
    return BadInputError(f"{fault}; with --join the short takes would count: {joined}") if joined else fault


def _find_source(model: Path | None, output: Path) -> Path:
    """Find the model to calibrate; reject an output that cannot be written, or is this model, before any work."""
    from singing_style.model import find_model

    source = model or find_model()
    if output.suffix.lower() != SUFFIX:
        raise BadInputError(f"{output}: the output is a model; end its name with {SUFFIX}")
    check_output(output, "mine.safetensors")
    if output.exists() and source.exists() and output.samefile(source):
        raise BadInputError(f"{output}: the model to calibrate, which is never overwritten; name another file")
    return source


def _load(source: Path, output: Path) -> "StyleModel":
    """Load the model; let only an earlier calibration of it be written over, since any other file may be precious."""
    from singing_style.model import StyleModel
    from singing_style.recognise import recognise

    style = StyleModel.load(source)
    if not output.exists():
        return style
    what = recognise(output)
    if what != "a model":
        raise BadInputError(f"{output}: {what}, which would be lost; name another file")
    there = StyleModel.load(output)
    if there.identity != style.identity or not there.calibrated_anew:
        raise BadInputError(f"{output}: another model, which would be lost; name another file")
    return style


def _as_json(done: "Calibrated") -> dict[str, Any]:
    from singing_style.calibration.in_words import plainly

    return {
        "words": plainly(done),
        "model": done.model.identity,
        "recordings": done.recordings,
        "calibration": done.model.calibration.model_dump(),
        "unseen_singers": done.held_out.figures(),
        "before": done.before.model_dump(),
    }


def _print(done: "Calibrated", output: Path) -> None:
    from singing_style.calibration.in_words import GUESS, plainly, reserve

    new, held = done.model.calibration, done.held_out
    print_wrapped(plainly(done))
    typer.echo()
    typer.echo(
        printable(
            f"{output}: calibrated on {counted(new.pairs, 'pair')} at about one pitch, from "
            f"{counted(done.recordings, 'recording')} by {counted(new.singers, 'singer')} ({new.corpus})"
        )
    )
    typer.echo(f"threshold  {new.threshold:.3f} for {_chosen(new)} (before: {done.before.threshold:.3f})")
    typer.echo("For singers who were not in the fit, with 95 % intervals over singers:")
    after, before = (round(100 * one.calibration_error) for one in (held.after, held.before))
    gained = f"{held.gain.value:.2f} ({held.gain.low:.2f} to {held.gain.high:.2f})"
    print_terms(
        {
            "pairs of two taken for one singer": _percent(held.false_alarms),
            "pairs of one taken for two singers": _percent(held.misses),
            "probability off by": f"{counted(after, 'point')} on average, before {before}",
            "log loss of the probability": f"{held.after.log_loss:.2f}, before {held.before.log_loss:.2f}; less is "
            f"better, {GUESS} is a guess; gained {gained}",
        }
    )
    _warn_of(done)
    typer.echo()
    if why := reserve(done):
        typer.echo(f"use it with reserve, since {why}:")
    command = f"singing-style compare one.wav other.wav --model {shlex.quote(str(output))}"
    typer.echo(printable(f"{'  ' if why else 'use it: '}{command}"))


def _chosen(new: "Calibration") -> str:
    """Say what the threshold was chosen for."""
    if new.strangers is not None:
        return f"at most {100 * new.strangers:.3g}% of strangers"
    return f"equal errors, {new.equal_error_rate:.1%} each on what it was fitted to"


def _warn_of(done: "Calibrated") -> None:
    """Warn where the result is of little use."""
    from singing_style.calibration.in_words import is_a_guess

    held = done.held_out
    if is_a_guess(done):
        warn("the distances hardly tell these singers apart: the probability is no better than a guess")
    elif held.gain.low <= 0:
        warn("the gain is not certain: for other singers the former calibration may do as well")
    promised = done.model.calibration.strangers
    if promised is not None and held.false_alarms.low > promised:
        warn("more strangers are accepted than asked for: the nearest are as near as they can be")
    elif promised is not None and held.false_alarms.value > 1.5 * promised:
        warn(
            f"of the singers who were not in the fit, {held.false_alarms.value:.1%} of strangers were accepted rather "
            f"than {promised:.1%}: too few singers to promise more"
        )


def _percent(share: "Estimate") -> str:
    return f"{share.value:.1%} ({share.low:.1%} to {share.high:.1%})"
