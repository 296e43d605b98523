"""How fast the choir sings: seconds of one core for each part of one recording, and for the default corpus.

Run from the top folder: ``python -m benchmarks.choir``.
"""

import time
from pathlib import Path

import numpy as np

from pipeline.choir.channel import draw_channel, transmit
from pipeline.choir.effort import vary_effort
from pipeline.choir.performance import RATE, sing
from pipeline.choir.score import read_scores
from pipeline.choir.singer import draw_singer
from pipeline.corpora.schema import SPLITS
from pipeline.params import load_params

SCORES = Path("data/raw/demo")


def main() -> None:
    demo = load_params().corpus.demo
    sung = recorded = 0.0
    scores = read_scores(SCORES)
    for number, score in enumerate(scores):
        rng = np.random.default_rng(number)
        start = time.process_time()
        singer = vary_effort(draw_singer(rng, demo.voices), demo.effort, rng)
        voice = sing(score, singer, demo.seconds, rng)
        middle = time.process_time()
        transmit(voice, draw_channel(rng, demo.channel), RATE, rng)
        sung += middle - start
        recorded += time.process_time() - middle
    each = (sung + recorded) / len(scores)
    recordings = sum(getattr(demo.singers, split) * getattr(demo.songs, split) for split in SPLITS)
    print(f"sing {sung / len(scores):.3f} s, transmit {recorded / len(scores):.3f} s a recording of {demo.seconds:g} s")
    print(
        f"{demo.seconds / each:.0f} times real time on one core; default corpus: {each * recordings:.0f} s of one core"
    )


if __name__ == "__main__":
    main()
