"""Recordings cut in two, where nobody sings two songs, so that one half can be set against the other.

So a corpus without names of singers can be judged on, too: every recording is its own singer, and its halves are songs.
Both halves go through channels of their own; as recorded, they share the microphone and the room, which flatters.
"""

from functools import partial
from pathlib import Path

import pandas as pd
import soundfile

from pipeline.audio.steps.resample import resample_recording
from pipeline.audio.stored import read_stored
from pipeline.choir.performance import RATE
from pipeline.errors import BadRecordingError
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import fresh_folder

QUALITY = "HQ"
# Samples of the shortest recording that is cut: a fifth of a second.
SHORTEST = RATE // 5
HALVES = ("first half", "second half")
# What `cut_recording` is made of beside the stage that its work begins with.
SOURCES = ("pipeline/studies/judge_halves.py", "pipeline/audio/stored.py", "pipeline/choir")


def sings_once(table: pd.DataFrame) -> bool:
    """Tell whether no singer of a table (columns singer and song) sings two songs."""
    return bool(table.groupby("singer")["song"].nunique().max() < 2)


def cut_in_halves(table: pd.DataFrame, folder: Path, label: str) -> pd.DataFrame:
    """Cut every recording in two.

    Parameters
    ----------
    table : DataFrame
        Columns recording, path, singer and song.
    folder : Path
        Receives the files; emptied first.
    label : str
        Stands on the progress bar.

    Returns
    -------
    DataFrame
        Two rows for each that can be read, in the order of the recordings: the halves are named ``<recording>-1`` and
        ``-2``, each recording is a singer of its own, and the songs are `HALVES`.
    """
    fresh_folder(folder)
    names = list(table["recording"])
    done = for_each_recording(
        cut_recording,
        names,
        [
            (Input(path), *(Output(_half_of(folder, number, name)) for number in (1, 2)))
            for name, path in zip(names, table["path"], strict=True)
        ],
        label=label,
        max_bad_share=1.0,
        scratch=Scratch.of_stage("resample", besides=SOURCES),
    )
    if done.left_out:
        print(f"{label}: {done.summary()}", flush=True)
    kept = table[table["recording"].isin(done.results)]
    halves = [
        kept.assign(
            recording=kept["recording"] + f"-{number}",
            path=kept["recording"].map(partial(_half_of, folder, number)),
            singer=kept["recording"],
            song=song,
        )
        for number, song in enumerate(HALVES, 1)
    ]
    return pd.concat(halves).sort_values("recording", ignore_index=True)


def _half_of(folder: Path, number: int, recording: str) -> Path:
    return folder / f"{recording}-{number}.flac"


def cut_recording(source: Path, first: Path, second: Path) -> None:
    """Write the first and the second half of a recording of any format, at the choir's rate.

    Raises
    ------
    BadRecordingError
        It cannot be read, is too short, or a half is silent.
    """
    resample_recording(source, first, RATE, QUALITY, SHORTEST)
    sound, _ = read_stored(first)
    middle = len(sound) // 2
    for path, half in ((first, sound[:middle]), (second, sound[middle:])):
        if not half.any():
            raise BadRecordingError("silent in one half")
        soundfile.write(path, half, RATE, subtype="PCM_24", format="FLAC")
