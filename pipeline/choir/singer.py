"""Singers: a few physical and stylistic parameters that make one voice unlike another."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

# Of voices alike: middles of the singers' ranges, MIDI: G#3 to D4. Half an octave, so that all sing most songs at one
# pitch: among forty singers an octave apart, the octave alone halves the loss and a short training learns nothing else.
REGISTERS = (56.0, 62.0)

Voices = Literal["alike", "mixed"]
# Of mixed voices: the range of registers, MIDI (A2 to A3, A3 to A4), and of vocal-tract lengths, cm.
MEN, WOMEN = ((45.0, 57.0), (15.5, 19.5)), ((57.0, 69.0), (12.5, 16.0))

DYNAMICS_DB = (1.0, 8.0)
# Singers' own formants lie at most this share above or below; so narrow that formants keep their order.
FORMANT_SPREAD = (0.14, 0.14, 0.09, 0.09, 0.09)


@dataclass(frozen=True)
class Singer:
    """One singer's style, from which every performance departs as far as `pipeline.choir.effort` says.

    Attributes
    ----------
    register : float
        Middle of the singer's range, MIDI number. Songs are sung in the octave nearest to it.
    tuning_cents : float
        Constant deviation from A4 = 440 Hz.
    tract_length_cm : float
        Vocal-tract length; all formants are inversely proportional to it.
    formant_shifts : tuple of 5 float
        The singer's own factor on each of the formants F1 to F5.
    bandwidth_factor : float
        Factor on the formants' bandwidths.
    singers_formant_db : float
        Height of the singer's formant near 3 kHz.
    tilt_db_per_octave : float
        Slope of the radiated glottal source at full voice, in dB per octave, negative.
    breathiness_db : float
        Aspiration noise at F0, relative to the fundamental.
    vibrato_rate_hz, vibrato_extent_cents, vibrato_onset_s : float
        Rate, amplitude (half of peak to peak), and delay after the start of a note.
    jitter_cents, shimmer_db : float
        Standard deviation of the fast random deviation of pitch and of loudness.
    portamento_s : float
        Time of the glide between two notes.
    scoop_cents : float
        How far below its first note a phrase starts.
    attack_s, release_s : float
        Time of the fade at the start and at the end of a phrase.
    articulation_db : float
        Dip of loudness between two syllables.
    dynamics_db : float
        Difference between a phrase's loudest moment and its ends.
    """

    register: float
    tuning_cents: float
    tract_length_cm: float
    formant_shifts: tuple[float, float, float, float, float]
    bandwidth_factor: float
    singers_formant_db: float
    tilt_db_per_octave: float
    breathiness_db: float
    vibrato_rate_hz: float
    vibrato_extent_cents: float
    vibrato_onset_s: float
    jitter_cents: float
    shimmer_db: float
    portamento_s: float
    scoop_cents: float
    attack_s: float
    release_s: float
    articulation_db: float
    dynamics_db: float

    def style(self) -> dict[str, float]:
        """Return the parameters as named numbers, each name starting with ``style_``."""
        numbers = {f"style_{name}": value for name, value in vars(self).items() if name != "formant_shifts"}
        shifts = {f"style_formant_{i}_shift": shift for i, shift in enumerate(self.formant_shifts, 1)}
        return numbers | shifts


def draw_singer(rng: np.random.Generator, voices: Voices = "alike") -> Singer:
    """Draw a singer, every parameter by itself and uniformly.

    Parameters
    ----------
    rng : numpy.random.Generator
    voices : {"alike", "mixed"}, optional
        Registers within half an octave; or men and women, as real choirs have them, whose registers and vocal tracts
        go together. All else is the same under both.
    """
    singer = _draw_alike(rng)
    if voices == "alike":
        return singer
    registers, tracts = MEN if rng.random() < 0.5 else WOMEN
    return replace(singer, register=rng.uniform(*registers), tract_length_cm=rng.uniform(*tracts))


def _draw_alike(rng: np.random.Generator) -> Singer:
    shifts = [float(shift) for shift in 1 + rng.uniform(-1, 1, 5) * FORMANT_SPREAD]
    return Singer(
        register=rng.uniform(*REGISTERS),
        tuning_cents=rng.uniform(-20, 20),
        tract_length_cm=rng.uniform(12.5, 20.0),
        formant_shifts=(shifts[0], shifts[1], shifts[2], shifts[3], shifts[4]),
        bandwidth_factor=rng.uniform(0.6, 1.8),
        singers_formant_db=rng.uniform(0, 20),
        tilt_db_per_octave=rng.uniform(-9, -5),
        breathiness_db=rng.uniform(-38, -18),
        vibrato_rate_hz=rng.uniform(4.5, 7.5),
        vibrato_extent_cents=rng.uniform(5, 140),
        vibrato_onset_s=rng.uniform(0.05, 0.4),
        jitter_cents=rng.uniform(2, 12),
        shimmer_db=rng.uniform(0.1, 0.8),
        portamento_s=rng.uniform(0.03, 0.2),
        scoop_cents=rng.uniform(0, 250),
        attack_s=rng.uniform(0.02, 0.15),
        release_s=rng.uniform(0.04, 0.2),
        articulation_db=rng.uniform(1, 20),
        dynamics_db=rng.uniform(*DYNAMICS_DB),
    )
