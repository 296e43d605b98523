import pandas as pd
import pytest

from singing_style.validation.finding import Finding, Severity
from singing_style.validation.splits import SHARES, check_singers, check_splits


def sung(*performances: str) -> pd.DataFrame:
    """Make a table of singer:song or singer:song:split."""
    rows = [performance.split(":") for performance in performances]
    return pd.DataFrame(rows, columns=["singer", "song", "split"][: len(rows[0])])


def everyone_everything(singers: int, songs: int) -> pd.DataFrame:
    return sung(*(f"s{singer:02d}:t{song}" for singer in range(singers) for song in range(songs)))


def singers_of(table: pd.DataFrame, used: pd.DataFrame | None = None) -> list[Finding]:
    return check_singers(table if used is None else used, table)


def told(findings: list[Finding], severity: Severity) -> list[str]:
    return [finding.text for finding in findings if finding.severity is severity]


def test_singers_are_counted_and_those_with_a_single_performance_named() -> None:
    findings = singers_of(sung("Ann:ode", "Ann:air", "Ben:ode", "ann:lay"))
    assert told(findings, Severity.NOTE) == ["3 singers, 3 songs, 4 performances that can be used (1 to 2 per singer)"]
    alone, spelling = told(findings, Severity.WARNING)
    assert alone == "2 singers have a single performance, so no other can find it (Ben, ann)"
    assert "count as different singers, and are probably one: 'Ann' / 'ann'; spell each one way" in spelling
    assert told(singers_of(everyone_everything(3, 2)), Severity.NOTE) == [
        "3 singers, 2 songs, 6 performances that can be used (2 per singer)"
    ]


def test_only_performances_that_can_be_used_count() -> None:
    """Of Ann's three one can be used, of Ben's none."""
    everything = sung("Ann:ode", "Ann:air", "Ann:lay", "Ben:ode", "Cleo:ode", "Cleo:air")
    findings = singers_of(everything, everything.iloc[[1, 4, 5]])
    assert told(findings, Severity.NOTE) == ["2 singers, 2 songs, 3 performances that can be used (1 to 2 per singer)"]
    assert told(findings, Severity.WARNING) == [
        "1 singer has no recording that can be used (Ben)",
        "1 singer has a single performance, so no other can find it (Ann)",
    ]
    assert told(singers_of(everything, everything[:0]), Severity.NOTE) == []


@pytest.mark.parametrize(
    "other",
    ["ann  LEE", "Ann Lee ", " Ann Lee", "Ann\u00a0Lee", "\uff21nn Lee", "Ann\\u200b Lee", "Ann-Lee", "Änn Lee."],
)
def test_names_that_differ_by_mistake_are_probably_one(other: str) -> None:
    *_, spelling = told(singers_of(sung("Ann Lee:ode", f"{other}:air", "Anna Lee:ode")), Severity.WARNING)
    assert f"probably one: 'Ann Lee' / {other!r};" in spelling
    (alone,) = told(singers_of(sung("Ann Lee:ode", "Anna Lee:ode")), Severity.WARNING)
    assert "one:" not in alone


def test_numbers_are_one_without_leading_zeros_only() -> None:
    *_, spelling = told(singers_of(sung("7:ode", "007:ode", "1-11:ode", "11-1:ode", "70:ode")), Severity.WARNING)
    assert "probably one: '7' / '007';" in spelling


def test_songs_that_differ_by_mistake_are_probably_one() -> None:
    *_, spelling = told(singers_of(sung("Ann:Ave Maria", "Ann:ave_maria", "Ann:Ave")), Severity.WARNING)
    assert "count as different songs, and are probably one: 'Ave Maria' / 'ave_maria';" in spelling


def test_folders_in_two_forms_of_unicode_are_told_to_be_one() -> None:
    table = pd.DataFrame({"singer": ["Zoë", "Zoë", "Ann"], "path": ["Zoe\u0308/1.wav", "Zoë/2.wav", "Ann/1.wav"]})
    assert "differ only in form of Unicode count as one singer: Zoë" in told(singers_of(table), Severity.NOTE)[1]
    assert len(told(singers_of(table[1:]), Severity.NOTE)) == 1


