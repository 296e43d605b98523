from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier

from pipeline.analysis.neighbours import ceiling, chance, outcomes, why_unanswerable

Labels = NDArray[Any]


def accuracies(
    vectors: NDArray[Any], labels: Labels, ks: list[int], excluded: Labels | None = None, **options: Any
) -> dict[int, float]:
    return {k: float(np.mean(right)) for k, right in outcomes(vectors, labels, ks, excluded, **options).items()}


def on_a_line(*positions: float) -> NDArray[np.float32]:
    return np.array(positions, np.float32)[:, None]


def balanced(singers: int, songs: int) -> tuple[Labels, Labels]:
    return np.repeat(np.arange(singers), songs), np.tile(np.arange(songs), singers)


def test_nearest_neighbour_by_hand() -> None:
    # 0 -> 1 (a, right); 1 -> 0 (a, right); 3 -> 1 (a, wrong); 10 -> 3 (b, right)
    assert accuracies(on_a_line(0, 1, 3, 10), np.array(list("aabb")), [1]) == {1: 0.75}


def test_outcomes_are_returned_for_each_performance() -> None:
    (right,) = outcomes(on_a_line(0, 1, 3, 10), np.array(list("aabb")), [1]).values()
    assert right.tolist() == [True, True, False, True]


def test_queries_stand_for_performances_only_while_these_are_classified() -> None:
    # row 0 asks from 9, beside b at 10; rows 1 to 3 ask from where they are, and meet row 0 at 0, not at 9
    queries, gallery = on_a_line(9, 1, 8, 10), on_a_line(0, 1, 8, 10)
    (right,) = outcomes(gallery, np.array(list("aabb")), [1], queries=queries).values()
    assert right.tolist() == [False, True, True, True]


def test_a_query_never_meets_its_own_row() -> None:
    # row 0 asks from where row 0 lies: its nearest other is row 1 (b)
    (right,) = outcomes(on_a_line(0, 2, 5), np.array(list("aba")), [1], queries=on_a_line(0, 0, 0)).values()
    assert right.tolist() == [False, False, True]


def test_majority_outvotes_the_nearest() -> None:
    # k = 1: the b at 0.1 is nearest to 0 and to 1, the a at 0 to the b; k = 3: a wins everywhere
    assert accuracies(on_a_line(0, 1, 2, 0.1), np.array(list("aaab")), [1, 3]) == {1: 0.25, 3: 0.75}


def is_first_right(neighbours: str, label: str, k: int) -> bool:
    """Classify one performance among neighbours of these classes, from near to far."""
    labels = np.array([label, *neighbours])
    first_meets_all_others_meet_the_first = np.array([0] + [1] * len(neighbours))
    at = on_a_line(*range(len(labels)))
    share = accuracies(at, labels, [k], excluded=first_meets_all_others_meet_the_first)[k]
    return round(share * len(labels)) - neighbours.count(label) == 1


@pytest.mark.parametrize(("k", "right"), [(1, True), (2, True), (3, False), (4, True), (5, True)])
def test_tied_vote_goes_to_the_nearest_among_the_tied(k: int, right: bool) -> None:
    # votes for a and b: 1-0, 1-1, 1-2, 2-2, 2-2 (and one for c)
    assert is_first_right("abbac", "a", k) == right


@pytest.mark.parametrize(("label", "right"), [("a", False), ("b", True), ("c", False)])
def test_tied_vote_passes_over_a_nearer_class_with_fewer_votes(label: str, right: bool) -> None:
    # c is nearest but has one vote; a and b have two each, and b is nearer
    assert is_first_right("cbaba", label, 5) == right


def test_equal_distances_go_to_the_lower_row() -> None:
    # row 1 lies midway between row 0 (a) and row 2 (b)
    at = on_a_line(0, 1, 2)
    assert accuracies(at, np.array(["a", "a", "b"]), [1]) == {1: 2 / 3}  # 0 -> a, 1 -> row 0: a, 2 -> a
    assert accuracies(at, np.array(["b", "a", "a"]), [1]) == {1: 1 / 3}  # 0 -> a, 1 -> row 0: b, 2 -> a


def test_all_vectors_equal() -> None:
    # row 0 meets row 1 (a), all others meet row 0 (a)
    assert accuracies(np.zeros((4, 3)), np.array(list("aabb")), [1]) == {1: 0.5}


def test_excluded_neighbours_are_passed_over() -> None:
    # (singer, song): 0 (A, x), 1 (B, x), 2 (A, y), 3 (B, y). Else the nearest shares the song each time.
    singers, songs = np.array(list("ABAB")), np.array(list("xxyy"))
    at = on_a_line(0, 1, 3, 4.5)
    assert accuracies(at, singers, [1]) == {1: 0.0}
    # excluded: 0 -> 2 (A), 1 -> 2 (A), 2 -> 1 (B), 3 -> 1 (B)
    assert accuracies(at, singers, [1], excluded=songs) == {1: 0.5}


