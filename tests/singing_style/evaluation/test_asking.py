"""Singers far apart on a line, so that every answer can be worked out by hand."""

import pytest

from singing_style.evaluation.asking import MOST, ask, labelled_anew
from singing_style.evaluation.labels import Label
from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import index_of, voice

NOTHING = {"clear_right": 0, "clear_wrong": 0, "unclear_with": 0, "unclear_without": 0, "nobody": 0, "undecided": 0}


def apart(singers: int = 4, takes: int = 10) -> VoiceIndex:
    """Singers 100 from each other in directions of their own, whose takes lie 0.01 n (n + 1) from their place."""
    return index_of(
        *(
            voice(f"{who}/{take}", f"s{who}", *(100.0 * (who == at) for at in range(singers)), 0.01 * take * (take + 1))
            for who in range(singers)
            for take in range(takes)
        )
    )


def test_known_singers_are_right_and_strangers_nobody() -> None:
    """Any other singer is 141 away, and the last take of each singer, the farthest, 0.01 (90 - 72) = 0.18 from others.

    Four takes are as far as that, so that the reach, which at most two of 40 may exceed, is 0.18 as well.
    """
    asked = ask(apart(), "choir")
    assert (asked.source, asked.recordings, asked.why) == ("choir", 40, "")
    assert asked.known == NOTHING | {"clear_right": 40}
    assert asked.strangers == {"clear": 0, "unclear": 0, "nobody": 40, "undecided": 0}
    plain = asked.as_plain()
    assert (plain["asked"], plain["strangers_asked"], plain["answers"]) == (40, 40, asked.known)


def test_a_take_under_a_wrong_name_is_clearly_a_wrong_singer() -> None:
    """The take of s1 that is labelled s0 lies among the others of s1."""
    index = apart()
    labels = {one.path: Label("s0" if one.path == "1/1" else one.singer) for one in index.voices}
    swapped = labelled_anew(index, labels)
    assert swapped is not None
    assert ask(swapped, "choir").known["clear_wrong"] == 1


def test_small_collections_leave_all_undecided_and_say_why() -> None:
    asked = ask(apart(2, 3), "choir")
    assert asked.known == NOTHING | {"undecided": 6}
    assert asked.strangers["undecided"] == 6
    assert asked.why.endswith(
        "the index has 5 recordings of 2 singers; joined takes count as one; index more, or go by the distances"
    )


def test_the_only_recording_of_a_singer_is_asked_about_as_a_strangers_alone() -> None:
    """Of s9 there is one, and of s8 two that share a file."""
    alone = voice("9/0", "s9", 0, 0, 0, 0, 50)
    twins = [voice(f"8/{n}", "s8", 0, 0, 0, 0, -50, content="same") for n in range(2)]
    asked = ask(index_of(*apart().voices, alone, *twins), "choir")
    assert asked.recordings == sum(asked.strangers.values()) == 43
    assert sum(asked.known.values()) == 40


def test_of_a_large_collection_some_are_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """40 recordings, of which at most 15 are asked about: every third, 14."""
    assert MOST < 1000
    monkeypatch.setattr("singing_style.evaluation.asking.MOST", 15)
    asked = ask(apart(), "choir")
    assert (sum(asked.known.values()), sum(asked.strangers.values()), asked.recordings) == (14, 14, 40)


def test_labels_that_do_not_cover_an_index_do_not_serve() -> None:
    assert labelled_anew(apart(), {"0/0": Label("s0")}) is None
