from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from singing_style.disagreement import (
    explain_disagreements,
    find_disagreements,
    find_two_names,
)
from singing_style.voice_index import Voice, VoiceIndex
from tests.singing_style.made_up import index_of, voice

ROOT = Path(__file__).parents[2]


def at(singer: str, *places: float, pitch: float = 60) -> list[Voice]:
    return [voice(f"{singer}/{number}", singer, place, pitch=pitch) for number, place in enumerate(places)]


def named(index: VoiceIndex) -> list[tuple[str, str | None]]:
    return [(one.voice.path, one.nearer) for one in find_disagreements(index)]


def test_a_take_nearer_to_another_singer_is_named_with_the_numbers_that_decide() -> None:
    """Ann's others have a mean of 1, and Ben's one of 11; the take at 10 lies 9 from the one and 1 from the other."""
    (one,) = find_disagreements(index_of(*at("Ann", 0, 2, 10), *at("Ben", 10, 12)))
    assert (one.voice.path, one.others, one.distance, one.nearer, one.limit) == ("Ann/2", 2, 9, "Ben", 1)
    assert str(one) == "Ann/2: nearer to Ben (1.000 from the mean) than to the 2 others of Ann (9.000)"


def test_what_it_means_is_said_without_an_accusation() -> None:
    assert explain_disagreements(2) == (
        "2 performances are unlike the others of their singer, which may be right (another register, effort or "
        "microphone), a wrong name, or several voices: listen before you change anything"
    )


def test_two_takes_that_are_wrong_in_the_same_way_are_named() -> None:
    assert named(index_of(*at("Ann", 0, 1, 2, 3, 10, 11), *at("Ben", 10, 11, 12))) == [
        ("Ann/5", "Ben"),
        ("Ann/4", "Ben"),
    ]


def test_a_close_call_is_not_named() -> None:
    """The mean of Ann's others is at 0, and that of Ben's at 11."""
    assert named(index_of(*at("Ann", 0, 0, 5.7), *at("Ben", 11, 11))) == []  # 5.7 is less than a tenth more than 5.3
    assert named(index_of(*at("Ann", 0, 0, 5.9), *at("Ben", 11, 11))) == [("Ann/2", "Ben")]


def test_singers_of_two_performances_are_not_judged() -> None:
    """Which of the two is wrong, nobody can tell."""
    assert named(index_of(*at("Ann", 0, 10), *at("Ben", 10, 12))) == []


def test_a_take_farther_than_strangers_is_named_too() -> None:
    """Eight singers, 9 apart; half of the others' recordings lie 9 from the nearest singer who is not theirs."""
    choir = [one for who in range(8) for one in at(f"s{who}", 9.0 * who, 9.0 * who, 9.0 * who)]
    far = replace(choir[2], performance=replace(choir[2].performance, vector=np.array([-11], np.float32)))
    (one,) = find_disagreements(index_of(*choir[:2], far, *choir[3:]))
    assert (one.voice.path, one.distance, one.nearer, one.limit) == ("s0/2", 11, None, 9)
    assert "s0/2: farther from the 2 others of s0 (11.000) than half of the recordings at about its pitch" in str(one)
    near = replace(far, performance=replace(far.performance, vector=np.array([-9.5], np.float32)))
    assert find_disagreements(index_of(*choir[:2], near, *choir[3:])) == []
    # of other pitches there are too few to tell
    high = [replace(one, performance=replace(one.performance, pitch=75)) for one in choir[3:]]
    assert find_disagreements(index_of(*choir[:2], far, *high)) == []


def test_a_singer_alone_disagrees_with_nobody() -> None:
    assert named(index_of(*at("Ann", 0, 1, 50))) == []
    assert named(index_of(voice("a", "Ann", 0))) == []


def test_takes_that_changed_places_are_found_and_hardly_another() -> None:
    """Made-up choirs of ten singers; a singer's recordings scatter by a third of what singers scatter by."""
    found = wrong = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        places = rng.normal(size=(10, 1, 6)) + 0.33 * rng.normal(size=(10, 6, 6))
        voices = [voice(f"{who}/{n}", f"singer {who}", *places[who, n]) for who in range(10) for n in range(6)]
        voices[0], voices[6] = replace(voices[0], singer="singer 1"), replace(voices[6], singer="singer 0")
        paths = {one.voice.path for one in find_disagreements(index_of(*voices))}
        found += len(paths & {"0/0", "1/0"})
        wrong += len(paths - {"0/0", "1/0"})
    assert found >= 38
    assert wrong <= 0.02 * 20 * 58


@pytest.mark.parametrize("singers", [1, 3])
def test_the_order_of_the_recordings_does_not_matter(singers: int) -> None:
    rng = np.random.default_rng(singers)
    voices = [voice(f"{n:02}", f"s{n % singers}", *rng.normal(size=2)) for n in range(30)]
    shuffled = [voices[place] for place in rng.permutation(30)]
    assert named(index_of(*shuffled)) == named(index_of(*voices))


def test_the_same_recording_under_two_singers_is_found_by_its_file_or_by_its_sound() -> None:
    ann, ben, cleo = voice("a", "Ann", 0), voice("b", "Ben", 5, content="content of a"), voice("c", "Cleo", 1e-6)
    own = voice("again", "Ann", 9, content="content of a")
    found = find_two_names(index_of(ann, ben, cleo, own, voice("d", "Dan", 3)))
    assert [(one.path, other.path) for one, other in found] == [("a", "b"), ("a", "c"), ("b", "again")]
