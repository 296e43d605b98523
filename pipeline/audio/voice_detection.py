"""Voice detection by either method: the paper's K-means (3.3), or by periodicity, level and hum."""

from dataclasses import dataclass

import numpy as np

from pipeline.audio.clips import clip_starts
from pipeline.audio.frames import Recording
from pipeline.audio.periodicity import Periods, measure_periods
from pipeline.audio.settings import VoiceSettings
from pipeline.audio.sung_frames import Evidence, find_sung
from pipeline.audio.voicing import Voiced, find_voice

# Periods are measured from here on, so that a hum is told whatever the lowest pitch of singing: a frame of 93 ms holds
# nearly four of them. Of a shorter frame, those that it holds twice.
LOWEST_HZ = 40.0


@dataclass(frozen=True, eq=False)
class Detection:
    """What either method finds.

    Attributes
    ----------
    voiced : Voiced
        The frames and clips. Of method `periodicity`, the confidence is the periodicity.
    energy_rule : bool
        Whether energy alone decided; see `pipeline.audio.voicing.detect_voice`. Never of method `periodicity`.
    evidence : Evidence or None
        Why each frame is sung or is not; None of method `kmeans`.
    """

    voiced: Voiced
    energy_rule: bool
    evidence: Evidence | None


def detect(samples: Recording, rate: int, settings: VoiceSettings) -> Detection:
    """Find the voiced frames of a recording, and its clips, by the method that the settings name.

    Parameters
    ----------
    samples : Recording of float32
    rate : int
        Sampling rate in Hz.
    settings : VoiceSettings
    """
    if settings.method == "kmeans":
        voiced, energy_rule = find_voice(samples, rate, settings)
        return Detection(voiced, energy_rule, None)
    measured, evidence = judge_frames(samples, rate, settings)
    starts = clip_starts(
        evidence.sung, settings.clip_frames, settings.clip_hop, settings.min_voiced, pad_short=settings.pad_short
    )
    energy = np.sqrt(measured.power * measured.inside).astype(np.float32)
    return Detection(
        Voiced(energy, measured.periodicity.astype(np.float32), evidence.sung, starts),
        energy_rule=False,
        evidence=evidence,
    )


def judge_frames(samples: Recording, rate: int, settings: VoiceSettings) -> tuple[Periods, Evidence]:
    """Measure and judge every frame by method `periodicity`, whatever the method that the settings name.

    Parameters
    ----------
    samples : Recording of float32
    rate : int
        Sampling rate in Hz.
    settings : VoiceSettings
    """
    measured = measure_periods(
        samples,
        rate,
        length=settings.length,
        hop=settings.hop,
        min_hz=min(max(LOWEST_HZ, 2 * rate / settings.length), settings.min_hz),
        max_hz=settings.max_hz,
    )
    return measured, find_sung(measured, rate, settings.hop / rate, settings.min_hz)
