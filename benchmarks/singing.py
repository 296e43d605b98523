"""Recordings to work on: the demo choir sings, and slices of it make a corpus of any size."""

from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
import soundfile
from numpy.typing import NDArray

from pipeline.choir.channel import draw_channel, transmit
from pipeline.choir.performance import RATE, sing
from pipeline.choir.score import read_scores
from pipeline.choir.singer import draw_singer
from pipeline.corpora.schema import SPLITS

SCORES = Path(__file__).parents[1] / "data/raw/demo"
SONG_SECONDS = 22.0
SINGERS_A_PART = 10
# Samples from the start of one slice to the next; a prime, so that few slices start alike.
STRIDE = 7919
Samples: TypeAlias = NDArray[np.float32]


def sing_songs(count: int) -> Samples:
    """Let as many singers sing a song each, one after the other."""
    performances = []
    for number, score in enumerate(read_scores(SCORES)[:count]):
        rng = np.random.default_rng(number)
        performances.append(transmit(sing(score, draw_singer(rng), SONG_SECONDS, rng), draw_channel(rng), RATE, rng))
    return np.concatenate(performances).astype(np.float32)


def write_corpus(singing: Samples, recordings: int, seconds: float, folder: Path) -> pd.DataFrame:
    """Write slices of the singing, each under a noise of its own, and give their manifest.

    Test, validation and training part take turns, so that any six in a row hold two singers of each.
    """
    length, rows = round(seconds * RATE), []
    for number in range(recordings):
        start = number * STRIDE % (len(singing) - length)
        noise = 1e-4 * np.random.default_rng(number).normal(size=length)
        soundfile.write(folder / f"r{number}.flac", singing[start : start + length] + noise, RATE)
        split = SPLITS[-1 - number % len(SPLITS)]
        rows.append((f"r{number}", f"r{number}.flac", f"{split}{number % SINGERS_A_PART}", split, split))
    return pd.DataFrame(rows, columns=["recording", "path", "singer", "song", "split"])
