"""On the RAVDESS songs, where they are at hand: SINGING_CORPORA names the folder that holds ravdess_song."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.model.listening import Listening
from singing_style.hearing import hear
from singing_style.performance import TooLittleSinging

CORPORA = os.environ.get("SINGING_CORPORA")
SINGERS = 4


@pytest.mark.skipif(not CORPORA, reason="SINGING_CORPORA is not set")
def test_nearly_all_joined_performances_are_judged(listening: Listening) -> None:
    """Takes of one singer, song and emotion heard together, 14 to 19 s, as the pipeline's loader joins them."""
    paper = listening.model_copy(update={"clip_frames": 256, "clip_hop": 51, "min_voiced": 128, "bins": 96})
    folder = Path(str(CORPORA)) / "ravdess_song"
    takes = pd.read_csv(folder / "manifest.csv")
    chosen = takes[takes["singer"].isin(sorted(takes["singer"].unique())[:SINGERS])]
    outcomes = []
    for _, paths in chosen.groupby(["singer", "lyrics", "emotion"])["path"]:
        try:
            outcomes.append(hear([folder / path for path in paths], paper).voiced_seconds > 3)
        except TooLittleSinging:
            outcomes.append(False)
    assert len(outcomes) >= 40
    assert np.mean(outcomes) >= 0.97