def test_fewer_than_k_neighbours_vote_all_the_same() -> None:
    labels = np.array(list("aaab"))
    at = on_a_line(0, 1, 2, 9)
    assert accuracies(at, labels, [3, 50]) == {3: 0.75, 50: 0.75}  # a wins everywhere


def test_no_neighbour_counts_as_wrong() -> None:
    labels = np.array(list("aab"))
    assert accuracies(on_a_line(0, 1, 2), labels, [1, 3], excluded=np.zeros(3)) == {1: 0.0, 3: 0.0}
    # only row 2 may meet others: it has row 0 nearest (a: wrong); 0 and 1 meet row 2 alone (b: wrong)
    assert accuracies(on_a_line(0, 1, 2), labels, [1], excluded=np.array([0, 0, 1])) == {1: 0.0}
    assert accuracies(on_a_line(0), np.array(["a"]), [1]) == {1: 0.0}


@pytest.mark.parametrize("k", [1, 3, 5, 9])
def test_agrees_with_scikit_learn(k: int) -> None:
    # two classes and odd k: no vote can tie; continuous coordinates: no distance can
    generator = np.random.default_rng(k)
    labels = generator.integers(0, 2, 60)
    vectors = generator.normal(size=(60, 5)) + labels[:, None] * 0.7
    expected = np.mean(KNeighborsClassifier(k).fit(vectors, labels).predict(None) == labels)  # leaves one out
    assert accuracies(vectors, labels, [k])[k] == pytest.approx(expected, abs=1e-12)


def test_nearest_of_many_classes_agrees_with_scikit_learn() -> None:
    generator = np.random.default_rng(1)
    labels = generator.integers(0, 15, 90)
    vectors = generator.normal(size=(15, 4))[labels] + generator.normal(size=(90, 4)) * 0.5
    expected = np.mean(KNeighborsClassifier(1).fit(vectors, labels).predict(None) == labels)  # leaves one out
    assert 0.1 < expected < 0.9
    assert accuracies(vectors, labels, [1])[1] == pytest.approx(expected, abs=1e-12)


@given(block=st.integers(1, 400), seed=st.integers(0, 50))
@settings(max_examples=25, deadline=None)
def test_blocks_do_not_change_the_result(block: int, seed: int) -> None:
    generator = np.random.default_rng(seed)
    vectors = generator.integers(0, 3, (20, 2))  # many equal distances
    singers, songs = balanced(5, 4)
    whole = accuracies(vectors.astype(np.float32), singers, [1, 3, 7], songs, block_distances=10**6)
    assert accuracies(vectors.astype(np.float32), singers, [1, 3, 7], songs, block_distances=block) == whole


@pytest.mark.slow
@given(
    vectors=arrays(np.float64, (12, 3), elements=st.floats(-1, 1), unique=True),
    order=st.permutations(range(12)),
)
@settings(max_examples=50, deadline=None)
def test_the_order_of_performances_does_not_matter(vectors: NDArray[np.float64], order: list[int]) -> None:
    distances = np.linalg.norm(vectors[:, None] - vectors, axis=2)[np.triu_indices(12, 1)]
    assume(len(np.unique(distances.round(9))) == len(distances))  # equal distances go by order, as they should
    singers, songs = balanced(3, 4)
    one = accuracies(vectors, singers, [1, 2, 3, 5], songs)
    assert accuracies(vectors[order], singers[order], [1, 2, 3, 5], songs[order]) == one


@given(st.permutations(range(3)))
def test_the_names_of_the_classes_do_not_matter(names: list[int]) -> None:
    singers, _ = balanced(3, 4)
    vectors = np.random.default_rng(0).normal(size=(12, 3))
    renamed = np.array(["Zoë", "Ann", "Mai"])[np.array(names)][singers]
    assert accuracies(vectors, renamed, [1, 2, 3]) == accuracies(vectors, singers, [1, 2, 3])


@pytest.mark.parametrize(("singers", "songs"), [(20, 4), (5, 2), (3, 6)])
def test_chance_of_the_nearest_is_the_share_of_same_class(singers: int, songs: int) -> None:
    singer, song = balanced(singers, songs)
    total, draws = singers * songs, 4000
    tolerance = 4 * 0.5 / np.sqrt(total * draws)
    for labels, same in ((singer, songs - 1), (song, singers - 1)):
        found = chance(labels, [1], draws, np.random.default_rng(0))[1]
        assert found == pytest.approx(same / (total - 1), abs=tolerance)


def test_chance_with_excluded_neighbours() -> None:
    singer, song = balanced(6, 4)
    # of the 18 of other songs, 3 are by the same singer
    found = chance(singer, [1], 4000, np.random.default_rng(0), excluded=song)[1]
    assert found == pytest.approx(3 / 18, abs=4 * 0.5 / np.sqrt(24 * 4000))


