import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from singing_style import rehearsal as module
from singing_style.rehearsal import FEWEST, ONE_IN, Rehearsal, _medians_of_others, margin_of, rehearse
from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import CALIBRATION, distance_to_span, index_of, voice

# On a line: Ann at 0 and 1, Ben at 4, Cleo at 9.
CHOIR = index_of(voice("a/1", "Ann", 0), voice("a/2", "Ann", 1), voice("b", "Ben", 4), voice("c", "Cleo", 9))


def rehearsed(
    first: list[float], second: list[float] | None = None, own: list[float] | None = None, singers: int = 3
) -> Rehearsal:
    count = len(first)
    return Rehearsal(
        singers=np.array([f"singer {number % singers}" for number in range(count)]),
        pitches=np.full(count, 60.0),
        own=np.array(own if own is not None else [math.inf] * count),
        first=np.array(first),
        second=np.array(second if second is not None else [math.inf] * count),
    )


def test_each_recording_is_asked_about() -> None:
    found = rehearse(CHOIR)
    assert found.singers.tolist() == ["Ann", "Ann", "Ben", "Cleo"]
    assert found.own.tolist() == [1, 1, math.inf, math.inf]
    assert found.first.tolist() == [4, 3, 3, 5]  # to Ben, Ben, Ann's second, Ben
    assert found.second.tolist() == [9, 8, 5, 8]  # to Cleo, Cleo, Cleo, Ann's second


def test_recordings_that_share_a_file_are_not_compared() -> None:
    choir = index_of(
        voice("a/1", "Ann", 0, content="x"),
        voice("a/2", "Ann", 2),
        voice("b/1", "Ben", 0, content="x"),  # the same file under another name
        voice("b/2", "Ben", 5),
    )
    found = rehearse(choir)
    assert found.own.tolist() == [2, 2, 5, 5]
    # Ann's second lies between Ben's; the others are compared with a single recording of the other singer
    assert found.first.tolist() == [5, 0, 2, 3]


def test_recordings_that_sound_the_same_are_not_compared() -> None:
    """One of Ann's in two formats, and one of Ben's under two names: none is near for being a copy."""
    choir = index_of(
        voice("a/1.wav", "Ann", 0),
        voice("a/1.flac", "Ann", 1e-6),
        voice("a/2", "Ann", 3),
        voice("b/1.wav", "Ben", 9),
        voice("c/1.flac", "Cleo", 9),
    )
    found = rehearse(choir)
    assert found.own.tolist()[:2] == pytest.approx([3, 3])
    assert found.first.tolist()[3:] == pytest.approx([6, 6])  # Ben's and Cleo's copy are nearest to Ann's second


def test_a_single_singer_has_no_others() -> None:
    found = rehearse(index_of(*CHOIR.voices[:2]))
    assert found.first.tolist() == found.second.tolist() == [math.inf, math.inf]
    assert not found.enough


def test_a_large_index_is_asked_about_every_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    found = rehearse(index_of(*CHOIR.voices))
    assert found.singers.tolist() == ["Ann", "Ben"]
    assert found.first.tolist() == [4, 3]  # the others still count as neighbours


def test_only_the_register_counts() -> None:
    choir = index_of(
        voice("a", "Ann", 0, pitch=66), voice("b", "Ben", 1, pitch=53.9), voice("c", "Cy", 3, pitch=math.nan)
    )
    assert rehearse(choir).at(60).singers.tolist() == ["Ann"]
    assert len(rehearse(choir).at(math.nan)) == 0


def test_the_margin_that_one_stranger_in_twenty_exceeds() -> None:
    margins = [float(number) for number in range(1, 41)]
    assert rehearsed([1.0] * 18, margins[:18]).margin_needed() == math.inf  # too few to tell
    assert (
        rehearsed([1.0] * 19, margins[:19]).margin_needed() == 19
    )  # none exceeds it: with the one asked about 1 in 20
    assert rehearsed([1.0] * 39, margins[:39]).margin_needed() == 38  # one exceeds it: with the one asked about 2 in 40
    assert rehearsed([2.0] * 19, margins[:19]).margin_needed() == 9.5
    assert (
        rehearsed([1.0] * 20, [*margins[:19], math.inf]).margin_needed() == 19
    )  # without a third singer there is none


def test_near_and_reach() -> None:
    ascending = [float(number) for number in range(1, 40)]
    assert rehearsed(ascending[:18]).near() == 0
    assert (rehearsed(ascending[:19]).near(), rehearsed(ascending).near()) == (1, 2)
    ones = [1.0] * 39
    assert rehearsed(ones[:18], own=ascending[:18]).reach() == math.inf
    assert rehearsed(ones[:19], own=ascending[:19]).reach() == 19
    assert rehearsed(ones, own=ascending).reach() == 38
    assert rehearsed(ones, own=[*ascending[:19], *[math.inf] * 20]).reach() == 19  # the others have no second recording


def of_singers(*own: list[float]) -> Rehearsal:
    """Recordings of singers 0, 1, ..., each with how far theirs lie from one another."""
    count = sum(map(len, own))
    singers = np.repeat([f"singer {number}" for number in range(len(own))], [len(its) for its in own])
    nowhere = np.full(count, math.inf)
    return Rehearsal(singers, np.full(count, 60.0), np.concatenate(own), nowhere, nowhere)


