import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from singing_style.likeness import find_similar
from singing_style.rehearsal import Rehearsal
from singing_style.verdict import Answer, Verdict, decide, explain
from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import CALIBRATION, index_of, performance, voice

# Nineteen recordings: strangers come as near as 2 and show margins up to 1.5; own recordings lie within 3. None is by
# Ann or Ben, so that how near strangers come decides what is near enough.
COLLECTION = Rehearsal(
    singers=np.array([f"singer {number % 5}" for number in range(19)]),
    pitches=np.full(19, 60.0),
    own=3 - np.arange(19) / 8,
    first=2 + np.arange(19) / 8,
    second=1.5 * (2 + np.arange(19) / 8),
)
SMALL = Rehearsal(*(values[:18] for values in vars(COLLECTION).values()))


def asked(*distances: float, collection: Rehearsal = COLLECTION) -> Verdict:
    return decide(["Ann", "Ben", "Cleo", "Dora", "Eve"][: len(distances)], distances, collection)


@pytest.mark.parametrize(
    ("distances", "answer", "words"),
    [
        ((1.0, 1.6, 4.0), Answer.CLEAR, "clearly Ann"),
        ((1.0, 1.5, 4.0), Answer.UNCLEAR, "Ann, Ben or nobody here"),  # a margin of 1.5 has been shown by a stranger
        ((1.0, 1.4, 1.5, 4.0), Answer.UNCLEAR, "Ann, Ben, Cleo or nobody here"),
        ((1.0, 1.1, 1.2, 1.3, 1.4), Answer.UNCLEAR, "Ann, Ben, Cleo, others or nobody here"),
        ((2.0, 9.0), Answer.UNCLEAR, "Ann or nobody here"),  # a stranger has come as near
        ((2.0, 2.5, 9.0), Answer.UNCLEAR, "Ann, Ben or nobody here"),
        ((3.0, 9.0), Answer.UNCLEAR, "Ann or nobody here"),
        (
            (3.1, 9.0),
            Answer.UNCLEAR,
            "Ann in a new song or mood, or nobody here",
        ),  # no stranger has shown such a margin
        ((3.1, 4.7), Answer.UNCLEAR, "Ann in a new song or mood, or nobody here"),
        ((3.1, 4.6), Answer.NOBODY, "nobody here"),
        ((0.0, 0.0), Answer.UNCLEAR, "Ann, Ben or nobody here"),
        ((0.0, 0.1), Answer.CLEAR, "clearly Ann"),
    ],
)
def test_the_verdict(distances: tuple[float, ...], answer: Answer, words: str) -> None:
    verdict = asked(*distances)
    assert (verdict.answer, str(verdict)) == (answer, words)
    assert (verdict.needed, verdict.near, verdict.reach) == (1.5, 2, 3)
    assert (verdict.nearest, verdict.second, verdict.distance) == ("Ann", "Ben", distances[0])
    assert (verdict.recordings, verdict.recorded_singers) == (19, 5)


# As near and as far, but Ben's recordings lie at 3 from the others, and Ann's at 1, with one at 1.5.
VARIED = Rehearsal(
    singers=np.array(["Ann", "Ben", "Cleo"] * 6 + ["Ann"]),
    pitches=np.full(19, 60.0),
    own=np.array([1.0, 3.0, 1.0] * 6 + [1.5]),
    first=COLLECTION.first,
    second=COLLECTION.second,
)


def test_how_far_the_singers_own_recordings_lie_apart_decides_what_is_near_enough() -> None:
    """Once in twenty, one lies at more than 1.5 times the median of its singer's others: at 1.5 from Ann, 4.5 from Ben.

    That strangers come nearer than 2 only once in twenty does not count beside that.
    """
    near, far = asked(1.4, 9.0, collection=VARIED), asked(1.6, 9.0, collection=VARIED)
    assert (near.answer, str(near)) == (Answer.CLEAR, "clearly Ann")
    assert (far.answer, str(far)) == (Answer.UNCLEAR, "Ann or nobody here")
    assert (far.near, far.reach, far.by_own) == (1.5, 3, True)
    assert explain(far) == [
        "Ann is at 1.600; clear takes less than 1.500, as far as recordings by Ann lie apart",
        "Ben is 5.62 times as far; clear takes more than 1.50",
        "each 19 times in 20, going by 19 recordings of 3 singers at about this pitch",
    ]
    for distance, answer in ((4.4, Answer.CLEAR), (4.6, Answer.UNCLEAR)):
        wide = decide(["Ben", "Ann"], [distance, 9.0], VARIED)
        assert (wide.near, wide.reach, wide.answer) == (4.5, 4.5, answer)
    assert decide(["Ben", "Ann"], [4.4, 5.0], VARIED).answer is Answer.UNCLEAR
    assert decide(["Ben", "Ann"], [4.6, 5.0], VARIED).answer is Answer.NOBODY


