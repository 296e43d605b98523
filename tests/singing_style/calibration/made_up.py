"""Made-up choirs for the tests of calibration."""

import numpy as np

from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import index_of, voice


def choir(singers: int, generator: np.random.Generator, *, takes: int = 4, registers: int = 1) -> VoiceIndex:
    """Make up singers at random places in space, and their takes around them; every second one may sing higher."""
    voices = []
    for singer in range(singers):
        place = generator.standard_normal(4)
        pitch = 50.0 + 12 * (singer % registers)
        for take in range(takes):
            at = place + 0.4 * generator.standard_normal(4)
            voices.append(voice(f"{singer}/{take}", f"singer {singer:03}", *at, pitch=pitch))
    return index_of(*voices)
