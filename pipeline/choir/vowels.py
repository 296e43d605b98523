"""Vowels: where the formants F1 to F5 of each lie, for a given singer."""

import numpy as np
from numpy.typing import NDArray

from pipeline.choir.singer import Singer

# The vocal tract whose formants the table gives: an adult man's.
REFERENCE_LENGTH_CM = 17.5

# Rounded textbook values for the reference length.
FORMANTS_HZ = {
    "a": (700.0, 1150.0, 2550.0, 3400.0, 4450.0),
    "e": (450.0, 1900.0, 2500.0, 3450.0, 4450.0),
    "i": (290.0, 2200.0, 2950.0, 3600.0, 4550.0),
    "o": (450.0, 820.0, 2450.0, 3300.0, 4350.0),
    "u": (320.0, 750.0, 2250.0, 3250.0, 4300.0),
}

BANDWIDTHS_HZ = (60.0, 80.0, 110.0, 160.0, 220.0)


def formants(vowel: str, singer: Singer) -> NDArray[np.float64]:
    """Formant frequencies of a vowel as this singer forms it, (5,), Hz."""
    length = REFERENCE_LENGTH_CM / singer.tract_length_cm
    return np.asarray(np.array(FORMANTS_HZ[vowel]) * singer.formant_shifts * length, dtype=np.float64)


def bandwidths(singer: Singer) -> NDArray[np.float64]:
    """Bandwidths of F1 to F5, (5,), Hz."""
    return np.asarray(np.array(BANDWIDTHS_HZ) * singer.bandwidth_factor, dtype=np.float64)
