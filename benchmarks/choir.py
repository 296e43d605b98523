"""How fast the choir sings: seconds of one core for each part of one recording, and for the default corpus.

Run from the top folder: ``python -m benchmarks.choir``.
"""

import time
from pathlib import Path

import numpy as np

from pipeline.choir.channel import draw_channel, transmit
from pipeline.choir.performance import RATE, sing
from pipeline.choir.score import read_scores
from pipeline.choir.singer import draw_singer

SCORES = Path("data/raw/demo")
SECONDS = 22.0
DEFAULT_RECORDINGS = 360


def main() -> None:
    sung = recorded = 0.0
    scores = read_scores(SCORES)
    for number, score in enumerate(scores):
        rng = np.random.default_rng(number)
        singer = draw_singer(rng)
        start = time.perf_counter()
        voice = sing(score, singer, SECONDS, rng)
        middle = time.perf_counter()
        transmit(voice, draw_channel(rng), RATE, rng)
        sung += middle - start
        recorded += time.perf_counter() - middle
    each = (sung + recorded) / len(scores)
    print(f"sing {sung / len(scores):.3f} s, transmit {recorded / len(scores):.3f} s a recording of {SECONDS:g} s")
    print(f"default corpus: {each * DEFAULT_RECORDINGS:.0f} s of one core")


if __name__ == "__main__":
    main()
