import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio.band import UNKNOWN, Band
from pipeline.errors import BadInputError
from singing_style.likeness import find_similar
from singing_style.verdict import Answer, explain
from singing_style.voice_index import Voice, VoiceIndex
from tests.singing_style.made_up import CALIBRATION, distance_to_span, index_of, performance, voice

QUERY = performance("query", [[0, 0]], [0])
CHOIR = (
    voice("ann/1", "Ann", 3, 0),
    voice("ann/2", "Ann", 0, 1),
    voice("ben/1", "Ben", 0.5, 0),
    voice("cleo/1", "Cleo", 0, 2),
)


def ranked(index: VoiceIndex, **options: object) -> list[tuple[str, str, float]]:
    found = find_similar(QUERY, index, CALIBRATION, **options)  # type: ignore[arg-type]
    return [(one.voice.singer, one.voice.path, one.distance) for one in found.likenesses]


def test_each_singer_is_ranked_by_all_their_performances() -> None:
    """Ann's line from (0, 1) to (3, 0) passes the query at root 0.9, a tenth of the way."""
    ann = ("Ann", "ann/2", pytest.approx(math.sqrt(0.9)))
    assert ranked(index_of(*CHOIR)) == [("Ben", "ben/1", 0.5), ann, ("Cleo", "cleo/1", 2.0)]
    assert ranked(index_of(*CHOIR), top=1) == [("Ben", "ben/1", 0.5)]


def test_the_performances_that_answered_are_named_the_nearer_first() -> None:
    ben, ann, cleo = find_similar(QUERY, index_of(*CHOIR), CALIBRATION).likenesses
    assert [[one.path for one in singer.answered] for singer in (ben, ann, cleo)] == [
        ["ben/1"],
        ["ann/2", "ann/1"],
        ["cleo/1"],
    ]
    assert ann.comparison.distance == 1.0  # of the query and ann/2
    assert ann.probability == pytest.approx(1 / (1 + math.exp(4 * math.sqrt(0.9) - 2)))
    beyond = index_of(voice("ann/1", "Ann", 3, 0), voice("ann/2", "Ann", 1, 0))
    (ann,) = find_similar(QUERY, beyond, CALIBRATION).likenesses
    assert ([one.path for one in ann.answered], ann.distance) == (["ann/2"], 1.0)


def test_a_singer_of_many_performances_hides_nobody() -> None:
    crowd = [voice(f"dora/{number}", "Dora", 0.1 + number / 1000, 0) for number in range(200)]
    assert ranked(index_of(*crowd, *CHOIR), top=2) == [
        ("Dora", "dora/0", pytest.approx(0.1)),
        ("Ben", "ben/1", 0.5),
    ]


def test_the_file_itself_is_reported_and_left_out() -> None:
    twins = (voice("q.wav", "Me", 0, 0, content="q"), voice("copy.wav", "I", 0, 0, content="q"))
    found = find_similar(QUERY, index_of(*twins, *CHOIR), CALIBRATION, contents=["p", "q"])
    assert [one.singer for one in found.own] == ["Me", "I"]
    assert found.lost == ["I", "Me"]
    assert [one.voice.singer for one in found.likenesses] == ["Ben", "Ann", "Cleo"]
    with pytest.raises(BadInputError, match="nothing but this very file"):
        find_similar(QUERY, index_of(*twins), CALIBRATION, contents=["q"])


def test_the_share_of_impostor_pairs_farther_apart_is_reported() -> None:
    """Ann and Ben are 2.5 and root 1.25 apart, Ben and Cleo root 4.25, Ann and Cleo root 13 and 1."""
    found = find_similar(QUERY, index_of(*CHOIR), CALIBRATION)
    assert [one.share_of_impostors_farther for one in found.likenesses] == [1.0, 0.8, pytest.approx(0.6)]
    assert found.impostors_accepted == 0  # none lies within the threshold of 0.5
    assert not found.calibration_holds  # four recordings do not show it
    alone = find_similar(QUERY, index_of(CHOIR[0]), CALIBRATION)
    assert alone.impostors_accepted is None
    assert (str(alone.verdict), alone.verdict.nearest) == ("undecided", "Ann")
    assert alone.likenesses[0].share_of_impostors_farther is None