def test_a_small_collection_gives_no_verdict() -> None:
    for verdict in (asked(1.0, 9.0, collection=SMALL), asked(1.0)):
        assert (verdict.answer, str(verdict), verdict.singers) == (Answer.UNDECIDED, "undecided", ())
        assert verdict.needed is verdict.near is verdict.reach is None
    assert asked(1.0).margin is None
    assert explain(asked(1.0, 9.0, collection=SMALL)) == [
        "it takes 19 recordings of 3 singers at about this pitch to tell what is clear, and the index has 18 "
        "recordings of 5 singers; joined takes count as one; index more, or go by the distances"
    ]


def test_recordings_that_are_copies_show_nothing() -> None:
    copies = replace(COLLECTION, second=np.full(19, np.inf))
    assert explain(asked(1.0, 9.0, collection=copies)) == [
        "most of the 19 recordings in the index at about this pitch sound the same as others, so they do not show what "
        "is clear; index more, or go by the distances"
    ]


def test_where_nobody_sings_at_this_pitch_that_is_said() -> None:
    verdict = replace(asked(1.0, 9.0, collection=SMALL), recordings=0, recorded_singers=0)
    assert explain(verdict) == [
        "no recording in the index is known to be of about this pitch; index more, or go by the distances"
    ]


def test_the_explanation_names_the_margin_that_decides() -> None:
    judged = "each 19 times in 20, going by 19 recordings of 5 singers at about this pitch"
    assert explain(asked(1.0, 1.6)) == [
        "Ann is at 1.000; clear takes less than 2.000, nearer than strangers come",
        "Ben is 1.60 times as far; clear takes more than 1.50",
        judged,
    ]
    far = "Ann is at 3.100, and the recordings of a singer here lie within 3.000 of the others"
    assert explain(asked(3.1, 9.3)) == [far, "Ben is 3.00 times as far; clear takes more than 1.50", judged]
    assert explain(asked(3.1, 3.1)) == [
        far,
        "Ben is 1.00 times as far; clear takes more than 1.50",
        judged,
        "it may still be Ann or somebody else here, in a song or mood that is not indexed",
    ]


@given(distances=st.lists(st.floats(0.1, 5), min_size=2, max_size=5), scale=st.sampled_from([0.25, 2.0, 1024.0]))
def test_the_unit_of_distance_does_not_matter(distances: list[float], scale: float) -> None:
    near, far = sorted(distances), sorted(scale * distance for distance in distances)
    larger = Rehearsal(
        COLLECTION.singers, COLLECTION.pitches, *(scale * values for values in list(vars(COLLECTION).values())[2:])
    )
    one, other = asked(*near), asked(*far, collection=larger)
    assert (one.answer, one.singers) == (other.answer, other.singers)


@given(distances=st.lists(st.floats(0.1, 5), min_size=2, max_size=5))
def test_the_nearest_is_named_unless_it_is_nobody(distances: list[float]) -> None:
    verdict = asked(*sorted(distances))
    assert verdict.singers[:1] == (() if verdict.answer is Answer.NOBODY else ("Ann",))
    assert (len(verdict.singers) == 1) >= (verdict.answer is Answer.CLEAR)


POINTS = st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=8, max_size=16)


@pytest.mark.slow
@given(places=POINTS, at=st.tuples(st.integers(-9, 9), st.integers(-9, 9)))
def test_a_wrong_singer_shows_no_greater_margin_than_to_a_stranger(
    places: list[tuple[int, int]], at: tuple[int, int]
) -> None:
    """Why margins that strangers do not show are safe for known singers too."""
    choir = index_of(*(voice(f"{number}", f"singer {number % 4}", *place) for number, place in enumerate(places)))
    query = performance("query", [at], [0])
    known = find_similar(query, choir, CALIBRATION).verdict
    right = "singer 0"
    away = VoiceIndex("the model", tuple(one for one in choir.voices if one.singer != right))
    stranger = find_similar(query, away, CALIBRATION).verdict
    if known.nearest != right and known.margin is not None and stranger.margin is not None:
        assert (stranger.nearest, stranger.distance) == (known.nearest, known.distance)
        assert stranger.margin >= known.margin or math.isclose(stranger.margin, known.margin)


@pytest.mark.slow
def test_few_strangers_and_hardly_a_wrong_singer_are_clear() -> None:
    """Three made-up choirs; a singer's recordings scatter about them by a fifth of what singers scatter by."""
    asked_about = right = wrong = strangers = 0
    for seed in range(3):
        rng = np.random.default_rng(seed)
        places = rng.normal(size=(12, 1, 6)) + 0.2 * rng.normal(size=(12, 4, 6))
        choir = index_of(
            *(voice(f"{who}/{n}", f"singer {who}", *places[who, n]) for who in range(12) for n in range(4))
        )
        for one in choir.voices:
            verdict = find_similar(one.performance, choir, CALIBRATION, contents=one.contents).verdict
            asked_about += 1
            right += verdict.answer is Answer.CLEAR and verdict.nearest == one.singer
            wrong += verdict.answer is Answer.CLEAR and verdict.nearest != one.singer
            away = VoiceIndex("the model", tuple(other for other in choir.voices if other.singer != one.singer))
            strangers += find_similar(one.performance, away, CALIBRATION).verdict.answer is Answer.CLEAR
    assert right >= 0.7 * asked_about
    assert wrong <= 0.05 * (right + wrong)
    assert strangers <= 0.05 * asked_about
