import pytest

from pipeline.page.origin import Origin, lead, learned, recorded


def test_what_was_recorded_is_said_of_every_kind_of_corpus() -> None:
    assert recorded(["demo"]) == "Synthetic voices of the demo choir"
    assert recorded(["manifest"]) == "Recordings of your own table"
    assert recorded(["ravdess-song"]) == "Recordings of the corpus ravdess-song"


@pytest.mark.parametrize(
    ("counts", "said"),
    [((1, 1, 1), "1 performance by 1 singer of 1 song."), ((3, 2, 0), "3 performances by 2 singers.")],
)
def test_counts_are_in_words_and_unknown_songs_are_not_counted(counts: tuple[int, int, int], said: str) -> None:
    assert lead("X", *counts) == f"X: {said}"


def test_the_foot_shortens_the_model() -> None:
    assert Origin("0123456789abcdef", "demo", "Index a.npz of 2026-01-02", "v1").lines() == [
        "Model 0123456789ab, trained on demo",
        "Index a.npz of 2026-01-02",
        "v1",
    ]


def test_a_handful_of_steps_has_taught_nothing_and_that_is_said_first() -> None:
    said = "1 singer, 49 steps of training: far too few to learn anything; this page"
    assert learned(1, 49).startswith(said)
    assert learned(1, 50).startswith("A network has listened to other people")
