"""What sounds in a recording where too little is sung: said to whoever wonders why it is refused."""

import numpy as np

from pipeline.audio.frames import Recording
from pipeline.audio.settings import VoiceSettings
from pipeline.audio.sung_frames import FrameVerdict
from pipeline.audio.voice_detection import judge_frames

# What is softer throughout is hardly more than the rounding to 16 bits.
SOFT_DB = -60.0
# Up to this share of frames with a pitch, a recording is noise.
NOISE_SHARE = 0.1
# What is told lasts so long.
LEAST_S = 0.5


def explain_refusal(samples: Recording, rate: int, settings: VoiceSettings, pitch_floor: str = "") -> str:
    """Say what sounds in a recording, in the terms of method `periodicity`, whatever the method that refused it.

    Parameters
    ----------
    samples : Recording of float32
    rate : int
        Sampling rate in Hz.
    settings : VoiceSettings
    pitch_floor : str, optional
        Name of the parameter that sets `min_hz`, for a reader who can change it.

    Returns
    -------
    str
        A clause that goes on after a semicolon; empty where there is nothing to add to "too little".
    """
    measured, evidence = judge_frames(samples, rate, settings)
    told = LEAST_S * rate / settings.hop
    sung, hum, low, unpitched = (
        np.count_nonzero(evidence.verdict == verdict)
        for verdict in (FrameVerdict.SUNG, FrameVerdict.HUM, FrameVerdict.LOW, FrameVerdict.UNPITCHED)
    )
    clauses = []
    if low >= told and low > max(sung, hum):
        named = f" ({pitch_floor})" if pitch_floor else ""
        clauses.append(
            f"most of it lies below {settings.min_hz:g} Hz, where no pitch is looked for{named}; or its rate is stated "
            "too low"
        )
    elif hum >= told and hum > sung:
        clauses.append("what sounds is a hum of the mains")
    elif sung < told and unpitched > (1 - NOISE_SHARE) * len(evidence.verdict):
        clauses.append("what sounds is noise, without a pitch")
    loudest = float(10 * np.log10(max(measured.power.max(), 1e-20)))
    if loudest < SOFT_DB:
        clauses.append(f"it is very soft, nowhere above {loudest:.0f} dB of full scale")
    return "; ".join(clauses)
