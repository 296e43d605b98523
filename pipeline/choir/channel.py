"""The recording channel: microphone, room, level and noise, drawn anew for every recording.

So the channel tells nothing about who sings, as in DAMP, where everybody holds another telephone. It is a mild one:
behind an equaliser of several dB, the few minutes of training that the default allows did not get to the singers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

LOWEST_HZ = 60.0
EQUALISER_DB = (1.0, 0.8, 0.6, 0.4, 0.3)
"""Standard deviations of the coefficients of the equaliser."""


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
    """

    equaliser_db: tuple[float, ...]
    low_cut_hz: float
    high_cut_hz: float
    reverberation_s: float
    reverberation_db: float
    peak_db: float
    noise_db: float


def draw_channel(rng: np.random.Generator) -> Channel:
    """Draw a channel."""
    return Channel(
        equaliser_db=tuple(float(c) for c in rng.normal(0, EQUALISER_DB)),
        low_cut_hz=float(np.exp(rng.uniform(np.log(40), np.log(150)))),
        high_cut_hz=float(np.exp(rng.uniform(np.log(8500), np.log(10500)))),
        reverberation_s=float(rng.uniform(0.1, 0.5)),
        reverberation_db=float(rng.uniform(-32, -20)),
        peak_db=float(rng.uniform(-18, -1)),
        noise_db=float(rng.uniform(-66, -54)),
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
    return np.asarray(recorded * (10 ** (channel.peak_db / 20) / np.abs(recorded).max()), dtype=np.float32)


def frequency_response(channel: Channel, hertz: NDArray[np.float64]) -> NDArray[np.float32]:
    """Gain of microphone and equaliser at the given frequencies; linear, same shape."""
    top = np.log(hertz[-1] / LOWEST_HZ)
    place = np.clip(np.log(np.maximum(hertz, LOWEST_HZ) / LOWEST_HZ) / top, 0, 1).astype(np.float32)
    curve = sum(c * np.cos(np.pi * k * place) for k, c in enumerate(channel.equaliser_db, 1))
    low = 1 + (channel.low_cut_hz / np.maximum(hertz, 1.0)) ** 4
    high = 1 + (hertz / channel.high_cut_hz) ** 8
    return np.asarray(10 ** (np.asarray(curve) / 20) / np.sqrt(low * high), dtype=np.float32)


def _room(channel: Channel, rate: int, rng: np.random.Generator) -> NDArray[np.float32]:
    seconds = np.arange(int(channel.reverberation_s * rate)) / rate
    echoes = rng.standard_normal(len(seconds)) * 10 ** (-3 * seconds / channel.reverberation_s)
    echoes *= 10 ** (channel.reverberation_db / 20) / np.sqrt(np.sum(echoes**2))
    echoes[0] = 1.0
    return echoes.astype(np.float32)
