from dataclasses import replace

from pipeline.audio.band import Band
from singing_style.validation.finding import Severity
from singing_style.validation.sound import check_bands, check_pitches, check_speech
from tests.singing_style.made_up import PAPER
from tests.singing_style.validation.test_recordings import GOOD, told

WIDE, TELEPHONE = replace(GOOD, band=Band(0.0, 11025.0)), replace(GOOD, band=Band(300.0, 3400.0))


def test_recordings_of_another_band_than_most_are_named() -> None:
    findings = check_bands({"a": WIDE, "b": TELEPHONE, "c": WIDE}, PAPER)
    assert told(findings, Severity.NOTE) == []
    (warning,) = told(findings, Severity.WARNING)
    assert warning.startswith("1 of 3 recordings hold another band than up to 11.0 kHz (b: 0.30 to 3.4 kHz)")
    alike = check_bands({"a": TELEPHONE, "b": TELEPHONE}, PAPER)
    assert [finding.text for finding in alike] == ["most recordings hold only 0.30 to 3.4 kHz"]
    assert check_bands({"a": WIDE, "b": GOOD}, PAPER) == []  # of one the band is unknown


def test_recordings_at_the_wrong_speed_are_named() -> None:
    (finding,) = check_pitches({"a": GOOD, "b": replace(GOOD, pitch_doubt="half of it lies above 1500 Hz")})
    assert finding.text == "1 recording is hardly singing at the right speed (b: half of it lies above 1500 Hz)"
    assert finding.recordings == ("b",)
    assert check_pitches({"a": GOOD}) == []


def test_recordings_that_glide_are_named() -> None:
    (finding,) = check_speech({"a": GOOD, "b": replace(GOOD, glides=True)})
    assert finding.text.startswith("1 recording may be spoken (b): the pitch glides more than it is held")
    assert finding.text.endswith("; listen to them, and leave as they are those that are sung")
    assert check_speech({"a": GOOD}) == []
