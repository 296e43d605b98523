"""What a large corpus takes where there is a row for each clip: drawing pairs, and the exact loss."""

import numpy as np

from benchmarks.evaluation import Taken, exact_loss, taken
from pipeline.nn.pairs import PairSampler

EXACT_LOSS_CLIPS = 20_000
# Performances of each singer, as in DAMP-balanced's training part.
EACH = 6
PAIRS = 32


def draw_pairs(clips: int, performances: int) -> Taken:
    """Prepare to draw from so many clips, and draw a batch."""
    performance = np.arange(clips) * performances // clips
    singer = np.char.add("train singer ", (performance // EACH).astype(str))
    song = np.char.add("song ", (performance % EACH).astype(str))
    return taken(lambda: PairSampler(singer, song).draw(PAIRS, np.random.default_rng(0)))


def exact_loss_seconds(clips: int) -> float:
    """Time the exact loss over so many clips."""
    return exact_loss(False, clips).seconds
