from dataclasses import replace

import numpy as np
import pandas as pd

from singing_style.validation.channel import check_channel
from singing_style.validation.checkup import Checkup
from singing_style.validation.finding import Severity

NOTHING = np.empty(0, np.float32)
PLAIN = Checkup(22050, 1, 60.0, -3.0, -20.0, 0.0, 10.0, False, "x", 40.0, 38.0, 30, NOTHING, NOTHING)
SINGERS, SONGS = 8, 3
NAMES = [f"{singer}-{song}" for singer in range(SINGERS) for song in range(SONGS)]
TABLE = pd.DataFrame(
    {"singer": [name[0] for name in NAMES], "song": [name[2] for name in NAMES]}, index=pd.Index(NAMES)
)


def spectra(of_whom: int) -> dict[str, Checkup]:
    """Give each recording the spectrum of its singer (0) or of its song (2), and no pauses."""
    colours = np.random.default_rng(3).standard_normal((10, 6))
    return {name: replace(PLAIN, spectrum=colours[int(name[of_whom])].astype(np.float32)) for name in NAMES}


def test_a_microphone_for_each_singer_gives_them_away() -> None:
    plain, finding = check_channel(spectra(0), TABLE, seed=0)
    assert (finding.severity, finding.training) == (Severity.WARNING, True)
    # 2 of the 16 recordings of other songs are by the same singer
    assert finding.text.startswith("the average spectrum alone identifies the singer in 100%")
    assert finding.text.endswith("of 24 recordings, chance 12%; report this figure beside your results")
    assert (plain.severity, plain.training) == (Severity.WARNING, False)
    assert plain.text.startswith("recordings may be told apart by microphone or room rather than by voice: record ")


def test_a_microphone_for_each_song_does_not() -> None:
    """Every recording is as far from all of another song; the first of them, by row, is singer 0's."""
    (finding,) = check_channel(spectra(2), TABLE, seed=0)
    assert (finding.severity, finding.training) == (Severity.NOTE, True)
    assert "identifies the singer in 12%" in finding.text


def test_pauses_are_asked_apart_and_only_where_there_are_any() -> None:
    checkups = {
        name: replace(checkup, pauses=checkup.spectrum if name[0] in "012" else NOTHING)
        for name, checkup in spectra(0).items()
    }
    _, _, pauses = check_channel(checkups, TABLE, seed=0)
    assert pauses.text.startswith("the spectrum of the pauses alone identifies the singer in 100%")
    assert "of 9 recordings, chance 33%" in pauses.text


def test_nothing_to_ask() -> None:
    one = {name: checkup for name, checkup in spectra(0).items() if name[0] == "0"}
    assert check_channel(one, TABLE.loc[list(one)], seed=0) == []
    assert check_channel({}, TABLE.loc[[]], seed=0) == []
