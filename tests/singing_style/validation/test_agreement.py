from pathlib import Path

import pytest
import soundfile

from singing_style.indexing import index_voices
from singing_style.roster import Roster, read_roster
from singing_style.validation import Finding, validate
from singing_style.validation.agreement import check_agreement
from tests.singing_style.made_up import RATE, singing, tiny_model, write_phrases


def write(folder: Path, singer: str, tilts: list[float], seconds: float = 3.0) -> None:
    (folder / singer).mkdir(parents=True)
    for number, tilt in enumerate(tilts):
        soundfile.write(folder / singer / f"{number:02}.wav", singing(200 + number, seconds, tilt), RATE)


def checked(roster: Roster, *, join: bool = False) -> list[Finding]:
    return check_agreement(roster, roster.table, tiny_model(), join=join)


@pytest.mark.slow
def test_what_does_not_agree_is_a_finding_and_of_many_the_rest_is_counted(tmp_path: Path) -> None:
    """The tiny model tells tones apart: six of Ann's have the sound of Ben's."""
    write(tmp_path, "Ann", [0.2] * 11 + [3.0] * 6)
    write(tmp_path, "Ben", [3.0] * 3)
    about, *five, rest = checked(read_roster(tmp_path))
    assert about.text.startswith("6 performances are unlike the others of their singer, which may be right ")
    assert [one.subject for one in (about, *five, rest)] == ["agreement"] * 7
    assert all(one.text.startswith("Ann/1") and "nearer to Ben (0." in one.text for one in five)
    assert rest.text == "1 more; `index --json` names all"
    assert {name for one in (*five, rest) for name in one.recordings} == {f"Ann-{number}" for number in range(11, 17)}


@pytest.mark.slow
def test_short_takes_are_joined_as_index_joins_them(tmp_path: Path) -> None:
    """Of Ann's three songs one has the sound of Ben's."""
    for singer, tilt in (("Ann", 0.2), ("Ben", 3.0)):
        write_phrases(tmp_path / singer, 200, ("air", "lay", "ode"), tilt=tilt)
    write_phrases(tmp_path / "Ann" / "more", 205, ("hum",), tilt=3.0)
    roster = read_roster(tmp_path, r"(?P<singer>Ann|Ben)/.*?(?P<song>[a-z]+)-[0-9]")
    about, finding = checked(roster, join=True)
    assert about.text.startswith("1 performance is unlike the others of its singer")
    assert finding.text.startswith("Ann/more/hum-0.flac and 2 more takes: nearer to Ben (0.")
    whole = validate(roster, model=tiny_model())
    assert [one for one in whole.findings if one.subject == "agreement"] == [about, finding]
    assert checked(roster) == []  # alone they cannot be judged
    (undecided,) = [one.text for one in whole.findings if one.subject == "verdicts"]
    assert "Hz: Ann, Ben), takes joined; record about 5 more minutes" in undecided
    assert whole.performances is not None
    index = index_voices(tiny_model(), roster, join=True, workers=1).index
    assert sorted(whole.performances["singer"]) == sorted(voice.singer for voice in index.voices)


def test_nothing_is_heard_where_nothing_can_disagree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("singing_style.validation.agreement.index_voices", None)
    for singer, count in (("Ann", 2), ("Ben", 2)):
        write(tmp_path / "pairs", singer, [1.0] * count)
    write(tmp_path / "alone", "Ann", [1.0] * 4)
    assert checked(read_roster(tmp_path / "pairs")) == []
    assert checked(read_roster(tmp_path / "alone")) == []
