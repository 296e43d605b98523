import math
from dataclasses import replace

import pytest

from singing_style.among import show
from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import CALIBRATION, index_of, performance, voice

# Ten singers, 9 apart, three recordings each within 0.2: strangers come as near as 9, and the next is twice as far.
CHOIR = index_of(*(voice(f"{who}/{n}", f"singer {who}", 9.0 * who, n / 10) for who in range(10) for n in range(3)))
ANN, BEN = performance("a", [[0, 0.15]], [0]), performance("b", [[9, 0.05]], [0])
NO_FILES: tuple[tuple[str, ...], ...] = ((), ())


def test_two_that_are_clearly_two_singers_have_no_probability() -> None:
    shown = show((ANN, BEN), NO_FILES, CHOIR, CALIBRATION)
    assert [str(verdict) for verdict in shown.verdicts] == ["clearly singer 0", "clearly singer 1"]
    assert shown.calibration_holds is True
    assert shown.doubt == (
        "by themselves, A is clearly singer 0 and B clearly singer 1: two singers, whatever their distance"
    )
    assert show((ANN, ANN), NO_FILES, CHOIR, CALIBRATION).doubt == ""
    unclear = replace(BEN, vector=ANN.vector + 4)  # between singers 0 and 1
    assert show((ANN, unclear), NO_FILES, CHOIR, CALIBRATION).doubt == ""


def test_what_the_collection_holds_does_not_count_but_is_named() -> None:
    known = index_of(*CHOIR.voices, voice("ann/1", "Ann", 0, 0.15, content="the file"))
    shown = show((ANN, BEN), (("the file",), ()), known, CALIBRATION)
    assert shown.held == ("Ann", "")
    assert [verdict.nearest for verdict in shown.verdicts] == ["singer 0", "singer 1"]


def test_at_different_pitches_no_pair_of_the_collection_counts() -> None:
    """Two of 60 and 67 are a fifth apart, 262 and 392 Hz."""
    high = replace(BEN, pitch=67.0)
    for index in (None, CHOIR):
        shown = show((ANN, high), NO_FILES, index, CALIBRATION)
        assert shown.cohort is None
        assert shown.doubt.startswith("A is sung at about 262 Hz and B at about 392 Hz, and only where two are sung ")
        assert shown.calibration_holds is (None if index is None else False)
    assert show((ANN, replace(BEN, pitch=61.0)), NO_FILES, CHOIR, CALIBRATION).cohort is not None
    assert show((replace(ANN, pitch=math.nan), BEN), NO_FILES, CHOIR, CALIBRATION).doubt.startswith(
        "the pitch of A is not known, and only where "
    )


def test_a_collection_of_these_alone_gives_no_verdicts() -> None:
    alone = VoiceIndex("the model", (voice("a", "Ann", 0, 0, content="x"), voice("b", "Ben", 9, 0, content="y")))
    shown = show((ANN, BEN), (("x", "y"), ()), alone, CALIBRATION)
    assert (shown.verdicts, shown.held) == ((), ("Ann/Ben", ""))
    assert shown.cohort is not None
    assert shown.cohort.share_of_same_farther(1.0) is None


def test_the_share_of_one_singers_pairs_that_lie_farther_apart() -> None:
    """Of each singer's three pairs two are 0.1 apart, and one 0.2."""
    shown = show((ANN, BEN), NO_FILES, CHOIR, CALIBRATION)
    assert shown.cohort is not None
    assert shown.cohort.share_of_same_farther(0.15) == pytest.approx(1 / 3)
