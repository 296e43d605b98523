"""The channels through which `make judge` hears singers: as recorded, through microphones and rooms, by telephone."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
import pandas as pd
import soundfile

from pipeline.audio.steps.resample import resample_recording
from pipeline.audio.stored import read_stored
from pipeline.choir.channel import draw_channel, transmit
from pipeline.choir.performance import RATE
from pipeline.errors import BadRecordingError
from pipeline.runtime.recordings import Done, Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch
from pipeline.runtime.stage import fresh_folder

CHANNELS_SEED = 44
QUALITY = "HQ"
# Samples of the shortest recording that goes through a channel: a tenth of a second.
SHORTEST = RATE // 10
# What `transmit_recording` is made of beside the stage that its work begins with.
SOURCES = ("pipeline/studies/judge_channels.py", "pipeline/audio/stored.py", "pipeline/choir")


@dataclass(frozen=True)
class ChannelKind:
    """A kind of channels that may stand between a singer and the listener.

    Attributes
    ----------
    name : str
        In the metrics.
    label : str
        What people read.
    strength : float
        How far the channels differ, in the words of `pipeline.choir.channel`; 0 leaves recordings as they are.
    """

    name: str
    label: str
    strength: float


CHANNELS = (
    ChannelKind("as_recorded", "as recorded", 0.0),
    ChannelKind("microphones", "microphones and rooms", 1.5),
    ChannelKind("telephones", "half by telephone", 4.0),
)


@dataclass(frozen=True)
class Transmitted:
    """The recordings behind a channel, their paths those of the new files, and how many came by telephone."""

    table: pd.DataFrame
    telephones: int


def transmit_all(kind: ChannelKind, table: pd.DataFrame, folder: Path, seed: int) -> Transmitted:
    """Send every recording through a channel of its own, drawn anew for each by its name.

    Parameters
    ----------
    kind : ChannelKind
    table : DataFrame
        Columns recording and path.
    folder : Path
        Receives the files; emptied first.
    seed : int
        Root of the draws. The channel of a recording depends on this, its name and the kind alone.
    """
    if not kind.strength:
        return Transmitted(table, 0)
    fresh_folder(folder)
    names = list(table["recording"])
    done: Done[bool] = for_each_recording(
        transmit_recording,
        names,
        [
            (
                Input(path),
                Output(folder / f"{name}.flac"),
                kind.strength,
                [seed, CHANNELS_SEED, crc32(kind.name.encode()), crc32(name.encode())],
            )
            for name, path in zip(names, table["path"], strict=True)
        ],
        label=kind.label,
        max_bad_share=1.0,
        scratch=Scratch.of_stage("resample", besides=SOURCES),
    )
    if done.left_out:
        print(f"{kind.label}: {done.summary()}", flush=True)
    kept = table[table["recording"].isin(done.results)]
    kept = kept.assign(path=kept["recording"].map(lambda name: folder / f"{name}.flac"))
    return Transmitted(kept, sum(done.results.values()))


def transmit_recording(source: Path, target: Path, strength: float, stream: Sequence[int]) -> bool:
    """Draw a channel, write a recording as it comes out of it, and tell whether it is a telephone.

    Parameters
    ----------
    source, target : Path
        A recording of any format; FLAC at the choir's rate, since the equaliser's curve spans what a rate can hold.
    strength : float
        See `pipeline.choir.channel.draw_channel`.
    stream : sequence of int
        Seeds the draws.

    Raises
    ------
    BadRecordingError
        The recording cannot be read, is too short, or is silent.
    """
    resample_recording(source, target, RATE, QUALITY, SHORTEST)
    voice, _ = read_stored(target)
    if not voice.any():
        raise BadRecordingError("silent")
    rng = np.random.default_rng(stream)
    channel = draw_channel(rng, strength)
    soundfile.write(target, transmit(voice, channel, RATE, rng), RATE, subtype="PCM_24", format="FLAC")
    return channel.telephone