def test_the_query_comes_first_in_the_moments() -> None:
    query = performance("query", [[9, 9], [0, 0]], [0, 6])
    (one,) = find_similar(query, index_of(CHOIR[2]), CALIBRATION).likenesses
    (moment,) = one.comparison.moments
    assert (moment.one, moment.other, moment.distance) == (6.0, 0.0, 0.5)


PLACES = st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=12)


@pytest.mark.slow
@given(places=PLACES, singers=st.integers(1, 4), top=st.integers(1, 5))
def test_singers_are_those_of_a_plain_sort(places: list[tuple[int, int]], singers: int, top: int) -> None:
    choir = [voice(f"{number:02d}", f"singer {number % singers}", *place) for number, place in enumerate(places)]
    expected = {
        name: distance_to_span((0, 0), places[number::singers])
        for number, name in enumerate(dict.fromkeys(one.singer for one in choir))
    }
    found = ranked(index_of(*choir), top=top)
    assert [at for _, _, at in found] == pytest.approx(sorted(expected.values())[:top], abs=1e-6)
    assert {name: at for name, _, at in found} == pytest.approx(
        {name: expected[name] for name, _, _ in found}, abs=1e-6
    )


TELEPHONE, WIDE = Band(300.0, 3400.0), Band(0.0, 11025.0)


def with_band(one: Voice, band: Band) -> Voice:
    return replace(one, performance=replace(one.performance, band=band))


def crowd(near: Band, far: Band) -> VoiceIndex:
    """Ann at 1 and 1.1, in one band; nineteen others at 9 and more, in another."""
    anns = [with_band(voice(f"ann/{n}", "Ann", 1 + n / 10, 0), near) for n in range(2)]
    others = [with_band(voice(f"{n}/{m}", f"singer {n}", 9.0 * n, m), far) for n in range(1, 11) for m in range(2)]
    return index_of(*anns, *others)


@pytest.mark.parametrize(
    ("query", "near", "far", "answer"),
    [
        (WIDE, WIDE, WIDE, Answer.CLEAR),
        (UNKNOWN, WIDE, TELEPHONE, Answer.CLEAR),
        (TELEPHONE, TELEPHONE, TELEPHONE, Answer.CLEAR),
        (TELEPHONE, WIDE, WIDE, Answer.UNDECIDED),
        (WIDE, TELEPHONE, WIDE, Answer.UNDECIDED),
        (WIDE, WIDE, TELEPHONE, Answer.UNDECIDED),
    ],
)
def test_between_bands_nothing_is_clear(query: Band, near: Band, far: Band, answer: Answer) -> None:
    found = find_similar(replace(QUERY, band=query), crowd(near, far), CALIBRATION)
    assert found.verdict.answer is answer
    assert [bool(one.unlike) for one in found.likenesses] == [
        query.differs(near),
        *[query.differs(far)] * 4,
    ]
    if answer is Answer.UNDECIDED:
        assert "another band, so their distances tell little of who sings" in found.verdict.unlike
        assert found.verdict.singers == ()


def test_nobody_is_found_only_where_all_singers_could_be() -> None:
    """Ann, Ben and eight more sing at 0 in the query's band; Zoe is known by telephone alone."""
    here = [with_band(voice(f"{n}/{m}", f"singer {n}", 2.0 * n, m), WIDE) for n in range(10) for m in range(2)]
    far = replace(performance("far", [[0, 40]], [0]), band=WIDE)
    assert find_similar(far, index_of(*here), CALIBRATION).verdict.answer is Answer.NOBODY
    zoe = with_band(voice("zoe/1", "Zoe", 99, 99), TELEPHONE)
    assert find_similar(far, index_of(*here, zoe), CALIBRATION).verdict.answer is Answer.UNDECIDED
    also = with_band(voice("zoe/2", "Zoe", 99, 98), WIDE)
    assert find_similar(far, index_of(*here, zoe, also), CALIBRATION).verdict.answer is Answer.NOBODY


