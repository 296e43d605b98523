"""The recording channel: microphone, room, band, level, noise and codec, drawn anew for every recording.

So the channel tells nothing about who sings, as in DAMP, where everybody holds another telephone. How far channels
differ is a strength: 0 is none, 1 mild, 2.5 as between telephones and studios. docs/science/choir.md has the ranges.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

STRONGEST = 4.0
LOWEST_HZ = 60.0
# Standard deviations of the coefficients of the equaliser, at strength 1.
EQUALISER_DB = (1.0, 0.8, 0.6, 0.4, 0.3)
LOW_CUT_HZ = (40.0, 150.0)
HIGH_CUT_HZ = (8500.0, 10500.0)
# The narrow band of telephony (ITU-T G.712): none has it up to TELEPHONES_FROM, half of the channels at STRONGEST.
TELEPHONE_HZ = (300.0, 3400.0)
TELEPHONES_FROM = 2.0
TELEPHONES_AT_MOST = 0.5
# The curvature of the companded scale of G.711, and its coarsest steps.
COMPANDING = 255.0
FINEST_BITS, COARSEST_BITS = 16.0, 8.0
# How far beyond strength 1 a codec may be as coarse as telephony's.
CODED_FROM = 1.5


@dataclass(frozen=True)
class Channel:
    """One recording's channel.

    Attributes
    ----------
    equaliser_db : tuple of float
        Coefficients of the first cosines over the logarithm of frequency, from 60 Hz to half the rate.
    low_cut_hz, high_cut_hz : float
        Where the microphone's range ends: -3 dB, then 12 and 24 dB per octave.
    reverberation_s : float
        Time in which the room's sound falls by 60 dB.
    reverberation_db : float
        Energy of the room's sound relative to the direct sound.
    peak_db : float
        Highest sample relative to full scale.
    noise_db : float
        Noise relative to the mean power of the voice, pauses included.
    telephone : bool
        Whether only the band of telephony passes.
    code_bits : float
        The codec's steps: so many bits a sample, companded; from `FINEST_BITS` on there is no codec.
    """

    equaliser_db: tuple[float, ...]
    low_cut_hz: float
    high_cut_hz: float
    reverberation_s: float
    reverberation_db: float
    peak_db: float
    noise_db: float
    telephone: bool = False
    code_bits: float = FINEST_BITS


def draw_channel(rng: np.random.Generator, strength: float = 1.0) -> Channel:
    """Draw a channel.

    Parameters
    ----------
    rng : numpy.random.Generator
        As many numbers are drawn whatever the strength.
    strength : float, optional
        How far channels differ, 0 to `STRONGEST`; at 0 they do not colour, ring, hiss or cut.
    """
    mild, more = min(strength, 1.0), max(strength - 1.0, 0.0)
    faded_db = 20 * float(np.log10(mild)) if mild else -np.inf
    # The edges of the strongest come an octave closer than those of the mild.
    closer = 2 ** (more / (STRONGEST - 1))
    telephones = TELEPHONES_AT_MOST * max(strength - TELEPHONES_FROM, 0.0) / (STRONGEST - TELEPHONES_FROM)
    equaliser = strength * rng.normal(0, EQUALISER_DB)
    low, high, seconds, room, level, noise, telephone, coarse = (float(u) for u in rng.random(8))
    is_telephone = telephone < telephones
    coarse_bits = (FINEST_BITS - COARSEST_BITS) * min(more / CODED_FROM, 1.0)
    return Channel(
        equaliser_db=tuple(float(c) for c in equaliser),
        low_cut_hz=mild * _between(LOW_CUT_HZ[0], LOW_CUT_HZ[1] * closer, low),
        high_cut_hz=_between(HIGH_CUT_HZ[1], HIGH_CUT_HZ[0] / closer, high) / mild if mild else np.inf,
        reverberation_s=0.1 + (0.4 + 0.2 * more) * seconds,
        reverberation_db=-32 + (12 + 6 * more) * room + faded_db,
        peak_db=-1 - 17 * mild * level,
        noise_db=-66 + (12 + 12 * more) * noise + faded_db,
        telephone=is_telephone,
        code_bits=COARSEST_BITS if is_telephone else FINEST_BITS - coarse * coarse_bits,
    )


def transmit(voice: NDArray[np.float32], channel: Channel, rate: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Record a voice through a channel.

    Parameters
    ----------
    voice : (samples,) float32 array
    channel : Channel
    rate : int
        Hz.
    rng : numpy.random.Generator
        Draws the room's echoes and the noise.

    Returns
    -------
    (samples,) float32 array
        Within -1 and 1.
    """
    room = _room(channel, rate, rng)
    length = fft.next_fast_len(len(voice) + len(room), real=True)
    response = frequency_response(channel, fft.rfftfreq(length, 1 / rate))
    heard = fft.irfft(fft.rfft(voice, length) * fft.rfft(room, length) * response, length)
    hiss = fft.irfft(fft.rfft(rng.standard_normal(length, dtype=np.float32)) * response, length)
    hiss *= np.sqrt(np.mean(heard**2) / np.mean(hiss**2)) * 10 ** (channel.noise_db / 20)
    recorded = (heard + hiss)[: len(voice)]
    coded = code(np.asarray(recorded / np.abs(recorded).max(), dtype=np.float32), channel.code_bits)
    return np.asarray(coded * 10 ** (channel.peak_db / 20), dtype=np.float32)


