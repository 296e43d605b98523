"""The performances of the RAVDESS songs through the channels of `make judge`, one drawn for each by its name."""

from pathlib import Path
from tempfile import gettempdir
from zlib import crc32

import numpy as np
import pandas as pd
import soundfile

from pipeline.runtime.workers import in_parallel
from pipeline.studies.judge_channels import CHANNELS_SEED, ChannelKind, transmit_recording
from singing_style.takes import Takes, open_takes

RAVDESS_NAME = "03-02-(?P<emotion>[0-9]{2})-[0-9]{2}-(?P<lyrics>[0-9]{2})"
# The emotions that each melody is sung in: neutral; calm and happy (major); sad, angry and fearful (minor).
MELODIES = ("01", "02 03", "04 05 06")
BITS = "PCM_24"


def name_songs(paths: pd.Series) -> pd.Series:
    """Read emotion and lyrics from the names of files; takes that share them are one performance of their singer."""
    fields = paths.str.extract(RAVDESS_NAME)
    return fields["emotion"] + "-" + fields["lyrics"]


def mood_of(song: str) -> str:
    """Return the emotion of a song named by `name_songs`."""
    return song.partition("-")[0]


def melody_of(song: str) -> str:
    """Return which of `MELODIES` such a song has."""
    return next(melody for melody in MELODIES if mood_of(song) in melody)


def transmit_performances(corpus: Path, kind: ChannelKind, folder: Path, seed: int = 0) -> None:
    """Write every performance, its takes joined, as it comes out of a channel: a folder for each singer.

    Parameters
    ----------
    corpus : Path
        Holds the songs, with their manifest.csv.
    kind : ChannelKind
    folder : Path
        Receives ``<singer>/<emotion>-<lyrics>.flac``.
    seed : int, optional
        Root of the draws.
    """
    takes = pd.read_csv(corpus / "manifest.csv").sort_values("path")
    calls = []
    for (singer, song), paths in takes.groupby(["singer", name_songs(takes["path"])])["path"]:
        name = f"{singer}/{song}"
        stream = [seed, CHANNELS_SEED, crc32(kind.name.encode()), crc32(name.encode())]
        files = tuple(corpus / path for path in paths)
        calls.append((Takes(files), folder / f"{name}.flac", kind.strength, stream))
        (folder / str(singer)).mkdir(exist_ok=True)
    for _ in in_parallel(_transmit, calls):
        pass


def _transmit(takes: Takes, target: Path, strength: float, stream: list[int]) -> None:
    rate, blocks = open_takes(takes, Path(gettempdir()))
    soundfile.write(target, np.concatenate(list(blocks)), rate, subtype=BITS)
    transmit_recording(target, target, strength, stream)