def test_a_balanced_split_that_is_possible() -> None:
    findings = check_splits(everyone_everything(10, 5), (2, 1, 2), SHARES, 0, "choir")
    assert told(findings, Severity.WARNING) == told(findings, Severity.STOP) == []
    first, choices = told(findings, Severity.NOTE)
    assert first == "balanced, 2/1/2 songs: 5/2/3 singers"  # shares 0.5, 0.2, 0.3 of ten
    assert "2/1/2 songs: 5/2/3 singers, 18 performances" in choices  # 10 + 2 + 6


def test_too_few_songs_for_what_is_asked_names_what_there_is() -> None:
    findings = check_splits(everyone_everything(10, 5), (6, 4, 4), SHARES, 0, "choir")
    (warning,) = told(findings, Severity.WARNING)
    # one song for each part, and the other two in proportion to 6, 4, 4: to train, then to validation
    assert warning.startswith("6/4/4 songs need 14 and there are 5; ask for 2/2/1 songs (corpus.manifest.songs); ")
    assert "corpus.manifest.split=by_singers" in warning
    (choices,) = told(findings, Severity.NOTE)
    assert choices.startswith("balanced splits that are possible: 1/1/1 songs: 5/2/3 singers, 10 performances")


@pytest.mark.slow
def test_songs_of_ones_own_leave_the_split_by_singers() -> None:
    own = sung(*(f"s{singer}:t{singer}-{song}" for singer in range(8) for song in range(3)))
    findings = check_splits(own, (1, 1, 1), SHARES, 0, "choir")
    (warning,) = told(findings, Severity.WARNING)
    assert "a split by singers would keep 24 of 24 performances of 4/2/2 singers" in warning


def test_too_few_singers_for_any_split_stop() -> None:
    findings = check_splits(everyone_everything(3, 3), (1, 1, 1), SHARES, 0, "choir")
    (stop,) = told(findings, Severity.STOP)
    assert "a split by singers is not possible: 3 singers, and each of train, validation, test needs 2" in stop
    assert "choir: " not in stop


def test_faults_of_what_cannot_be_used_stop_too() -> None:
    parts = [("train", "abc"), ("validation", "de"), ("test", "fg")]
    whole = sung(*(f"{singer}:{split}:{split}" for split, names in parts for singer in names), "a:test:test")
    (stop,) = told(check_splits(whole[:-1], (6, 4, 4), SHARES, 0, "m.csv", whole), Severity.STOP)
    assert "a" in stop
    assert "train" in stop


def test_nothing_to_split_stops() -> None:
    findings = check_splits(everyone_everything(9, 3)[:0], (1, 1, 1), SHARES, 0, "choir")
    assert told(findings, Severity.STOP) == ["no recording of choir can be used by itself, so no split can be made"]


def test_no_songs_stop() -> None:
    findings = check_splits(everyone_everything(9, 3)[["singer"]], (1, 1, 1), SHARES, 0, "m.csv")
    assert told(findings, Severity.STOP) == [
        "no songs are known in m.csv, so no split can be made; write a manifest with a column song"
    ]


def test_the_split_that_is_there_is_told_and_its_faults_stop() -> None:
    parts = [("train", "abc"), ("validation", "de"), ("test", "fg")]
    whole = sung(*(f"{singer}:{split}-{song}:{split}" for split, names in parts for singer in names for song in (1, 2)))
    findings = check_splits(whole, (6, 4, 4), SHARES, 0, "m.csv")
    assert [finding.text for finding in findings] == [
        "train 3 singers x 2 songs (balanced); validation 2 singers x 2 songs (balanced); "
        "test 2 singers x 2 songs (balanced)"
    ]
    findings = check_splits(whole[whole["singer"] != "g"][1:], (6, 4, 4), SHARES, 0, "m.csv")
    assert "train 3 singers x 2 songs (5 of 6 pairs of singer and song)" in findings[0].text
    assert told(findings, Severity.STOP) == [
        "column split: test has recordings of 1 singer only; it needs at least 2 singers"
    ]
