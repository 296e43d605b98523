"""How a tiny model listens, and what its distances mean."""

import pytest

from pipeline.model.calibration import Calibration
from pipeline.model.listening import Listening

LISTENING = Listening(
    feature="mel",
    rate=22050,
    quality="HQ",
    frame_length=2048,
    frame_hop=512,
    pitch_min_hz=65.0,
    pitch_max_hz=1000.0,
    clip_frames=32,
    clip_hop=16,
    min_voiced=16,
    pad_short=True,
    bins=16,
    bins_per_octave=4,
    cqt_min_hz=65.5,
    floor_db=60.0,
    seed=0,
)
CALIBRATION = Calibration(
    bias=2.0, slope=4.0, threshold=0.5, equal_error_rate=0.1, prior=0.5, pairs=12, singers=3, corpus="tones"
)


@pytest.fixture
def listening() -> Listening:
    return LISTENING


@pytest.fixture
def calibration() -> Calibration:
    return CALIBRATION
