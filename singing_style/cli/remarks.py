"""What is odd about recordings, reported beside the result: on standard error, a line each."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.runtime.counting import counted
from singing_style.cli.console import MOST_LINES, warn

# A tenth of the recordings may be so many times as long as a tenth of them is, before that is reported.
UNEVEN = 4.0

if TYPE_CHECKING:
    from singing_style.hearing import Heard
    from singing_style.performance import Performance
    from singing_style.takes import Takes
    from singing_style.voice_index import VoiceIndex


def sung_in_words(performance: "Performance", rate: int) -> str:
    """Return how much is sung and, where the band is narrower than what a model hears at this rate, which it is."""
    from singing_style.comparison import is_narrow

    band = f", only {performance.band}" if is_narrow(performance.band, rate) else ""
    return f"{performance.voiced_seconds:.1f} s sung of {performance.seconds:.1f} s{band}"


def print_remarks(sound: "Path | Takes", heard: "Performance | Heard") -> None:
    """Print what is odd about a recording."""
    for remark in heard.remarks:
        warn(f"{sound}: {remark}")


def print_all_remarks(performances: "Sequence[Performance]") -> None:
    """Print what is odd about recordings: the first few, and how many more there are."""
    remarks = [f"{one.name}: {remark}" for one in performances for remark in one.remarks]
    for line in remarks[:MOST_LINES]:
        warn(line)
    if len(remarks) > MOST_LINES:
        warn(f"{counted(len(remarks) - MOST_LINES, 'more remark')} of this kind on other recordings")


def list_bands(performances: "Sequence[Performance]") -> None:
    """Report which recordings of a collection hold another band than most, so that they do not compare."""
    from singing_style.comparison import other_bands

    odd, usual = other_bands([one.band for one in performances])
    if odd:
        first = performances[min(odd)]
        warn(
            f"{len(odd)} of {len(performances)} recordings hold another band than {usual}, such as {first.name} "
            f"({first.band}): distances between the two kinds tell little of who sings"
        )


def tell_copies(index: "VoiceIndex") -> None:
    """Report recordings that sound the same as another of their singer, and are not the same file."""
    from scipy.spatial import KDTree

    from singing_style.performance import SAME_SOUND

    pairs = KDTree(index.vectors).query_pairs(SAME_SOUND)
    own = [(one, other) for one, other in pairs if index.voices[one].singer == index.voices[other].singer]
    copies = {row for one, other in own if other not in index.sharing[one] for row in (one, other)}
    if copies:
        sound = counted(len(copies), "recording sounds", "recordings sound")
        warn(f"{sound} the same as another, perhaps in another format: keep one of each")


def tell_uneven_lengths(performances: "Sequence[Performance]") -> None:
    """Report that recordings of a collection hold very different amounts of singing, so that few verdicts are sure."""
    sung = sorted(one.voiced_seconds for one in performances)
    short, long = sung[len(sung) // 10], sung[-1 - len(sung) // 10]
    if long > UNEVEN * short:
        warn(
            f"some recordings hold {short:.0f} s of singing and some {long:.0f} s: what is near differs between them, "
            "so that a stranger is more easily taken for somebody; join short takes (--join), or cut long ones"
        )
