from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from singing_style.rehearsal import rehearse
from singing_style.validation.finding import Severity
from singing_style.validation.verdicts import can_be_decided, check_verdicts, joining_pays
from tests.singing_style.made_up import index_of, voice

NEEDS = "a verdict takes 19 recordings of 3 singers at about one pitch"


def sung(*counts: int, pitch: float = 60.0) -> pd.DataFrame:
    """Make so many performances of each singer, all of one pitch."""
    singers = [f"singer {number}" for number, count in enumerate(counts) for _ in range(count)]
    return pd.DataFrame({"singer": singers, "song": "ode", "pitch": pitch})


def told(performances: pd.DataFrame, *, joined: bool = False) -> str:
    findings = check_verdicts(performances, joined=joined)
    assert all((one.severity, one.subject) == (Severity.WARNING, "verdicts") for one in findings)
    return "\n".join(one.text for one in findings)


@pytest.mark.parametrize(
    ("counts", "have", "remedy"),
    [
        ((6, 6, 6), "18 of 3 singers (262 Hz: singer 0, singer 1, singer 2)", "record 1 more"),
        ((3, 3), "6 of 2 singers (262 Hz: singer 0, singer 1)", "record 13 more of 1 more singer"),
        ((30,), "30 of 1 singer (262 Hz: singer 0)", "record some of 2 more singers"),
    ],
)
def test_a_small_choir_is_told_what_it_lacks(counts: tuple[int, ...], have: str, remedy: str) -> None:
    assert told(sung(*counts)) == (
        f"`similar` will be undecided about every recording, and give distances only: {NEEDS}, and there are at "
        f"most {have}; {remedy}"
    )


@pytest.mark.parametrize("counts", [(7, 6, 6), (17, 1, 1), (19, 19, 19, 19)])
def test_nineteen_of_three_singers_are_enough(counts: tuple[int, ...]) -> None:
    assert told(sung(*counts)) == ""
    assert can_be_decided(sung(*counts)).all()


def test_joined_takes_make_few_recordings() -> None:
    joined = sung(2, 2, 2)
    said = told(joined, joined=True)
    assert "6 of 3 singers (262 Hz: singer 0, singer 1, singer 2), takes joined; record about 6 more minutes " in said
    assert said.endswith("recording of 24 s)")
    assert told(joined.drop(columns="song"), joined=True).endswith(
        ", or name the songs (in a table, or --singer-from), which are joined apart"
    )


@pytest.mark.parametrize(
    ("single", "together", "pays"),
    [((7, 6, 6), (6, 6, 6), False), ((7, 6, 6), (7, 6, 6), True), ((6, 6, 6), (2, 2, 2), True), ((), (7, 6, 6), True)],
)
def test_takes_are_joined_unless_verdicts_are_possible_only_without(
    single: tuple[int, ...], together: tuple[int, ...], pays: bool
) -> None:
    assert joining_pays(sung(*single), sung(*together)) is pays


def test_each_register_counts_by_itself() -> None:
    """Half an octave is six semitones: 54 is of one register with 60, 53 is not."""
    assert told(pd.concat([sung(6, 6, 6), sung(1, pitch=54.0)])) == ""
    said = told(pd.concat([sung(7, 7, 7), sung(2, 2, pitch=53.0)]))
    assert said == (
        "at the pitch of 4 of 25 performances (175 Hz: singer 0, singer 1) `similar` will be undecided: "
        f"{NEEDS}; record more at that pitch"
    )
    assert "10 of 3 singers (262 Hz: singer 0, singer 1, singer 2); record 9 more" in told(
        pd.concat([sung(4, 3, 3), sung(3, 3, 3, pitch=50.0)])
    )


def test_where_no_pitch_is_known_nothing_is_of_about_it() -> None:
    assert "there are at most 0 of 0 singers; record 19 more of 3 more singers" in told(
        sung(9, 9, 9, pitch=float("nan"))
    )


def test_of_nothing_nothing_is_told() -> None:
    assert told(sung()) == ""


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([50.0, 55.0, 60.0, 66.0])), min_size=15, max_size=50))
def test_an_index_of_the_same_decides_alike(voices: list[tuple[int, float]]) -> None:
    """What is foreseen for a new recording at the pitch of each is what `similar` finds in the index."""
    performances = pd.DataFrame(voices, columns=["singer", "pitch"])
    index = index_of(
        *(voice(f"{row}", f"singer {singer}", row, pitch=pitch) for row, (singer, pitch) in enumerate(voices))
    )
    rehearsal = rehearse(replace(index))
    assert can_be_decided(performances).tolist() == [rehearsal.at(pitch).enough for _, pitch in voices]
