"""Figures against independent routes; what is wrong with trials and vectors is one line with counts and a remedy."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.spatial.distance import cosine

from pipeline.errors import BadInputError
from singing_style.evaluation.evaluate import evaluate
from singing_style.evaluation.figures import ALL, STRICT
from singing_style.evaluation.labels import Label
from singing_style.evaluation.named_vectors import Distance, NamedVectors
from singing_style.evaluation.report import headline
from tests.singing_style.evaluation.made_up import collection, every_pair, listed, on_a_line, rate

SUNG = collection()


@pytest.mark.parametrize("distance", ["euclidean", "cosine"])
@pytest.mark.parametrize("how", ["list", "all pairs"])
def test_the_rate_is_that_of_scikit_learn(distance: Distance, how: str) -> None:
    rows = every_pair(SUNG.names)
    found = evaluate(SUNG, listed(*rows) if how == "list" else None, distance=distance)
    at = dict(zip(SUNG.names, SUNG.vectors, strict=True))
    between = cosine if distance == "cosine" else lambda a, b: float(np.linalg.norm(a - b))
    strict = [row for row in rows if SUNG.labels[row[1]].song != SUNG.labels[row[2]].song]
    for part, chosen in ((ALL, rows), (STRICT, strict)):
        figures = found.measured[0].figures[part]
        targets = [row[0] for row in chosen]
        assert (figures.errors.targets, figures.errors.nontargets) == (sum(targets), len(targets) - sum(targets))
        expected = rate(targets, [between(at[one], at[other]) for _, one, other in chosen])
        assert figures.errors.eer.value == pytest.approx(expected, abs=2e-4)
        assert figures.errors.eer.low <= figures.errors.eer.value <= figures.errors.eer.high


def test_figures_by_hand() -> None:
    # distances of targets 1 and 5, of impostors 2 and 4: one threshold, above 2, errs once in each kind
    vectors = on_a_line(a=0, b=1, c=5, x=-2, y=-4)
    found = evaluate(vectors, listed((1, "a", "b"), (1, "a", "c"), (0, "a", "x"), (0, "a", "y")))
    errors = found.measured[0].figures[STRICT].errors
    assert errors.eer.value == pytest.approx(0.5)
    # costs over 0.01 at each threshold: 1; half the targets missed; then 99 times each false alarm
    assert errors.min_dcf.value == pytest.approx(0.5)
    assert found.measured[0].figures[STRICT].rank is None
    assert any(remark.startswith("singers are unknown: no intervals and no rank") for remark in found.remarks)


def test_the_rank_by_hand_and_the_first_of_a_trial_is_the_query() -> None:
    # from a at 0: x at -0.5 and y at -4 are others'; b at 1 is second of three, c at 5 the last
    vectors = on_a_line(a=0, b=1, c=5, x=-0.5, y=-4)
    labels = {name: Label("Ann" if name in "abc" else "Xi") for name in vectors.names}
    rows = [(1, "a", "b"), (1, "a", "c"), (0, "a", "x"), (0, "a", "y")]
    (its,) = evaluate(vectors, listed(*rows), labels).measured
    assert its.figures[STRICT].measures()["mean_normalised_rank"][0].value == pytest.approx((1 / 3 + 2 / 3) / 2)
    # from c at 5, the nearest of all is a
    (its,) = evaluate(vectors, listed((1, "c", "a"), *rows[2:]), labels).measured
    assert its.figures[STRICT].measures()["mean_normalised_rank"][0].value == 0


def test_on_unit_vectors_both_distances_rank_the_same() -> None:
    unit = SUNG.vectors / np.linalg.norm(SUNG.vectors, axis=1, keepdims=True)
    found = [evaluate(replace(SUNG, vectors=unit), distance=which) for which in ("euclidean", "cosine")]
    one, other = (its.measured[0].figures[STRICT] for its in found)
    assert one.errors == other.errors
    assert one.rank == pytest.approx(other.rank)


def test_without_singers_the_rate_is_the_same_and_has_no_interval() -> None:
    rows = listed(*every_pair(SUNG.names))
    known, unknown = evaluate(SUNG, rows), evaluate(SUNG, rows, {})
    one, other = (its.measured[0].figures[ALL].errors for its in (known, unknown))
    assert one.eer.value == pytest.approx(other.eer.value)
    assert np.isnan(other.eer.low)
    assert (known.singers, unknown.singers) == (6, 0)


def test_labels_are_those_of_whatever_vectors_have_them() -> None:
    plain = replace(SUNG, labels={}, source="plain.npz")
    found = evaluate([plain, SUNG])
    assert (found.singers, found.measured[0].source) == (6, "plain.npz")


def test_few_singers_are_told() -> None:
    told = "6 singers: their intervals are rough, and without width where every draw is the same"
    assert told in evaluate(SUNG).remarks
    assert not any("are rough" in remark for remark in evaluate(collection(12)).remarks)


def test_some_singers_unknown_is_told() -> None:
    labels = {name: label for name, label in SUNG.labels.items() if name != "s3/song0_0.wav"}
    found = evaluate(SUNG, listed(*every_pair(SUNG.names)), labels)
    assert "the singers of 1 of 36 recordings are unknown, such as that of s3/song0_0.wav: no intervals" in str(
        found.remarks
    )


def test_parts_by_song_and_by_sex() -> None:
    figures = evaluate(SUNG).measured[0].figures
    assert list(figures) == [
        "all",
        "strict",
        "strict, same sex",
        "targets across songs, impostors within",
        "all within a song",
        "targets within a song, impostors across",
    ]
    sizes = {name: (its.errors.targets, its.errors.nontargets) for name, its in figures.items()}
    # six singers with three songs sung twice: per singer 15 pairs, 3 of them of one song; per two singers 36, 12
    assert sizes == {
        "all": (90, 540),
        "strict": (72, 360),
        "strict, same sex": (72, 6 * 24),  # three men, three women: six pairs of two singers
        "targets across songs, impostors within": (72, 180),
        "all within a song": (18, 180),
        "targets within a song, impostors across": (18, 360),
    }


def test_classes_count_the_pairs_and_tell_how_far_they_lie() -> None:
    found = evaluate(SUNG).measured[0].classes
    away: dict[str, list[float]] = {}
    for one, other in combinations(range(36), 2):
        a, b = (SUNG.labels[SUNG.names[row]] for row in (one, other))
        words = f"{'same' if a.singer == b.singer else 'other'} singer, {'same' if a.song == b.song else 'other'} song"
        away.setdefault(words, []).append(float(np.linalg.norm(SUNG.vectors[one] - SUNG.vectors[other])))
    assert {words: number for words, (number, _) in found.items()} == {words: len(its) for words, its in away.items()}
    assert all(found[words][1] == pytest.approx(np.median(its)) for words, its in away.items())


def test_strict_trials_leave_out_files_with_themselves_copies_segments_and_repeats() -> None:
    vectors = replace(on_a_line(a1=0, a2=1, b1=5, b2=6, c=9), contents=("1", "2", "3", "3", "5"))
    labels = {
        "a1": Label("Ann", recording="r"),
        "a2": Label("Ann", recording="r"),
        "b1": Label("Ben"),
        "b2": Label("Ben"),
        "c": Label("Ann"),
    }
    rows = [
        (1, "a1", "a1"),  # itself
        (1, "b1", "b2"),  # a copy
        (1, "a1", "a2"),  # of one recording
        (1, "a1", "c"),
        (1, "c", "a1"),  # again
        (0, "a1", "b1"),
        (0, "./a1", "b1"),  # again
        (0, "a2", "b1"),
    ]
    found = evaluate(vectors, listed(*rows), labels)
    figures = found.measured[0].figures
    assert (figures[ALL].errors.targets, figures[ALL].errors.nontargets) == (5, 3)
    assert (figures[STRICT].errors.targets, figures[STRICT].errors.nontargets) == (1, 2)
    assert found.remarks[:3] == [
        "2 of 8 trials pair a file with itself or its copy: the strict ones do without them",
        "2 of 8 trials are a pair that was there before: the strict ones do without them",
        "1 of 8 trials pair two segments of one recording: the strict ones do without them",
    ]


def test_where_the_strict_ones_lack_a_kind_the_answer_is_about_all() -> None:
    vectors = on_a_line(a=0, b=5, c=1)
    found = evaluate(vectors, listed((1, "a", "a"), (0, "a", "b"), (0, "c", "b")))
    assert found.main == ALL
    assert " on all 3 trials, 1 target and 2 impostors;" in headline(found)
    assert "no figures of these trials: strict (no targets)" in found.remarks


def test_several_vectors_are_compared_on_the_same_draws() -> None:
    worse = collection(noise=3.0, source="worse.npz")
    found = evaluate([SUNG, worse])
    assert list(found.differences) == [("worse.npz", "v.npz")]
    better, other = (its.figures[STRICT] for its in found.measured)
    difference = found.differences["worse.npz", "v.npz"]
    assert difference["eer"].value == pytest.approx(other.errors.eer.value - better.errors.eer.value)
    assert difference["eer"].low > 0
    assert set(difference) == {"eer", "min_dcf", "mean_normalised_rank"}
    same = evaluate([SUNG, replace(SUNG, source="copy.npz")]).differences["copy.npz", "v.npz"]
    assert same == dict.fromkeys(difference, (0, 0, 0))


def test_the_order_of_rows_and_other_dimensions_do_not_matter() -> None:
    order = np.random.default_rng(1).permutation(36)
    wide = np.hstack([SUNG.vectors, np.zeros((36, 3))])[order]
    other = NamedVectors("wide.npz", tuple(SUNG.names[row] for row in order), wide, "euclidean")
    one, two = evaluate([SUNG, other]).measured
    assert one.figures[ALL].errors.eer == pytest.approx(two.figures[ALL].errors.eer)


def test_missing_vectors_are_counted_with_a_remedy_and_may_be_skipped() -> None:
    rows = [(1, "a", "b"), (0, "a", "x"), (0, "a", "y"), (0, "b", "z"), (0, "a", "w")]
    vectors = on_a_line(a=0, b=1, x=3)
    with pytest.raises(BadInputError) as caught:
        evaluate(vectors, listed(*rows))
    assert str(caught.value) == (
        "list.txt: no vectors for 3 (y, z, w) of 6 recordings in v.npz; it holds such as a; correct the names, or "
        "leave their trials out with --skip-missing"
    )
    found = evaluate(vectors, listed(*rows), skip_missing=True)
    assert (found.left_out, found.recordings) == (3, 3)
    assert evaluate(vectors, listed(*rows), without=["y", "./z", "w"]).left_out == 3
    with pytest.raises(BadInputError, match=r"no vectors for 1 \(w\)"):
        evaluate(vectors, listed(*rows), without=["y", "z"])
    with pytest.raises(BadInputError, match=r"no vectors for 2 \(q, r\) of 2 recordings"):
        evaluate(vectors, listed((1, "q", "q"), (0, "q", "r")), skip_missing=True)
    with pytest.raises(BadInputError, match="none of its 2 trials has vectors on both sides"):
        evaluate(vectors, listed((1, "a", "q"), (0, "q", "b")), skip_missing=True)
    with pytest.raises(BadInputError, match="1 trial, targets only; an error rate needs impostors as well"):
        evaluate(vectors, listed((1, "a", "b"), (0, "q", "b")), skip_missing=True)


def test_a_root_is_suggested_and_used() -> None:
    vectors = NamedVectors("v.npz", ("data/a.wav", "data/b.wav", "data/c.wav"), np.eye(3))
    rows = listed((1, "a.wav", "b.wav"), (0, "a.wav", "c.wav"))
    with pytest.raises(BadInputError, match="try --root data, or leave"):
        evaluate(vectors, rows)
    assert evaluate(vectors, rows, roots=["data"]).measured[0].way == "by path below the root"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(1, "a", "b"), (1, "b", "c")], "2 trials, targets only; an error rate needs impostors"),
        ([(0, "a", "x")], "1 trial, impostors only; an error rate needs targets"),
        ([(0, "a", "a"), (1, "a", "b")], "a file paired with itself as impostor, 1 (a a); correct"),
        ([(0, "a", "b"), (1, "b", "a"), (1, "a", "c")], "listed both as targets and as impostors, 2 (a b, b a)"),
        ([(1, "a", "b"), (0, "a", "c"), (1, "a", "x")], "1 (a x) of 3 trials contradict the singers that are known"),
        ([(0, "a", "b"), (0, "a", "x"), (1, "a", "c")], "1 (a b) of 3 trials contradict the singers"),
    ],
)
def test_lists_that_cannot_be_right_are_told(rows: list[tuple[int, str, str]], said: str) -> None:
    labels = {"a": Label("Ann"), "b": Label("Ann"), "x": Label("Xi")}
    with pytest.raises(BadInputError) as caught:
        evaluate(on_a_line(a=0, b=1, c=2, x=3), listed(*rows), labels)
    assert str(caught.value).startswith("list.txt: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("singers", "said"),
    [
        (("Ann", "Ann"), "2 recordings of 1 singer; an error rate needs two singers or more"),
        (("Ann", "Ben"), "2 recordings of as many singers; an error rate needs two recordings of a singer"),
        (("Ann", ""), r"nothing says who sings 1 \(b\); pass --trials LIST"),
    ],
)
def test_collections_without_both_kinds_are_told(singers: tuple[str, str], said: str) -> None:
    labels = {name: Label(singer) for name, singer in zip("ab", singers, strict=True)}
    with pytest.raises(BadInputError, match=said):
        evaluate(on_a_line(a=0, b=1), None, labels)
    with pytest.raises(BadInputError, match="nothing says who sings; pass --trials LIST"):
        evaluate(on_a_line(a=0, b=1))


def test_vectors_that_cannot_be_compared_are_told() -> None:
    rows = listed((1, "a", "b"), (0, "a", "c"))
    zero = NamedVectors("v.npz", ("a", "b", "c"), np.array([[1.0, 0], [0, 0], [0, 1]]))
    with pytest.raises(BadInputError, match=r"v.npz: 1 \(b\) of 3 vectors have length zero, and cosine needs"):
        evaluate(zero, rows)
    assert "v.npz: 1 of 3 vectors have length zero" in evaluate(zero, rows, distance="euclidean").remarks
    with pytest.raises(BadInputError, match="v.npz: numbers so large that distances overflow"):
        evaluate(on_a_line(a=1e300, b=-1e300, c=0), rows)
    assert evaluate(on_a_line("cosine", a=1e300, b=-1e300, c=0), rows).main == STRICT
    with pytest.raises(BadInputError, match="v.npz: given twice"):
        evaluate([zero, zero], rows)
    with pytest.raises(BadInputError, match="no vectors; name a file"):
        evaluate([], rows)


def test_lengths_that_differ_widely_and_equal_vectors_deserve_a_remark() -> None:
    rows = listed((1, "a", "b"), (0, "a", "c"), (0, "b", "c"))
    vectors = NamedVectors("v.npz", ("a", "b", "c"), np.array([[1.0, 0], [1, 0], [90, 0]]), "euclidean")
    found = evaluate(vectors, rows).remarks
    assert any("v.npz: vectors are 1 to " in remark and "try --distance cosine" in remark for remark in found)
    assert "v.npz: 1 trial of different files with equal vectors: copies under two names?" in found
    assert not any("long, which" in remark for remark in evaluate(vectors, rows, distance="cosine").remarks)


def test_the_same_seed_gives_the_same_intervals() -> None:
    one, other, another = (evaluate(SUNG, seed=seed).measured[0].figures[ALL].errors.eer for seed in (0, 0, 1))
    assert one == other
    assert one != another


def test_many_pairs_are_sampled_and_stand_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("singing_style.evaluation.trial_set.MOST_TRIALS", 60)
    monkeypatch.setattr("singing_style.evaluation.ranking.MOST_RANKED", 40)
    found = evaluate(SUNG)
    assert "198 of 630 pairs were drawn, and stand for all" in found.remarks  # 18 + 60 + 60 + 60
    whole = evaluate(collection(), seed=1)
    errors = found.measured[0].figures[ALL].errors
    assert (errors.targets, errors.nontargets) == (90, 540)
    assert errors.eer.value == pytest.approx(whole.measured[0].figures[ALL].errors.eer.value, abs=0.1)