def code(samples: NDArray[np.float32], bits: float) -> NDArray[np.float32]:
    """Round samples to the steps of a companded scale, as telephony does (G.711); from `FINEST_BITS` on leave them.

    A stand-in for the codecs of recordings: its noise, too, follows the loudness of the voice. It does not follow the
    spectrum, as that of perceptual codecs does.

    Parameters
    ----------
    samples : (samples,) float32 array
        Within -1 and 1.
    bits : float
        There are 2 to the power of this many steps.

    Returns
    -------
    (samples,) float32 array
        Within -1 and 1.
    """
    if bits >= FINEST_BITS:
        return samples
    steps = np.float32(2 ** (bits - 1) - 1)
    span = np.float32(np.log1p(COMPANDING))
    companded = np.rint(np.log(1 + np.float32(COMPANDING) * np.abs(samples)) * (steps / span))
    expanded = (np.exp(companded * (span / steps)) - 1) / np.float32(COMPANDING)
    return np.asarray(np.copysign(np.minimum(expanded, 1), samples), dtype=np.float32)


def frequency_response(channel: Channel, hertz: NDArray[np.float64]) -> NDArray[np.float32]:
    """Gain of microphone and equaliser at the given frequencies; linear, same shape."""
    top = np.log(hertz[-1] / LOWEST_HZ)
    place = np.clip(np.log(np.maximum(hertz, LOWEST_HZ) / LOWEST_HZ) / top, 0, 1).astype(np.float32)
    curve = sum(c * np.cos(np.pi * k * place) for k, c in enumerate(channel.equaliser_db, 1))
    low = 1 + (channel.low_cut_hz / np.maximum(hertz, 1.0)) ** 4
    high = 1 + (hertz / channel.high_cut_hz) ** 8
    gain = 10 ** (np.asarray(curve) / 20) / np.sqrt(low * high)
    if channel.telephone:
        bottom, end = TELEPHONE_HZ
        gain /= np.sqrt((1 + (bottom / np.maximum(hertz, 1.0)) ** 12) * (1 + (hertz / end) ** 24))
    return np.asarray(gain, dtype=np.float32)


def _between(start: float, end: float, place: float) -> float:
    """Return the point at a place, 0 to 1, on a logarithmic scale."""
    return float(start * (end / start) ** place)


def _room(channel: Channel, rate: int, rng: np.random.Generator) -> NDArray[np.float32]:
    seconds = np.arange(int(channel.reverberation_s * rate)) / rate
    echoes = rng.standard_normal(len(seconds)) * 10 ** (-3 * seconds / channel.reverberation_s)
    echoes *= 10 ** (channel.reverberation_db / 20) / np.sqrt(np.sum(echoes**2))
    echoes[0] = 1.0
    return echoes.astype(np.float32)
