from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.runtime.recordings import LeftOut
from singing_style.validation.checkup import Checkup
from singing_style.validation.finding import Finding, Severity
from singing_style.validation.recordings import (
    check_duplicates,
    check_durations,
    check_formats,
    check_levels,
    check_singing,
    check_usable,
)
from tests.singing_style.made_up import PAPER

NOTHING = np.empty(0, np.float32)
GOOD = Checkup(22050, 1, 60.0, -3.0, -20.0, 0.0, 10.0, False, "good", 40.0, 38.0, 30, NOTHING, NOTHING)


def told(findings: list[Finding], severity: Severity) -> list[str]:
    return [finding.text for finding in findings if finding.severity is severity]


def test_bad_recordings_stop_only_past_their_share() -> None:
    bad = [LeftOut("a", "empty file (0 bytes)")]
    assert check_usable(10, [], 0.1) == []
    (warned,) = check_usable(10, bad, 0.1)
    also, stopped = check_usable(9, bad, 0.1)
    assert (warned.severity, also.severity, stopped.severity) == (Severity.WARNING, Severity.WARNING, Severity.STOP)
    assert (warned.training, also.training, stopped.training) == (False, False, True)
    assert warned.text == "1 of 10 recordings cannot be used (a: empty file (0 bytes))"
    assert also.text == "1 of 9 recordings cannot be used (a: empty file (0 bytes))"
    assert stopped.text == "cannot be used: 1 of 9 recordings, more than max_bad_share 0.1 allows"
    assert warned.recordings == also.recordings == stopped.recordings == ("a",)


def test_recordings_of_too_little_singing_and_those_of_noise() -> None:
    checkups = {
        "good": GOOD,
        "short": replace(GOOD, clips=0, sung_seconds=2.0),
        "scattered": replace(GOOD, clips=0, sung_seconds=5.0),
        "noise": replace(GOOD, sung_seconds=0.5),
    }
    findings = check_singing(checkups, PAPER, max_bad_share=0.5)
    assert told(findings, Severity.NOTE) == ["0.8 minutes sung; 60 clips"]  # 45.5 s
    refused, noisy = told(findings, Severity.WARNING)
    assert refused.startswith(
        "join short takes, with `index --join` or into one file: 3 of 4 recordings cannot be judged alone; "
        "more than 3.0 s must be sung within 5.9 s (short: 2.0 s, scattered: 5.0 s, noise: 0.5 s)"
    )
    assert noisy.startswith("take 1 of these out of the corpus before training")
    assert noisy.endswith("(noise)")
    assert told(check_singing(checkups, PAPER, max_bad_share=0.4), Severity.STOP) == [
        "hold too little singing: 2 of 4 recordings, more than max_bad_share 0.4 allows"
    ]
    assert told(check_singing({"good": GOOD}, PAPER, 0), Severity.WARNING) == []


def test_durations() -> None:
    findings = check_durations({"a": GOOD, "b": replace(GOOD, seconds=5.0), "c": replace(GOOD, seconds=70.0)}, PAPER)
    assert told(findings, Severity.NOTE) == ["2.2 minutes; 5.0 to 70.0 s, median 60.0 s"]
    assert told(findings, Severity.WARNING) == ["1 recording is shorter than a clip of 5.94 s: padded with silence (b)"]


def test_of_takes_that_are_joined_only_training_is_told_how_short_they_are() -> None:
    takes = {"a": replace(GOOD, clips=0, sung_seconds=2.0, seconds=3.0), "b": replace(GOOD, clips=1, seconds=4.0)}
    for joined in (False, True):
        amount, refused, stopped = check_singing(takes, PAPER, max_bad_share=0.1, joined=joined)
        _, short = check_durations(takes, PAPER, joined=joined)
        assert (amount.training, refused.training, stopped.training, short.training) == (False, joined, True, joined)
        assert amount.text == ("0.7 minutes sung" if joined else "0.7 minutes sung; 1 clip")


def test_formats_warn_where_only_some_lack_treble() -> None:
    telephone = replace(GOOD, rate=8000, channels=2)
    singers = {"a": "Ann", "b": "Ben", "c": "Ben"}
    findings = check_formats({"a": GOOD, "b": telephone, "c": telephone}, singers, PAPER)
    assert told(findings, Severity.NOTE) == ["2 x 8000 Hz, 1 x 22050 Hz; 1 x 1 channel, 2 x 2 channels"]
    (warning,) = told(findings, Severity.WARNING)
    assert warning.startswith("2 recordings of 1 singer with a rate below 22050 Hz")
    assert told(check_formats({"b": telephone, "c": telephone}, singers, PAPER), Severity.WARNING) == []


def test_levels_name_the_most_clipped_first() -> None:
    checkups = {
        "a": replace(GOOD, clipped_share=0.001, peak_db=0.0),
        "b": replace(GOOD, clipped_share=0.02, peak_db=0.0),
        "c": replace(GOOD, peak_db=-50.0, level_db=-70.0),
        "d": replace(GOOD, clipped_share=0.00009),
    }
    findings = check_levels(checkups)
    assert told(findings, Severity.NOTE) == [
        "peaks -50.0 to 0.0 dB re full scale, average levels -70.0 to -20.0 dB",
    ]
    clipped, quiet = told(findings, Severity.WARNING)
    assert clipped.startswith("2 recordings are clipped (b: 2.00% of its samples, a: 0.10% of its samples)")
    assert quiet.startswith("1 recording never reaches -40 dB (c)")


def test_channels_that_cancel_are_named() -> None:
    checkups = {"a": GOOD, "b": replace(GOOD, channels=2, cancel=True)}
    (cancelled,) = told(check_formats(checkups, {"a": "Ann", "b": "Ben"}, PAPER), Severity.WARNING)
    assert cancelled.startswith("1 recording has channels that cancel each other out (b)")
    assert "the loudest channel is heard alone" in cancelled


def test_clicks_are_named_the_loudest_first() -> None:
    checkups = {
        "a": replace(GOOD, click_db=40.0),
        "b": replace(GOOD, click_db=600.0),
        "c": replace(GOOD, click_db=29.0),
    }
    (clicks,) = told(check_levels(checkups), Severity.WARNING)
    assert clicks.startswith("2 recordings have clicks")
    assert "(b: 600 dB above all but a second, a: 40 dB above all but a second)" in clicks


def test_twins_are_told_first_where_they_lie_worst() -> None:
    checkups = {name: replace(GOOD, sound=sound) for name, sound in zip("abcde", "xyxyz", strict=True)}
    table = pd.DataFrame(
        {"singer": ["Ann", "Ben", "Cleo", "Ben", "Ann"], "split": ["train", "train", "train", "test", "test"]},
        index=list("abcde"),
    )
    findings = check_duplicates(checkups, table)
    assert [finding.text for finding in findings] == [
        "1 recording is present under two singers (c = a); one of the labels is wrong",
        "1 recording is present in two parts (d = b); training would see the test",
        "1 recording is present twice and counts twice (d = b); keep one of each",
    ]
    assert [finding.training for finding in findings] == [False, True, False]
    assert check_duplicates({"a": GOOD}, table) == []
    assert len(check_duplicates(checkups, table[["singer"]])) == 2
