import numpy as np
import pytest

from pipeline.analysis.collection import Collection
from pipeline.errors import BadInputError
from pipeline.model.known_pairs import KnownPairs


def performances(*rows: tuple[str, str, float]) -> Collection:
    singers, songs, places = zip(*rows, strict=True)
    names = np.array([f"{singer}-{song}-{number}" for number, (singer, song, _) in enumerate(rows)])
    count = len(rows)
    return Collection(np.array(places)[:, None], names, np.array(singers), np.array(songs), np.zeros(count, np.int32))


def pair(collection: Collection) -> KnownPairs:
    return KnownPairs.of(collection, np.random.default_rng(0), "here")


def test_pairs_by_hand() -> None:
    known = pair(
        performances(("ann", "x", 0.0), ("ann", "y", 1.0), ("ann", "z", 3.0), ("ben", "x", 10.0), ("ben", "y", 20))
    )
    assert sorted(known.distances[known.same_singer]) == [1, 2, 3, 10]
    # ann's x with ben's y, ann's y with ben's x, ann's z with both
    assert sorted(known.distances[~known.same_singer]) == [7, 9, 17, 20]
    assert known.singers == 2
    weight = dict(zip(known.distances.tolist(), known.weights.tolist(), strict=True))
    assert weight[1] == weight[2] == weight[3] == pytest.approx(1 / 12)  # a quarter for each of two singers
    assert weight[10] == pytest.approx(1 / 4)
    assert [weight[one] for one in (7, 9, 17, 20)] == pytest.approx([1 / 8] * 4)


def test_every_two_singers_weigh_the_same() -> None:
    rows = [("ann", song, 0.0) for song in "xyz"] + [("ben", "x", 1.0), ("ben", "y", 1.0), ("eve", "x", 5.0)]
    known = pair(performances(*rows))
    others = known.weights[~known.same_singer]
    distance = known.distances[~known.same_singer]
    assert [others[distance == apart].sum() for apart in (1, 4, 5)] == pytest.approx([1 / 6] * 3)


@pytest.mark.parametrize(
    ("rows", "lacking"),
    [
        ([("ann", "x", 0.0), ("ann", "y", 1.0)], "different singers"),
        ([("ann", "x", 0.0), ("ben", "y", 1.0)], "the same singer"),
        ([("ann", "x", 0.0), ("ann", "x", 1.0), ("ben", "x", 2.0)], "the same singer"),
    ],
)
def test_both_answers_must_occur(rows: list[tuple[str, str, float]], lacking: str) -> None:
    with pytest.raises(BadInputError, match=f"^here: no two performances of different songs by {lacking}"):
        pair(performances(*rows))


def test_pairs_are_within_a_corpus_and_corpora_weigh_the_same() -> None:
    """The demo has three singers, the other corpus two; far apart as they lie, no pair is from both."""
    demo = [
        (f"demo::{name}", f"demo::{song}", place) for name, place in zip("abc", (0, 1, 2), strict=True) for song in "xy"
    ]
    real = [
        (f"real::{name}", f"real::{song}", 1000.0 + place)
        for name, place in zip("de", (0, 50), strict=True)
        for song in "xy"
    ]
    known = pair(performances(*demo, *real))
    assert known.corpora == ("demo", "real")
    assert known.singers == 5
    assert known.distances.max() == 50
    # of two singers: of the demo 3 pairs of singers, two ways each; of the other 1
    assert sorted(known.distances[~known.same_singer]) == [1, 1, 1, 1, 2, 2, 50, 50]
    assert known.weights[known.distances == 50].sum() == pytest.approx(1 / 4)
    assert known.weights[known.same_singer] == pytest.approx([1 / 12] * 3 + [1 / 8] * 2)
    assert known.weights.sum() == pytest.approx(1)


def test_a_corpus_without_pairs_of_one_kind_gives_none() -> None:
    rows = [(f"demo::{name}", f"demo::{song}", 0.0) for name in "ab" for song in "xy"]
    known = pair(performances(*rows, ("real::c", "real::x", 5.0), ("real::d", "real::y", 9.0)))
    assert (known.corpora, known.singers, len(known)) == (("demo",), 2, 4)


def test_kinds_that_only_different_corpora_have_are_refused() -> None:
    rows = [
        ("demo::a", "demo::x", 0.0),
        ("demo::a", "demo::y", 0.0),
        ("real::c", "real::x", 5.0),
        ("real::d", "real::y", 9.0),
    ]
    with pytest.raises(BadInputError, match="^here: no corpus has pairs of both kinds"):
        pair(performances(*rows))
