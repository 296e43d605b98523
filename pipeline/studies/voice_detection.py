"""Score the methods of voice detection on sounds of which it is known when somebody sings (`make voice-detection`).

Writes metrics/voice_detection.json. The method `periodicity` was chosen on other draws of the same kinds of sound.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.settings import VoiceSettings
from pipeline.audio.voice_detection import detect
from pipeline.choir.performance import RATE
from pipeline.choir.score import Score, read_scores
from pipeline.params import load_params
from pipeline.runtime.metrics import rounded, write_json
from pipeline.runtime.program import one_line_faults, parser
from pipeline.runtime.stage import METRICS, RAW
from pipeline.studies.markdown_table import markdown
from pipeline.studies.preset import read_preset
from pipeline.studies.voice_sounds import KINDS, KnownSound

SCORES = RAW / "demo"
TARGET = METRICS / "voice_detection.json"
REMEDY = "make voice-detection"
# Sounds of each kind, and the roots of their draws: of the report, and of those on which the method was chosen.
SOUNDS, REPORTED, CHOSEN = 20, 4, 1
# Frames this near a boundary of singing do not count: a frame is 93 ms long.
BOUNDARY_S = 0.05
METHODS = {"kmeans": "K-means", "periodicity": "periodicity"}
COLUMNS = ("found, %", "taken, %", "left out")


@dataclass(frozen=True)
class Tally:
    """Frames of a sound that count: how many are sung and how many of them found; how many not, and taken."""

    sung: int
    found: int
    unsung: int
    taken: int
    left_out: bool


def main() -> None:
    """Run from the command line."""
    options = parser("pipeline.studies.voice_detection", __doc__)
    options.add_argument(
        "--chosen", action="store_true", help="score on the draws on which the method was chosen, and write nothing"
    )
    arguments = options.parse_args()
    with one_line_faults("voice_detection"):
        measured = measure_methods(read_scores(SCORES), CHOSEN if arguments.chosen else REPORTED, SOUNDS)
        print(tabulate(measured))
        if not arguments.chosen:
            write_json(TARGET, rounded(measured))
            print(f"written: {TARGET}")


def measure_methods(scores: Sequence[Score], seed: int, sounds: int) -> dict[str, Any]:
    """Score both methods on sounds of every kind.

    Parameters
    ----------
    scores : sequence of Score
        What the choir sings.
    seed : int
        Root of all draws.
    sounds : int
        Sounds of each kind.

    Returns
    -------
    dict
        What metrics/voice_detection.json holds; see docs/reference/metrics.md.
    """
    settings = settings_of_methods()
    kinds = {}
    for place, (kind, make) in enumerate(KINDS.items()):
        made = [make(scores, np.random.default_rng([seed, place, number])) for number in range(sounds)]
        kinds[kind] = {method: summarise([tally(sound, its) for sound in made]) for method, its in settings.items()}
    return {"seed": seed, "sounds": sounds, "kinds": kinds}


def settings_of_methods() -> dict[str, VoiceSettings]:
    """Return how each method listens: the paper's as params.yaml says, the other as the preset best does."""
    params, preset = load_params(), read_preset("best")
    paper = params.voice.settings(params.frames, params.clips, params.seed)
    return {
        "kmeans": replace(paper, method="kmeans"),
        "periodicity": replace(paper, method="periodicity", min_hz=preset["voice.min_hz"]),
    }


def tally(sound: KnownSound, settings: VoiceSettings) -> Tally:
    """Detect the voice in a sound, and count."""
    voiced = detect(sound.samples, RATE, settings).voiced
    sung, counts = truth(sound, len(voiced.frames), settings.hop / RATE)
    return Tally(
        sung=int(np.sum(sung & counts)),
        found=int(np.sum(voiced.frames & sung & counts)),
        unsung=int(np.sum(~sung & counts)),
        taken=int(np.sum(voiced.frames & ~sung & counts)),
        left_out=not len(voiced.clip_starts),
    )


def truth(sound: KnownSound, frames: int, frame_seconds: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which frames are sung, and which are far enough from a boundary to count."""
    middles = np.arange(frames) * frame_seconds
    sung, counts = np.zeros(frames, bool), np.ones(frames, bool)
    for start, end in sound.sung:
        sung |= (middles >= start) & (middles < end)
        counts &= (np.abs(middles - start) > BOUNDARY_S) & (np.abs(middles - end) > BOUNDARY_S)
    return sung, counts


def summarise(tallies: Sequence[Tally]) -> dict[str, Any]:
    """Pool the frames of a kind's sounds, and say which sound fares worst; a share of nothing is left out."""
    summary: dict[str, Any] = {"left_out": sum(one.left_out for one in tallies)}
    sung = [(one.found, one.sung) for one in tallies if one.sung]
    unsung = [(one.taken, one.unsung) for one in tallies if one.unsung]
    if sung:
        summary |= {"found": _pooled(sung), "found_least": min(part / whole for part, whole in sung)}
    if unsung:
        summary |= {"taken": _pooled(unsung), "taken_most": max(part / whole for part, whole in unsung)}
    return summary


def tabulate(measured: dict[str, Any]) -> str:
    """Tabulate, in Markdown, what `measure_methods` found: shares in per cent, the worst sound in brackets."""
    head = ["", *(f"{method}: {column}" for method in METHODS.values() for column in COLUMNS)]
    rows = [
        [kind, *(cell for method in METHODS for cell in _cells(found[method]))]
        for kind, found in measured["kinds"].items()
    ]
    return markdown([head, *rows])


def _cells(summary: dict[str, Any]) -> list[str]:
    found = f"{100 * summary['found']:.1f} ({100 * summary['found_least']:.1f})" if "found" in summary else ""
    taken = f"{100 * summary['taken']:.1f} ({100 * summary['taken_most']:.1f})" if "taken" in summary else ""
    return [found, taken, str(summary["left_out"])]


def _pooled(shares: Sequence[tuple[int, int]]) -> float:
    return sum(part for part, _ in shares) / sum(whole for _, whole in shares)


if __name__ == "__main__":
    main()
