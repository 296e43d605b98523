"""Unlabelled recordings, each by a singer of its own: a folder of sound files, every one cut into two performances.

Yours, under your terms: ``make corpus NAME=halves FROM=/path/to/folder``. Without labels, only one thing is known: both
halves of a recording have one singer. Each half counts as a song, so that a half is found by the other one, and no
clip, which is cut later, is in both. Somebody who made two of the recordings counts as two singers, which raises error
rates; microphone, room and song are the same in both halves, which lowers them.

A recording is cut by its duration, not by how long somebody sings, which later stages find. The cut lies where it is
quietest close to the middle, so that no note is in both halves.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.corpora.gathering import Loaded
from pipeline.corpora.joining import read_voice, write_joined
from pipeline.corpora.layout import SUFFIXES, sound_paths
from pipeline.corpora.names import name_recordings
from pipeline.corpora.placement import locate_all
from pipeline.corpora.splits.split import Splitter
from pipeline.errors import BadInputError, BadRecordingError
from pipeline.runtime.recordings import Input, Output, for_each_recording
from pipeline.runtime.scratch import Scratch

HALVES = ("first", "second")
# How far from the middle the cut may lie, at most a quarter of the recording, and how long the quietest moment is.
REACH_SECONDS = 2.0
QUIET_SECONDS = 0.1
LEAST_SECONDS = 1.0


def load(
    raw: Path,
    corpus: Path,
    *,
    split: Splitter,
    max_bad_share: float,
    scratch: Scratch | None = None,
) -> Loaded:
    """Load the recordings of a folder, each as two performances.

    Parameters
    ----------
    raw : Path
        The folder; recordings may lie at any depth.
    corpus : Path
        Where ``audio/`` is written.
    split : callable
        Splits singers and songs; see `pipeline.corpora.splits.split`.
    max_bad_share : float
        Share of recordings that may be unreadable, 0 to 1.
    scratch : Scratch, optional
        See `for_each_recording`.

    Raises
    ------
    BadInputError
        There are no recordings, too few to split, or too many cannot be used.
    """
    paths = sound_paths(raw)
    if not paths:
        raise BadInputError(f"{raw}: no sound files ({', '.join(sorted(SUFFIXES))}); put the recordings there")
    listed = pd.DataFrame({"recording": name_recordings(paths), "path": paths})
    files = locate_all(listed, raw, max_bad_share)
    halves = tabulate(list(files.results))
    parts = split(halves, source=str(raw))
    chosen = parts.assign(halves)
    singers = list(dict.fromkeys(chosen["singer"]))
    (corpus / "audio").mkdir(parents=True, exist_ok=True)
    targets = dict(zip(chosen["recording"], chosen["path"], strict=True))
    done = for_each_recording(
        cut,
        singers,
        [
            (
                *(Output(corpus.absolute() / targets[f"{singer}-{half}"]) for half in HALVES),
                Input(files.results[singer].absolute()),
            )
            for singer in singers
        ],
        label="cutting recordings",
        max_bad_share=max_bad_share,
        scratch=scratch,
    )
    return Loaded(chosen[chosen["singer"].isin(done.results)], [*files.left_out, *done.left_out], parts.report())


def tabulate(recordings: list[str]) -> pd.DataFrame:
    """Return the table of halves: the manifest without its column split, two rows for each recording."""
    names = [(recording, half) for recording in sorted(recordings) for half in HALVES]
    return pd.DataFrame(
        [
            {
                "recording": f"{recording}-{half}",
                "path": f"audio/{recording}-{half}.flac",
                "singer": recording,
                "song": f"{recording}, {half} half",
            }
            for recording, half in names
        ]
    )


def cut(first: Path, second: Path, file: Path) -> None:
    """Write both halves of a recording as FLAC files, mono, at its own sampling rate.

    Raises
    ------
    BadRecordingError
        It cannot be decoded, or is shorter than `LEAST_SECONDS`.
    """
    samples, rate = read_voice(file, None)
    if len(samples) < LEAST_SECONDS * rate:
        raise BadRecordingError(f"{len(samples) / rate:.2f} s, too short to be cut into halves")
    at = find_cut(samples, rate)
    write_joined([samples[:at]], [rate], first)
    write_joined([samples[at:]], [rate], second)


def find_cut(samples: NDArray[np.float32], rate: int) -> int:
    """Find where to cut: amid the quietest `QUIET_SECONDS` close to the middle, the closest of several.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        At least `LEAST_SECONDS`.
    rate : int
        In Hz.

    Returns
    -------
    int
        The first sample of the second half; within `REACH_SECONDS` and a quarter of the recording from its middle.
    """
    middle, window = len(samples) // 2, max(1, round(QUIET_SECONDS * rate))
    reach = min(round(REACH_SECONDS * rate), len(samples) // 4)
    start = middle - reach - window // 2
    heard = samples[start : middle + reach - window // 2 + window].astype(np.float64)
    power = np.cumsum(np.concatenate([[0.0], heard**2]))
    energy = power[window:] - power[:-window]
    quietest = np.flatnonzero(energy <= energy.min())
    return int(middle - reach + quietest[np.abs(quietest - reach).argmin()])
