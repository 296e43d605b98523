"""A model's calibration replaced by one that was fitted to known recordings, and judged on singers not in the fit."""

import math
from dataclasses import dataclass, replace

import numpy as np

from pipeline.errors import BadInputError
from pipeline.model.calibration import Calibration
from pipeline.model.card import recalibrate_card
from pipeline.runtime.counting import counted
from singing_style.calibration.held_out import HeldOut, cross_validate, fit
from singing_style.calibration.pairs import VoicePairs, ambiguous
from singing_style.model import StyleModel
from singing_style.roster import Roster
from singing_style.voice_index import VoiceIndex

# With two of them left out, six are left to fit to.
FEWEST_SINGERS = 8
GREATEST_RATE = 0.5
SEED = 0


@dataclass(frozen=True, eq=False)
class Calibrated:
    """The result of calibrating a model.

    Attributes
    ----------
    model : StyleModel
        The same network with the new calibration and a card that says so; its identity is the same.
    held_out : HeldOut
        What the calibration is worth for singers who were not in the fit.
    recordings : int
        Number of recordings that could be paired.
    left_out : dict of str to str
        By path, why a recording of the index was not used.
    before : Calibration
        The model's former one.
    """

    model: StyleModel
    held_out: HeldOut
    recordings: int
    left_out: dict[str, str]
    before: Calibration


def calibrate(
    model: StyleModel,
    index: VoiceIndex,
    name: str = "own recordings",
    *,
    strangers: float | None = None,
    seed: int = SEED,
    progress: bool = False,
) -> Calibrated:
    """Fit what a model's distances mean to recordings whose singers are known.

    Pairs are of different songs (each recording is a song of its own where songs are unknown) and of about one pitch.
    All figures of what it is worth are of singers who were not in the fit; the final fit is of all singers.

    Parameters
    ----------
    model : StyleModel
    index : VoiceIndex
        The recordings, embedded with this model (`singing_style.indexing.index_voices`); of at least `FEWEST_SINGERS`
        singers with two recordings or more.
    name : str, optional
        What to call the recordings.
    strangers : float, optional
        Place the threshold where at most this share of impostor pairs, of unseen singers too, are taken for the same
        singer, above 0 and at most 0.5. By default, where both kinds of error are equal.
    seed : int, optional
        Seeds how singers are dealt into folds.
    progress : bool, optional
        Show a progress bar on standard error.

    Raises
    ------
    BadInputError
        The index belongs to another model, the share is out of range, or the singers are too few.
    """
    check_rate(strangers)
    if index.model != model.identity:
        raise BadInputError(f"{name}: embedded with another model than the one to calibrate; embed them with this one")
    left_out = ambiguous(index.voices)
    voices = tuple(voice for voice in index.voices if voice.path not in left_out)
    generator = np.random.default_rng(seed)
    pairs = _pair(replace(index, voices=voices), name, strangers, generator)
    held_out = cross_validate(pairs, strangers, model.calibration, generator, progress=progress)
    fitted = fit(pairs, strangers, name)
    fitted = fitted.model_copy(update={"unseen_error": held_out.after.calibration_error})
    card = recalibrate_card(model.card, fitted, model.calibration, len(voices), held_out.figures())
    calibrated = replace(model, calibration=fitted, card=card)
    return Calibrated(calibrated, held_out, len(voices), left_out, model.calibration)


def refit(index: VoiceIndex) -> Calibration | None:
    """Fit a calibration to an index as `calibrate` does, without judging it; None where its singers are too few."""
    left_out = ambiguous(index.voices)
    voices = tuple(voice for voice in index.voices if voice.path not in left_out)
    try:
        pairs = _pair(replace(index, voices=voices), "the index", None, np.random.default_rng(SEED))
    except BadInputError:
        return None
    return fit(pairs, None, "the index")


def check_rate(strangers: float | None) -> None:
    """Raise `BadInputError` for a share of strangers that no threshold can be meant for."""
    if strangers is not None and not 0 < strangers <= GREATEST_RATE:
        raise BadInputError(f"--strangers {strangers:g}: a share above 0 and at most {GREATEST_RATE:g} is required")


def check_roster(roster: Roster, name: str, strangers: float | None = None) -> None:
    """Raise `BadInputError` where singers are too few, also for a share of strangers, before anything is heard."""
    table = roster.table
    songs = table["song"].where(table["song"] != "", table["path"]) if "song" in table else table["path"]
    several = songs.groupby(table["singer"]).nunique() > 1
    usable = int(several.sum())
    _check_singers(usable, len(several), name)
    if strangers is not None and strangers * math.comb(usable - 2, 2) < 1:
        mixed = math.comb(usable // 2, 2) + math.comb((usable + 1) // 2 - 2, 2)
        raise BadInputError(
            f"{name}: --strangers {strangers:g} takes {_singers_needed(strangers)}, and there are {usable}; add "
            f"singers, or ask for {_least_share(math.comb(usable - 2, 2))} or more ({_least_share(mixed)} for so many "
            "of whom half are men and half are women)"
        )


def _singers_needed(strangers: float) -> str:
    """Say how many singers it takes, so that enough pairs of them are left when two who are a pair are left out.

    Of n singers at about one pitch (n - 2)(n - 3) / 2 pairs are left; of m men and m women, m (m - 1) / 2 pairs of the
    one kind and (m - 2)(m - 3) / 2 of the other.
    """
    pairs = math.ceil(1 / strangers)
    alike = 2 + math.ceil((1 + math.sqrt(1 + 8 * pairs)) / 2)
    mixed = 2 * math.ceil((3 + math.sqrt(4 * pairs - 3)) / 2)
    few, many = (max(FEWEST_SINGERS, number) for number in (alike, mixed))
    return (
        f"{counted(few, 'singer')} who all sing at about one pitch, or {many} of whom half are men and half are women"
    )


def _least_share(pairs: int) -> str:
    """Return the smallest share that so many pairs of singers can show, rounded up."""
    return f"{math.ceil(1000 / pairs) / 1000:g}"


def _check_singers(usable: int, singers: int, name: str) -> None:
    if usable < FEWEST_SINGERS:
        raise BadInputError(
            f"{name}: {usable} of {counted(singers, 'singer')} can be used, and {FEWEST_SINGERS} are needed "
            "to measure errors on singers not in the fit; each needs two usable recordings of different songs, and "
            "others who sing at about the same pitch; add singers"
        )


def _pair(index: VoiceIndex, name: str, strangers: float | None, generator: np.random.Generator) -> VoicePairs:
    """Pair the recordings, or say how many singers are missing.

    Of fewer pairs of singers than one in the share, the nearest pair alone is more than the share. Its level would be
    chosen to let nobody pass, and most collections would seem to be free of errors.
    """
    singers = len(index.singers)
    if singers < 2:
        _check_singers(0, singers, name)
    pairs = VoicePairs.of(index, generator)
    _check_singers(len(pairs.paired), singers, name)
    left = pairs.left_beside_two
    if strangers is not None and strangers * left < 1:
        raise BadInputError(
            f"{name}: a share of {strangers:g} takes {math.ceil(1 / strangers)} pairs of singers at about one pitch "
            f"when any two singers are left out, and there are {left}; it takes {_singers_needed(strangers)}; "
            + (f"ask for {_least_share(left)} or more, or add singers" if left > 1 else "add singers")
        )
    return pairs
