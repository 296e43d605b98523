"""Checks of what a recording can hold of a voice: its band, and whether its pitch is one of a voice that sings."""

from collections.abc import Mapping

from pipeline.model.listening import Listening
from pipeline.runtime.counting import counted
from singing_style.comparison import is_narrow, other_bands
from singing_style.validation.checkup import Checkup
from singing_style.validation.finding import Finding, Severity, name_some


def check_bands(checkups: Mapping[str, Checkup], listening: Listening) -> list[Finding]:
    """Report recordings whose band differs so clearly from that of most that they cannot be compared.

    And the band of most, where it is narrower than what is listened to.
    """
    odd, usual = other_bands([one.band for one in checkups.values()])
    findings = []
    if is_narrow(usual, listening.rate):
        findings.append(Finding(Severity.NOTE, "bands", f"most recordings hold only {usual}"))
    others = [name for name, place in zip(checkups, range(len(checkups)), strict=True) if place in odd]
    if others:
        named = name_some([f"{name}: {checkups[name].band}" for name in others])
        text = (
            f"{len(others)} of {len(checkups)} recordings hold another band than {usual} ({named}), as by telephone; "
            "distances between the two kinds tell little of who sings: use recordings of one kind"
        )
        findings.append(Finding(Severity.WARNING, "bands", text, tuple(others)))
    return findings


def check_pitches(checkups: Mapping[str, Checkup]) -> list[Finding]:
    """Report recordings whose pitch is out of any voice's range, as where the stated sampling rate is wrong."""
    doubtful = [name for name, one in checkups.items() if one.pitch_doubt]
    if not doubtful:
        return []
    named = name_some([f"{name}: {checkups[name].pitch_doubt}" for name in doubtful])
    text = f"{counted(len(doubtful), 'recording is', 'recordings are')} hardly singing at the right speed ({named})"
    return [Finding(Severity.WARNING, "pitch", text, tuple(doubtful))]


def check_speech(checkups: Mapping[str, Checkup]) -> list[Finding]:
    """Report recordings whose pitch glides as that of speech does."""
    gliding = [name for name, one in checkups.items() if one.glides]
    if not gliding:
        return []
    text = (
        f"{counted(len(gliding), 'recording')} may be spoken ({name_some(gliding)}): the pitch glides more than it is "
        "held, as in speech, fast runs or slides; listen to them, and leave as they are those that are sung"
    )
    return [Finding(Severity.WARNING, "speech", text, tuple(gliding))]