@pytest.mark.parametrize(("seconds", "answer"), [(3.0, Answer.NOBODY), (2.0, Answer.NOBODY), (1.9, Answer.UNDECIDED)])
def test_a_query_of_less_than_half_the_singing_is_not_nobodys(seconds: float, answer: Answer) -> None:
    """Beside recordings of 4 s: it lies far from everybody, its own singer included."""
    here = [with_band(voice(f"{n}/{m}", f"singer {n}", 2.0 * n, m), WIDE) for n in range(10) for m in range(2)]
    index = index_of(*(replace(one, performance=replace(one.performance, voiced_seconds=4.0)) for one in here))
    far = replace(performance("far", [[0, 40]], [0]), band=WIDE, voiced_seconds=seconds)
    verdict = find_similar(far, index, CALIBRATION).verdict
    assert verdict.answer is answer
    assert verdict.unlike.startswith("this recording holds 2 s of singing and those of the index 4 s, so it lies") == (
        answer is Answer.UNDECIDED
    )


def lasting(index: VoiceIndex, *seconds: float) -> VoiceIndex:
    """Return the index with so many seconds of singing in its recordings."""
    voices = zip(index.voices, seconds, strict=True)
    return index_of(*(replace(one, performance=replace(one.performance, voiced_seconds=its)) for one, its in voices))


@pytest.mark.parametrize(("seconds", "in_part"), [(3.0, False), (9.0, False), (9.1, True), (float("nan"), False)])
def test_of_a_query_of_more_than_three_times_the_singing_a_part_is_asked(seconds: float, in_part: bool) -> None:
    """Beside recordings of 2, 3, 3 and 100 s: the median decides, not the mean."""
    index = lasting(index_of(*CHOIR), 2.0, 3.0, 3.0, 100.0)
    query = performance("query", [[0, 0]] * 10, range(10), seconds=11)
    assert bool(find_similar(replace(query, voiced_seconds=seconds), index, CALIBRATION).part) == in_part


@pytest.mark.parametrize("seconds", [41.0, 4100.0])
def test_the_part_is_evenly_spread_and_holds_three_times_the_singing(seconds: float) -> None:
    """Forty clips of 2 s within 41 s, of which 30.75 are sung, hold 1.5 s each: of 6 s, four are asked, at 5 to 35.

    These four lie at Ann, all others at Ben. Whether the rest of the recording is quiet does not matter.
    """
    clips = [[0.0, 1.0] if place % 10 == 5 else [0.5, 0.0] for place in range(40)]
    query = replace(performance("query", clips, range(40), seconds=seconds), voiced_seconds=30.75)
    found = find_similar(query, lasting(index_of(*CHOIR), *[2.0] * 4), CALIBRATION)
    first = found.likenesses[0]
    assert (first.voice.singer, first.distance) == ("Ann", 0.0)
    assert first.comparison.moments[0].one == 5.0
    assert found.part == (
        "to compare like with like, only 6 s of its 31 s of singing were heard, spread evenly: the recordings of the "
        "index hold about 2 s each (takes joined by index --join hold more)"
    )


def test_where_all_clips_hold_no_more_there_is_no_part() -> None:
    """Two clips of 2 s, of 30 s of singing that is too thinly spread to be judged."""
    query = replace(performance("query", [[0, 1], [0.5, 0]], [5, 300], seconds=600), voiced_seconds=30.0)
    found = find_similar(query, lasting(index_of(*CHOIR), *[2.0] * 4), CALIBRATION)
    assert (found.part, found.verdict.unlike) == ("", "")


def test_without_a_pitch_there_is_neither_verdict_nor_probability() -> None:
    found = find_similar(replace(QUERY, pitch=math.nan), crowd(WIDE, WIDE), CALIBRATION)
    assert found.verdict.answer is Answer.UNDECIDED
    assert found.doubt.startswith("no pitch was found in this recording")
    assert explain(found.verdict) == [found.doubt]


def test_a_part_has_a_verdict_as_the_whole_of_a_shorter_one_has() -> None:
    here = [with_band(voice(f"{n}/{m}", f"singer {n}", 2.0 * n, m), WIDE) for n in range(10) for m in range(2)]
    index = lasting(index_of(*here), *[1.0] * 20)
    long = replace(performance("long", [[0, 0.5]] * 30, range(30), seconds=40), band=WIDE)
    short = replace(performance("short", [[0, 0.5]], [0], seconds=2), band=WIDE)
    asked, whole = (find_similar(one, index, CALIBRATION) for one in (long, short))
    assert (asked.verdict, bool(asked.part), whole.part) == (whole.verdict, True, "")
    assert asked.verdict.answer is Answer.CLEAR
