"""Checks of individual recordings: usability, singing, duration, format, level, duplicates."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.audio.clicks import CLICK_DB
from pipeline.corpora.placement import follow, leads_out
from pipeline.model.listening import Listening
from pipeline.runtime.counting import counted
from pipeline.runtime.recordings import LeftOut
from singing_style.sounds import PassedOver
from singing_style.validation.checkup import Checkup
from singing_style.validation.finding import Finding, Severity, name_some

# A recording with a larger share of clipped samples is reported: one in ten thousand.
MANY_CLIPPED = 1e-4
# A lower peak is reported: of 16 bits fewer than ten are then left for the voice.
QUIET_DB = -40.0


def check_usable(total: int, left_out: list[LeftOut], max_bad_share: float) -> list[Finding]:
    """Report the recordings that cannot be used at all, and whether they are too many."""
    if not left_out:
        return []
    which = tuple(one.recording for one in left_out)
    named = name_some([str(one) for one in left_out])
    text = f"{len(left_out)} of {counted(total, 'recording')} cannot be used ({named})"
    findings = [Finding(Severity.WARNING, "unusable", text, which)]
    if len(left_out) > max_bad_share * total:
        text = f"cannot be used: {_too_many(len(left_out), total, max_bad_share)}"
        findings.append(Finding(Severity.STOP, "unusable", text, which, training=True))
    return findings


def _too_many(number: int, total: int, max_bad_share: float) -> str:
    return f"{number} of {counted(total, 'recording')}, more than max_bad_share {max_bad_share:g} allows"


def check_spelling(respelt: list[str]) -> list[Finding]:
    """Report the paths that the table writes in another Unicode form than the file system."""
    if not respelt:
        return []
    differ = counted(len(respelt), "path differs from its file's name", "paths differ from their files' names")
    text = f"{differ} in the form of Unicode; found anyway ({name_some(respelt)})"
    return [Finding(Severity.NOTE, "spelling", text)]


def check_passed_over(passed: PassedOver | None) -> list[Finding]:
    """Report what a folder holds besides sound, and which folders were not entered."""
    findings = []
    if passed and passed.files:
        what = counted(len(passed.files), "file that is no sound was", "files that are no sound were")
        text = f"{what} passed over ({name_some([*map(str, passed.files)])})"
        findings.append(Finding(Severity.NOTE, "folder", text))
    if passed and passed.links:
        named = name_some([*map(str, passed.links)])
        what = counted(len(passed.links), "link to a folder was", "links to folders were")
        text = f"{what} not followed ({named}); put the folder itself there"
        findings.append(Finding(Severity.WARNING, "folder", text))
    return findings


def check_links(folder: Path, paths: Mapping[str, str]) -> list[Finding]:
    """Report the recordings, by name, that are links to files elsewhere: ``make corpus`` copies them."""
    out = [name for name, path in paths.items() if leads_out(folder, follow(folder, path))]
    if not out:
        return []
    text = (
        f"{counted(len(out), 'recording is a link', 'recordings are links')} to files outside the folder "
        f"({name_some(out)}); bring the corpus in with make corpus, which copies files: in place, the pipeline leaves "
        "links out"
    )
    return [Finding(Severity.WARNING, "links", text, tuple(out), training=True)]


def check_singing(
    checkups: Mapping[str, Checkup], listening: Listening, max_bad_share: float, *, joined: bool = False
) -> list[Finding]:
    """Report how much is sung, and which recordings hold too little to be judged, as `singing-style index` decides.

    Where takes are joined, that some hold too little concerns only training, which hears each by itself.
    """
    sung = sum(checkup.sung_seconds for checkup in checkups.values())
    clips = counted(sum(checkup.clips for checkup in checkups.values()), "clip")
    amount = f"{sung / 60:.1f} minutes sung" + ("" if joined else f"; {clips}")
    findings = [Finding(Severity.NOTE, "singing", amount)]
    refusals = [name for name, one in checkups.items() if one.refusal(listening)]
    without = [name for name in refusals if not checkups[name].clips]
    if refusals:
        needed = listening.min_voiced * listening.frame_seconds
        named = name_some([f"{name}: {checkups[name].sung_seconds:.1f} s" for name in refusals])
        text = (
            f"join short takes, with `index --join` or into one file: {len(refusals)} of "
            f"{counted(len(checkups), 'recording')} cannot be judged alone; more than {needed:.1f} s must be sung "
            f"within {listening.clip_seconds:.1f} s ({named})"
        )
        findings.append(Finding(Severity.WARNING, "singing", text, tuple(refusals), training=joined))
    if len(without) > max_bad_share * len(checkups):
        text = f"hold too little singing: {_too_many(len(without), len(checkups), max_bad_share)}"
        findings.append(Finding(Severity.STOP, "singing", text, tuple(without), training=True))
    noisy = [name for name in refusals if checkups[name].clips]
    if noisy:
        text = (
            f"take {len(noisy)} of these out of the corpus before training, which would use clips of more noise than "
            f"tone ({name_some(noisy)})"
        )
        findings.append(Finding(Severity.WARNING, "singing", text, tuple(noisy), training=True))
    return findings


def check_durations(checkups: Mapping[str, Checkup], listening: Listening, *, joined: bool = False) -> list[Finding]:
    """Report the durations, and which recordings are shorter than a clip; joined, that concerns only training."""
    seconds = np.array([checkup.seconds for checkup in checkups.values()])
    text = (
        f"{seconds.sum() / 60:.1f} minutes; {seconds.min():.1f} to {seconds.max():.1f} s, "
        f"median {np.median(seconds):.1f} s"
    )
    findings = [Finding(Severity.NOTE, "durations", text)]
    short = [name for name, checkup in checkups.items() if checkup.seconds < listening.clip_seconds]
    if short:
        treatment = "padded with silence" if listening.pad_short else "left out"
        what = counted(len(short), "recording is", "recordings are")
        text = f"{what} shorter than a clip of {listening.clip_seconds:.2f} s: {treatment} ({name_some(short)})"
        findings.append(Finding(Severity.WARNING, "durations", text, tuple(short), training=joined))
    return findings


def check_formats(checkups: Mapping[str, Checkup], singers: Mapping[str, str], listening: Listening) -> list[Finding]:
    """Report sampling rates and channels, and whether the rate may identify the singer."""
    rates = Counter(checkup.rate for checkup in checkups.values())
    channels = Counter(checkup.channels for checkup in checkups.values())
    of_rates = ", ".join(f"{count} x {rate} Hz" for rate, count in sorted(rates.items()))
    of_channels = ", ".join(f"{count} x {counted(number, 'channel')}" for number, count in sorted(channels.items()))
    findings = [Finding(Severity.NOTE, "formats", f"{of_rates}; {of_channels}")]
    cancelled = [name for name, checkup in checkups.items() if checkup.cancel]
    if cancelled:
        text = (
            f"{counted(len(cancelled), 'recording has', 'recordings have')} channels that cancel each other out "
            f"({name_some(cancelled)}), as with crossed wires; the loudest channel is heard alone"
        )
        findings.append(Finding(Severity.WARNING, "formats", text, tuple(cancelled)))
    low = [name for name, checkup in checkups.items() if checkup.rate < listening.rate]
    if low and len(low) < len(checkups):
        own = len({singers[name] for name in low})
        text = (
            f"{counted(len(low), 'recording')} of {counted(own, 'singer')} with a rate below {listening.rate} Hz, the "
            f"others above: the missing treble may identify the singer ({name_some(low)})"
        )
        findings.append(Finding(Severity.WARNING, "formats", text, tuple(low)))
    return findings


def check_levels(checkups: Mapping[str, Checkup]) -> list[Finding]:
    """Report the levels, and which recordings are clipped, barely audible, or have clicks."""
    peaks = np.array([checkup.peak_db for checkup in checkups.values()])
    levels = np.array([checkup.level_db for checkup in checkups.values()])
    text = (
        f"peaks {peaks.min():.1f} to {peaks.max():.1f} dB re full scale, "
        f"average levels {levels.min():.1f} to {levels.max():.1f} dB"
    )
    findings = [Finding(Severity.NOTE, "levels", text)]
    clipped = {name: one.clipped_share for name, one in checkups.items() if one.clipped_share > MANY_CLIPPED}
    if clipped:
        worst = sorted(clipped, key=lambda name: -clipped[name])
        named = name_some([f"{name}: {clipped[name]:.2%} of its samples" for name in worst])
        what = counted(len(clipped), "recording is", "recordings are")
        text = f"{what} clipped ({named}); if you can, record again at a lower level"
        findings.append(Finding(Severity.WARNING, "levels", text, tuple(worst)))
    clicks = {name: one.click_db for name, one in checkups.items() if one.click_db > CLICK_DB}
    if clicks:
        loudest = sorted(clicks, key=lambda name: -clicks[name])
        named = name_some([f"{name}: {clicks[name]:.0f} dB above all but a second" for name in loudest])
        text = (
            f"{counted(len(clicks), 'recording has', 'recordings have')} clicks, by which training judges the level of "
            f"the singing ({named}); cut them out; singing-style itself bridges those of up to 5 ms"
        )
        findings.append(Finding(Severity.WARNING, "levels", text, tuple(loudest), training=True))
    quiet = [name for name, checkup in checkups.items() if checkup.peak_db < QUIET_DB]
    if quiet:
        what = counted(len(quiet), "recording never reaches", "recordings never reach")
        text = f"{what} {QUIET_DB:g} dB ({name_some(quiet)}), and may be mostly noise"
        findings.append(Finding(Severity.WARNING, "levels", text, tuple(quiet)))
    return findings


def check_duplicates(checkups: Mapping[str, Checkup], table: pd.DataFrame) -> list[Finding]:
    """Report recordings that hold the same sound as an earlier one, whatever their names and lossless formats.

    Parameters
    ----------
    checkups : mapping
        By recording.
    table : DataFrame
        Columns singer and, where known, split; indexed by recording.
    """
    first: dict[str, str] = {}
    twins = {}
    for name in sorted(checkups):
        earlier = first.setdefault(checkups[name].sound, name)
        if earlier != name:
            twins[name] = earlier
    apart = {
        column: [name for name, other in twins.items() if table[column][name] != table[column][other]]
        for column in ("singer", "split")
        if column in table
    }
    wrong = apart["singer"]
    others = [name for name in twins if name not in wrong]
    present, presents = "recording is present", "recordings are present"
    return [
        *_twins(
            wrong, twins, f"{present} under two singers", f"{presents} under two singers", "one of the labels is wrong"
        ),
        *_twins(
            apart.get("split", []),
            twins,
            f"{present} in two parts",
            f"{presents} in two parts",
            "training would see the test",
            training=True,
        ),
        *_twins(
            others, twins, f"{present} twice and counts twice", f"{presents} twice and count twice", "keep one of each"
        ),
    ]


def _twins(
    names: list[str], twins: Mapping[str, str], one: str, several: str, advice: str, *, training: bool = False
) -> list[Finding]:
    if not names:
        return []
    named = name_some([f"{name} = {twins[name]}" for name in names])
    text = f"{counted(len(names), one, several)} ({named}); {advice}"
    return [Finding(Severity.WARNING, "duplicates", text, tuple(names), training)]
