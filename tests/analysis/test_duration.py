import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.bootstrap import Bootstrap
from pipeline.analysis.classification import tasks
from pipeline.analysis.collection import Collection
from pipeline.analysis.duration import accuracies_heard, frames_heard, why_not_heard

CLIP = 10


def clips(rows: list[tuple[str, int, float]]) -> Collection:
    """One clip a row: recording (named by singer and song, one letter each), start, place on a line."""
    recording, start, place = zip(*rows, strict=True)
    names = np.array(recording)
    singer, song = (np.array([name[letter] for name in recording]) for letter in (0, 1))
    return Collection(np.array(place)[:, None], names, singer, song, np.array(start))


def test_overlap_counts_once_and_gaps_do_not_count() -> None:
    # 0-10, 4-14, 14-24 next to each other, a gap up to 50; then another recording, whose singing starts late
    found = frames_heard(clips([("ax", s, 0.0) for s in (0, 4, 14, 50)] + [("bx", s, 0.0) for s in (7, 9)]), CLIP)
    assert found.tolist() == [10, 14, 24, 34, 10, 12]


@pytest.mark.slow
@given(st.lists(st.lists(st.integers(0, 60), min_size=1, max_size=6, unique=True), min_size=1, max_size=4))
def test_agrees_with_the_union_of_frames(starts: list[list[int]]) -> None:
    rows = [(f"{recording}x", start, 0.0) for recording, its in enumerate(starts) for start in sorted(its)]
    expected = []
    for its in starts:
        heard: set[int] = set()
        for start in sorted(its):
            heard |= set(range(start, start + CLIP))
            expected.append(len(heard))
    assert frames_heard(clips(rows), CLIP).tolist() == expected


def test_beginnings_are_classified_among_whole_performances() -> None:
    # a's performances begin at 0 and end at 10 (mean 5); b's begin at 9 and stay there.
    # heard 10 frames: ax at 0 -> ay at 5 (a, right); bx at 9 -> by at 9 (b, right)
    rows = [(name, start, place) for name in ("ax", "ay") for start, place in ((0, 0.0), (10, 10.0))]
    rows += [(name, start, 9.0) for name in ("bx", "by") for start in (0, 10)]
    heard = clips(rows)
    bootstrap = Bootstrap.over(np.array(list("aabb")), 50, 0.95, np.random.default_rng(0))
    found = accuracies_heard(heard, CLIP, 10.0, tasks(heard.performances()), bootstrap)
    assert {task: estimate.value for task, estimate in found.items()} == {
        "singer": 1.0,
        "singer_cross_song": 1.0,
        "song": 0.0,
    }


def test_a_misleading_beginning_misleads() -> None:
    # a begins where b is (9) and goes back to -5: mean 2. Its beginning meets b; the whole meets a.
    rows = [(name, start, place) for name in ("ax", "ay") for start, place in ((0, 9.0), (10, -5.0))]
    rows += [(name, start, 9.0) for name in ("bx", "by") for start in (0, 10)]
    heard = clips(rows)
    bootstrap = Bootstrap.over(np.array(list("aabb")), 50, 0.95, np.random.default_rng(0))
    singer = tasks(heard.performances())[:1]
    assert accuracies_heard(heard, CLIP, 19.9, singer, bootstrap)["singer"].value == 0.5
    assert accuracies_heard(heard, CLIP, 20.0, singer, bootstrap)["singer"].value == 1


@pytest.mark.parametrize(
    ("frames", "reason"), [(9.9, "shorter than a clip"), (10, None), (19.9, None), (20, "no performance is longer")]
)
def test_reasons(frames: float, reason: str | None) -> None:
    heard = clips([("ax", 0, 0.0), ("ax", 10, 0.0), ("bx", 0, 0.0)])
    assert why_not_heard(heard, CLIP, frames) == reason
