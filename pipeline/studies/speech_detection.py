"""Score the doubt whether a voice speaks, on recorded speech and on recorded singing (`make speech-detection`).

A folder is a voice. Its recordings of a second or more are joined, in an order drawn from a seed, to takes of several
lengths: the longer a take, the surer one can be whether its voice sings or speaks.

Writes metrics/speech_detection.json.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from pipeline.audio.decode import decode
from pipeline.audio.resample import resample
from pipeline.audio.settings import VoiceSettings
from pipeline.audio.voice_detection import judge_frames
from pipeline.choir.performance import RATE
from pipeline.errors import BadInputError, BadRecordingError
from pipeline.params import load_params
from pipeline.runtime.counting import counted
from pipeline.runtime.metrics import write_json
from pipeline.runtime.program import one_line_faults, parser
from pipeline.runtime.stage import METRICS
from pipeline.studies.markdown_table import markdown
from pipeline.studies.voice_detection import settings_of_methods

TARGET = METRICS / "speech_detection.json"
REMEDY = 'make speech-detection SPEECH="folder ..." SINGING="folder ..."'
LENGTHS_S = (15, 30, 60)
SHORTEST_S = 1.0
ORDER_SEED = 49

Samples = NDArray[np.float32]


def main() -> None:
    """Run from the command line."""
    options = parser("pipeline.studies.speech_detection", __doc__)
    for kind in ("speech", "singing"):
        options.add_argument(
            f"--{kind}",
            nargs="+",
            type=Path,
            required=True,
            metavar="FOLDER",
            help=f"recordings of {kind}, a voice each",
        )
    with one_line_faults("speech_detection"):
        measured = measure_voices(options.parse_args())
        write_json(TARGET, measured)
        print(tabulate(measured), f"written: {TARGET}", sep="\n")


def measure_voices(folders: argparse.Namespace) -> dict[str, Any]:
    """Score every voice; return what metrics/speech_detection.json holds, see docs/reference/metrics.md.

    Raises
    ------
    BadInputError
        A folder holds no recording of a second or more.
    """
    settings = settings_of_methods()["periodicity"]
    quality = load_params().resample.quality
    voices = [(kind, folder) for kind in ("speech", "singing") for folder in getattr(folders, kind)]
    measured = []
    for kind, folder in tqdm(voices, desc="voices", unit=" voices"):
        recordings = read_voice(folder, quality)
        lengths = {str(seconds): score(join(recordings, seconds), settings) for seconds in LENGTHS_S}
        measured.append({"voice": folder.name, "kind": kind, "takes": lengths})
    return {"voices": measured}


def read_voice(folder: Path, quality: str) -> list[Samples]:
    """Read the recordings of a folder, below it too, but for those that are short or cannot be read.

    Raises
    ------
    BadInputError
        None is left.
    """
    recordings, left_out = [], 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        try:
            samples, rate = decode(path)
        except BadRecordingError:
            left_out += 1
            continue
        if len(samples) >= SHORTEST_S * rate:
            recordings.append(np.concatenate([*resample([samples.mean(axis=1)], rate, RATE, quality)]))
    if not recordings:
        raise BadInputError(
            f"{folder}: no recording of {SHORTEST_S:g} s or more; name a folder of a voice's recordings"
        )
    if left_out:
        tqdm.write(f"{folder}: {counted(left_out, 'file is', 'files are')} no recording that can be read, and left out")
    return recordings


def join(recordings: Sequence[Samples], seconds: int) -> Iterator[Samples]:
    """Join recordings to takes that are just as long as that, or longer; what is left over makes none."""
    take: list[Samples] = []
    for place in np.random.default_rng(ORDER_SEED).permutation(len(recordings)):
        take.append(recordings[place])
        if sum(map(len, take)) >= seconds * RATE:
            yield np.concatenate(take)
            take = []


def score(takes: Iterator[Samples], settings: VoiceSettings) -> dict[str, int]:
    """Count takes, and those whose pitch glides as that of speech does."""
    found = [judge_frames(take, RATE, settings)[1].glides for take in takes]
    return {"takes": len(found), "doubted": sum(found)}


def tabulate(measured: dict[str, Any]) -> str:
    """Tabulate, in Markdown, how many takes are doubted: by voice of speech, and of all voices of a kind."""
    rows = [["doubted", *(f"of takes of {seconds} s" for seconds in LENGTHS_S)]]
    for kind in ("speech", "singing"):
        voices = [one for one in measured["voices"] if one["kind"] == kind]
        rows += [[one["voice"], *_cells([one])] for one in voices] if kind == "speech" else []
        rows.append([f"all {kind}, {counted(len(voices), 'voice')}", *_cells(voices)])
    return markdown(rows)


def _cells(voices: Sequence[dict[str, Any]]) -> list[str]:
    by_length = [[one["takes"][str(seconds)] for one in voices] for seconds in LENGTHS_S]
    return [f"{sum(one['doubted'] for one in some)} of {sum(one['takes'] for one in some)}" for some in by_length]


if __name__ == "__main__":
    main()