def test_chance_of_a_vote_by_hand() -> None:
    # a a b b: a performance meets one of its own class (s) and two others (o), in the orders soo, oso, oos.
    # k = 1 and k = 2 (ties to the nearest): right in 1 of 3. k = 3: the others always win.
    found = chance(np.array(list("aabb")), [1, 2, 3], 20000, np.random.default_rng(0))
    tolerance = 4 * 0.5 / np.sqrt(4 * 20000)
    assert found[1] == pytest.approx(1 / 3, abs=tolerance)
    assert found[2] == pytest.approx(1 / 3, abs=tolerance)
    assert found[3] == 0


@pytest.mark.slow
def test_chance_is_what_random_vectors_score() -> None:
    singer, song = balanced(4, 3)
    generator = np.random.default_rng(5)
    ks = [1, 2, 3, 4, 5, 20]
    scored = [accuracies(generator.normal(size=(12, 40)), singer, ks, song) for _ in range(1500)]
    expected = chance(singer, ks, 4000, generator, song)
    for k in ks:
        shares = np.array([one[k] for one in scored])
        assert np.mean(shares) == pytest.approx(expected[k], abs=4 * np.std(shares) / np.sqrt(len(shares)) + 0.01)


def test_chance_without_any_neighbour_is_none() -> None:
    assert chance(np.array(list("ab")), [1, 3], 10, np.random.default_rng(0), excluded=np.zeros(2)) == {
        1: 0,
        3: 0,
    }


def test_chance_repeats_with_its_seed() -> None:
    singer, song = balanced(5, 4)
    one, two, other = (chance(singer, [1, 5], 50, np.random.default_rng(seed), song) for seed in (7, 7, 8))
    assert one == two != other


@given(labels=st.lists(st.sampled_from("abc"), min_size=1, max_size=12), seed=st.integers(0, 9))
def test_chance_of_one_and_two_neighbours_is_exact(labels: list[str], seed: int) -> None:
    others = max(1, len(labels) - 1)
    expected = sum((labels.count(label) - 1) / others for label in labels) / len(labels)
    found = chance(np.array(labels), [1, 2], 1, np.random.default_rng(seed))
    assert found == pytest.approx({1: expected, 2: expected})


@pytest.mark.parametrize(
    ("labels", "excluded", "reason"),
    [
        ("aabb", None, None),
        ("aabb", "xyxy", None),
        ("aaaa", None, "only one class"),
        ("abcd", None, "nothing has a neighbour of its own class"),
        ("aabb", "xxxx", "nothing has a neighbour of its own class"),
        ("aabb", "xxyy", "nothing has a neighbour of its own class"),
    ],
)
def test_foregone_conclusions_are_explained(labels: str, excluded: str | None, reason: str | None) -> None:
    assert why_unanswerable(np.array(list(labels)), np.array(list(excluded)) if excluded else None) == reason


def classify(ranked: list[str], k: int) -> str | None:
    """Vote as the paper's classifier does: the majority of the k nearest, a tie to the nearest among the tied."""
    voters = ranked[:k]
    most = max((voters.count(name) for name in voters), default=0)
    return next((name for name in voters if voters.count(name) == most), None)


def test_twenty_singers_of_four_songs_can_all_be_found() -> None:
    singer, song = np.repeat(np.arange(20), 4), np.tile(np.arange(4), 20)
    assert ceiling(singer, [1, 3, 5, 7], song) == {1: 1, 3: 1, 5: 1, 7: 1}


def test_two_singers_of_four_songs_lose_the_vote_of_seven() -> None:
    # three others by the same singer, four by the other one: 3 to 4; of six votes 3 to 3 goes to the nearest
    singer = np.repeat(["a", "b"], 4)
    assert ceiling(singer, [1, 5, 6, 7, 50]) == {1: 1, 5: 1, 6: 1, 7: 0, 50: 0}


def test_without_neighbours_of_the_own_class_nothing_can_be_right() -> None:
    assert ceiling(np.array(list("aab")), [1]) == pytest.approx({1: 2 / 3})
    assert ceiling(np.array(list("aabb")), [1, 3], np.array(list("xxyy"))) == {1: 0, 3: 0}
    assert ceiling(np.array(["a"]), [1]) == {1: 0}


@given(
    rows=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 2)), min_size=1, max_size=6),
    k=st.integers(1, 6),
    exclude=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_agrees_with_every_order_of_neighbours(rows: list[tuple[str, int]], k: int, exclude: bool) -> None:
    labels, excluded = zip(*rows, strict=True)
    winnable = 0
    for row, label in enumerate(labels):
        met = [n for n in range(len(rows)) if n != row and not (exclude and excluded[n] == excluded[row])]
        winnable += any(classify([labels[n] for n in order], k) == label for order in permutations(met))
    found = ceiling(np.array(labels), [k], np.array(excluded) if exclude else None)
    assert found[k] == pytest.approx(winnable / len(rows))