def test_how_far_a_singers_own_recordings_reach() -> None:
    """The others of 1, 2 and 4 have the medians 3, 2.5 and 1.5; 4 is 8/3 times that of its own, and the farthest."""
    alike = [[1.0, 1.0, 1.0]] * 6
    found = of_singers([1.0, 2.0, 4.0], *alike)
    assert found.own_reach("singer 0") == pytest.approx(2 * 8 / 3)
    assert found.own_reach("singer 1") == pytest.approx(8 / 3)
    # one in twenty may lie farther: of 39 and the one that is asked about, the farthest does not count
    assert of_singers([1.0, 2.0, 4.0], *alike, *alike).own_reach("singer 1") == pytest.approx(1)
    assert of_singers([1.0, 2.0, 4.0], *alike[1:]).own_reach("singer 0") == math.inf  # 18 are too few to tell
    assert of_singers([5.0, math.inf, 5.0], *alike, [1.0]).own_reach("singer 0") == math.inf  # two show no spread
    assert found.own_reach("a singer of another pitch") == math.inf
    assert of_singers([0.0, 0.0, 5.0], *alike, *alike).own_reach("singer 0") == math.inf  # on a line between others


@given(st.lists(st.integers(0, 9), min_size=2, max_size=9))
def test_the_median_of_all_others(values: list[int]) -> None:
    ascending = np.sort(np.array(values, float))
    expected = [np.median(np.delete(ascending, place)) for place in range(len(ascending))]
    assert _medians_of_others(ascending).tolist() == expected


def test_enough_is_nineteen_recordings_of_three_singers() -> None:
    assert rehearsed([1.0] * 19, [2.0] * 19).enough
    assert not rehearsed([1.0] * 18, [2.0] * 18).enough
    assert not rehearsed([1.0] * 19, [2.0] * 19, singers=2).enough


def test_a_calibration_is_borne_out_where_first_answers_are_right_as_often_as_it_says() -> None:
    """Half of the answers are strangers', and wrong. At 0 a probability is 0.88, at 9 it is 0."""
    count = FEWEST
    far, near = [9.0] * count, [0.0] * count
    assert rehearsed(far, own=near).calibration_error(CALIBRATION) == pytest.approx(0.5 * (1 - 0.8808), abs=1e-4)
    assert rehearsed(far, own=near).bears_out(CALIBRATION)
    assert rehearsed(near, own=far).calibration_error(CALIBRATION) == pytest.approx(0.8808, abs=1e-4)
    assert not rehearsed(near, own=far).bears_out(CALIBRATION)
    assert rehearsed(far[1:], own=near[1:]).calibration_error(CALIBRATION) is None
    assert not rehearsed(far[1:], own=near[1:]).bears_out(CALIBRATION)
    unknown = CALIBRATION.model_copy(update={"pairs": 0})
    assert not rehearsed(far, own=near).bears_out(unknown)


def test_margins() -> None:
    shown = margin_of(np.array([1.0, 0.0, 0.0, 2.0]), np.array([1.5, 0.0, 1.0, 2.0]))
    assert shown.tolist() == [1.5, 1.0, math.inf, 1.0]


SOME = st.lists(st.integers(1, 60), min_size=20, max_size=70)


@pytest.mark.slow
@given(margins=SOME)
def test_whichever_recording_is_the_new_one_few_would_be_clear(margins: list[int]) -> None:
    """The guarantee: of n strangers, each in turn judged by the others, at most one in twenty exceeds the margin."""
    clear = 0
    for asked, margin in enumerate(margins):
        others = [float(value) for place, value in enumerate(margins) if place != asked]
        clear += margin > rehearsed([1.0] * len(others), others).margin_needed()
    assert clear <= len(margins) // ONE_IN


@pytest.mark.slow
@given(distances=SOME)
def test_whichever_recording_is_the_new_one_few_are_near_or_out_of_reach(distances: list[int]) -> None:
    near = far = 0
    for asked, distance in enumerate(distances):
        others = [float(value) for place, value in enumerate(distances) if place != asked]
        near += distance < rehearsed(others).near()
        far += distance > rehearsed([1.0] * len(others), own=others).reach()
    assert max(near, far) <= len(distances) // ONE_IN


@given(margins=st.lists(st.floats(1, 50), min_size=19, max_size=60), more=st.floats(1, 50))
def test_more_recordings_never_leave_the_verdict_undecided(margins: list[float], more: float) -> None:
    for some in ([*margins], [*margins, more]):
        assert math.isfinite(rehearsed([1.0] * len(some), some).margin_needed())


PLACES = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=12)


@given(places=PLACES, singers=st.integers(1, 4))
def test_distances_are_those_of_plain_loops(places: list[tuple[int, int]], singers: int) -> None:
    """At the very place of the one that is asked about lies a copy."""
    choir = [voice(f"{number:02d}", f"singer {number % singers}", *place) for number, place in enumerate(places)]
    found = rehearse(VoiceIndex("m", tuple(choir)))
    for row, one in enumerate(choir):
        of_singer: dict[str, list[tuple[int, int]]] = {}
        for place, other in zip(places, choir, strict=True):
            if place != places[row]:
                of_singer.setdefault(other.singer, []).append(place)
        away = {singer: distance_to_span(places[row], some) for singer, some in of_singer.items()}
        own = away.pop(one.singer, math.inf)
        others = [*sorted(away.values()), math.inf, math.inf]
        expected = pytest.approx((own, *others[:2]), abs=1e-6)
        assert (found.own[row], found.first[row], found.second[row]) == expected
