"""Sounds of which it is known when somebody sings: what `pipeline.studies.voice_detection` scores its methods on.

The choir's performances are sung whenever their schedule has a note. The speech among them is the choir's as well and
glides from syllable to syllable; `pipeline.studies.speech_detection` scores recorded speech.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.choir.channel import Channel, draw_channel, transmit
from pipeline.choir.performance import RATE, sing_notes
from pipeline.choir.score import VOWELS, Score
from pipeline.choir.singer import draw_singer
from pipeline.choir.timing import LEAD_IN_S, TAIL_S, SungNote, phrases, schedule

Samples = NDArray[np.float32]
Span = tuple[float, float]

SECONDS = 12.0
# A studio: no colour, no room, and noise 60 dB below the voice.
STUDIO = Channel((), 40.0, 10_500.0, 0.1, -np.inf, -3.0, -60.0)
# A resonant hall.
HALL = replace(STUDIO, reverberation_s=1.2, reverberation_db=-12.0)
HISSING = replace(STUDIO, noise_db=-20.0)
UNLIKE = 2.5
# The mains stray so far. Overtones of a hum and their levels, in dB, as a rectifier and a transformer leave them.
STRAY_HZ = 0.1
HUM_OVERTONES_DB = {1: 0.0, 2: -6.0, 3: -3.0, 4: -14.0, 5: -10.0, 7: -16.0}
SOFT_DB = -30.0
BREATH_DB, BREATH_S, BREATH_HZ = -20.0, 0.3, (500.0, 5000.0)
SILENCE_S = 20.0
LOWEST_TONE_HZ, HIGHEST_TONE_HZ = 40.0, 1500.0
VIBRATO_HZ, VIBRATO_CENTS = 5.5, 60.0
MAINS_HZ, NEAR_MAINS = (50.0, 60.0, 100.0, 120.0), 0.01
FADE_S = 0.05
# Speech: how long its syllables, sentences and pauses are, and how far its pitch strays and falls within a sentence.
SYLLABLE_S, SENTENCE_S, PAUSE_S = (0.12, 0.28), (1.5, 3.5), (0.3, 0.7)
SPOKEN_SEMITONES, FALL_SEMITONES = 2.5, 4.0


@dataclass(frozen=True, eq=False)
class KnownSound:
    """A sound, and when somebody sings in it.

    Attributes
    ----------
    samples : ndarray of float32, shape (n,)
        At `pipeline.choir.performance.RATE`.
    sung : sequence of (float, float)
        Start and end in seconds, ascending, not overlapping.
    """

    samples: Samples
    sung: Sequence[Span]


Maker = Callable[[Sequence[Score], np.random.Generator], KnownSound]


def perform(scores: Sequence[Score], rng: np.random.Generator, seconds: float = SECONDS) -> tuple[Samples, list[Span]]:
    """Render a melody by a singer of the choir, man or woman; return the dry voice with its phrases."""
    singer = draw_singer(rng, "mixed")
    notes = schedule(_choose(scores, rng), singer.register, seconds, rng)
    return sing_notes(notes, singer, seconds, rng), [(phrase[0].start, phrase[-1].end) for phrase in phrases(notes)]


def perform_legato(scores: Sequence[Score], rng: np.random.Generator) -> tuple[Samples, list[Span]]:
    """Render a melody by a singer without its rests, heard from its first note to its last."""
    score = _choose(scores, rng)
    unbroken = replace(score, notes=tuple(note for note in score.notes if note.pitch is not None))
    seconds = SECONDS + LEAD_IN_S[1] + TAIL_S
    singer = draw_singer(rng, "mixed")
    notes = schedule(unbroken, singer.register, seconds, rng)
    start, end = notes[0].start, notes[-1].end
    voice = sing_notes(notes, singer, seconds, rng)[round(start * RATE) : round(end * RATE)]
    return voice, [(0.0, end - start)]


def sung_through(channel: Channel) -> Maker:
    """Make performances recorded through a channel."""

    def make(scores: Sequence[Score], rng: np.random.Generator) -> KnownSound:
        voice, sung = perform(scores, rng)
        return KnownSound(transmit(voice, channel, RATE, rng), sung)

    return make


def legato(channel: Channel) -> Maker:
    """Make performances without rests recorded through a channel."""

    def make(scores: Sequence[Score], rng: np.random.Generator) -> KnownSound:
        voice, sung = perform_legato(scores, rng)
        return KnownSound(transmit(voice, channel, RATE, rng), sung)

    return make


def unlike(scores: Sequence[Score], rng: np.random.Generator) -> KnownSound:
    """Make a performance recorded as between telephones and studios, in the words of `pipeline.choir.channel`."""
    voice, sung = perform(scores, rng)
    return KnownSound(transmit(voice, draw_channel(rng, UNLIKE), RATE, rng), sung)


def humming(mains_hz: float, level_db: float, *, rests: bool = True) -> Maker:
    """Make performances with a hum, its level in dB relative to full scale."""

    def make(scores: Sequence[Score], rng: np.random.Generator) -> KnownSound:
        voice, sung = perform(scores, rng) if rests else perform_legato(scores, rng)
        recorded = transmit(voice, STUDIO, RATE, rng)
        return KnownSound(recorded + hum(mains_hz, level_db, len(recorded), rng), sung)

    return make


def with_breaths(scores: Sequence[Score], rng: np.random.Generator) -> KnownSound:
    """Make a performance with loud breaths before its phrases."""
    voice, sung = perform(scores, rng)
    recorded = transmit(voice, STUDIO, RATE, rng)
    loud = np.sqrt(np.mean(recorded**2)) * 10 ** (BREATH_DB / 20)
    length = round(BREATH_S * RATE)
    for start, _ in sung:
        first = round((start - 0.1) * RATE) - length
        recorded[first : first + length] += loud * np.hanning(length) * _band(length, *BREATH_HZ, rng)
    return KnownSound(recorded, sung)


def with_silences(scores: Sequence[Score], rng: np.random.Generator) -> KnownSound:
    """Make a performance with long silences before, amid and after its phrases."""
    voice, sung = perform(scores, rng)
    cut = max(end for _, end in sung[: max(1, len(sung) // 2)]) + 0.25
    quiet = np.zeros(round(SILENCE_S * RATE), np.float32)
    split = round(cut * RATE)
    moved = [(start + SILENCE_S * (1 + (start > cut)), end + SILENCE_S * (1 + (start > cut))) for start, end in sung]
    whole = np.concatenate([quiet, voice[:split], quiet, voice[split:], quiet])
    return KnownSound(transmit(whole, STUDIO, RATE, rng), moved)


def soft_and_loud(scores: Sequence[Score], rng: np.random.Generator) -> KnownSound:
    """Make a performance whose every second phrase is far softer."""
    voice, sung = perform(scores, rng)
    gains = [0.0 if place % 2 else SOFT_DB for place in range(len(sung))]
    middles = [(before[1] + after[0]) / 2 for before, after in pairwise(sung)]
    phrase = np.searchsorted(middles, np.arange(len(voice)) / RATE)
    changed = voice * 10 ** (np.array(gains)[phrase] / 20)
    return KnownSound(transmit(changed.astype(np.float32), STUDIO, RATE, rng), sung)


def sustained(*, pure: bool, vibrato: bool, alone: bool) -> Maker:
    """Make sustained tones; `alone` fill the recording from end to end, others lie between silences.

    At the pitch of the mains, a tone that neither begins nor ends is a hum in all but name, and none is made.
    """

    def make(_: Sequence[Score], rng: np.random.Generator) -> KnownSound:
        hertz = np.exp(rng.uniform(np.log(LOWEST_TONE_HZ), np.log(HIGHEST_TONE_HZ)))
        while alone and np.any(np.abs(hertz / np.array(MAINS_HZ) - 1) < NEAR_MAINS):
            hertz = np.exp(rng.uniform(np.log(LOWEST_TONE_HZ), np.log(HIGHEST_TONE_HZ)))
        voice = tone(float(hertz), 6.0, pure=pure, cents=VIBRATO_CENTS if vibrato else 0.0)
        if alone:
            return KnownSound(voice, [(0.0, 6.0)])
        fade = np.minimum(1, np.minimum(np.arange(len(voice)), np.arange(len(voice))[::-1]) / (FADE_S * RATE))
        return KnownSound(np.pad((voice * fade).astype(np.float32), RATE), [(1.0, 7.0)])

    return make


def spoken(_: Sequence[Score], rng: np.random.Generator) -> KnownSound:
    """Make speech: a voice of the choir that holds no pitch, but glides from syllable to syllable."""
    drawn = draw_singer(rng, "mixed")
    speaker = replace(drawn, portamento_s=SYLLABLE_S[1], vibrato_extent_cents=0.0, scoop_cents=0.0)
    syllables: list[SungNote] = []
    start = float(rng.uniform(*PAUSE_S))
    while start < SECONDS - TAIL_S:
        length = float(rng.uniform(*SENTENCE_S))
        for at in np.arange(0, length, np.mean(SYLLABLE_S)):
            height = drawn.register - FALL_SEMITONES * at / length + SPOKEN_SEMITONES * rng.standard_normal()
            end = min(start + float(rng.uniform(*SYLLABLE_S)), SECONDS)
            syllables.append(SungNote(start, end, round(height), str(rng.choice(list(VOWELS))), slurred=False))
            start = end
        start += float(rng.uniform(*PAUSE_S))
    return KnownSound(transmit(sing_notes(syllables, speaker, SECONDS, rng), STUDIO, RATE, rng), [])


def unsung(noise: Callable[[int, np.random.Generator], Samples]) -> Maker:
    """Make recordings in which nobody sings."""

    def make(_: Sequence[Score], rng: np.random.Generator) -> KnownSound:
        return KnownSound(noise(round(SECONDS * RATE), rng), [])

    return make


def tone(hertz: float, seconds: float, *, pure: bool, cents: float = 0.0, gain: float = 0.2) -> Samples:
    """Synthesise a tone: one sinusoid, or eight harmonics below half the sampling rate, with so much vibrato."""
    times = np.arange(round(seconds * RATE)) / RATE
    swing = hertz * (2 ** (cents / 1200) - 1) / VIBRATO_HZ * np.sin(2 * np.pi * VIBRATO_HZ * times)
    phase = 2 * np.pi * hertz * times + swing
    harmonics = [k for k in range(1, 2 if pure else 9) if k * hertz < 0.45 * RATE]
    made: Samples = (gain * np.sum([np.sin(k * phase) / k for k in harmonics], axis=0)).astype(np.float32)
    return made


def hum(mains_hz: float, level_db: float, samples: int, rng: np.random.Generator) -> Samples:
    """Synthesise the hum of the mains, its level that of the root mean square."""
    times = np.arange(samples) / RATE
    hertz = mains_hz + rng.uniform(-STRAY_HZ, STRAY_HZ)
    parts = [
        10 ** (overtone_db / 20) * np.sin(2 * np.pi * hertz * k * times + rng.uniform(0, 2 * np.pi))
        for k, overtone_db in HUM_OVERTONES_DB.items()
    ]
    whole = np.sum(parts, axis=0)
    made: Samples = (whole / np.sqrt(np.mean(whole**2)) * 10 ** (level_db / 20)).astype(np.float32)
    return made


def white(samples: int, rng: np.random.Generator) -> Samples:
    """Draw white noise."""
    return rng.standard_normal(samples, dtype=np.float32) * np.float32(0.03)


def pink(samples: int, rng: np.random.Generator) -> Samples:
    """Draw noise whose power falls by 3 dB an octave."""
    hertz = np.fft.rfftfreq(samples, 1 / RATE)
    shaped = np.fft.irfft(np.fft.rfft(rng.standard_normal(samples)) / np.sqrt(np.maximum(hertz, 20)), samples)
    made: Samples = (0.03 * shaped / shaped.std()).astype(np.float32)
    return made


def clicks(samples: int, rng: np.random.Generator) -> Samples:
    """Make the clicks of a metronome, each a short burst of noise, 80 to 160 a minute."""
    made = np.zeros(samples, np.float32)
    length = round(0.005 * RATE)
    for first in range(0, samples - length, round(60 / rng.uniform(80, 160) * RATE)):
        made[first : first + length] = 0.2 * rng.standard_normal(length) * np.linspace(1, 0, length)
    return made


def noisy_hum(samples: int, rng: np.random.Generator) -> Samples:
    """Make a hum of 50 Hz, and noise 20 dB below it."""
    return hum(50.0, -40.0, samples, rng) + white(samples, rng) * np.float32(1 / 30)


def room_noise(samples: int, rng: np.random.Generator) -> Samples:
    """Draw a quiet room: pink noise near -75 dB of full scale, and a little hum, rounded to 16 bits."""
    quiet = 0.006 * pink(samples, rng) + hum(50.0, -85.0, samples, rng)
    return np.asarray(np.round(quiet * 2**15) / 2**15, np.float32)


def _band(samples: int, low: float, high: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw noise within a band, of root mean square 1."""
    hertz = np.fft.rfftfreq(samples, 1 / RATE)
    spectrum = np.fft.rfft(rng.standard_normal(samples)) * ((hertz >= low) & (hertz <= high))
    noise = np.fft.irfft(spectrum, samples)
    return np.asarray(noise / np.sqrt(np.mean(noise**2)))


def _choose(scores: Sequence[Score], rng: np.random.Generator) -> Score:
    return scores[int(rng.integers(len(scores)))]


# Every kind of sound, by the words of the table.
KINDS: dict[str, Maker] = {
    "choir, with rests": sung_through(STUDIO),
    "choir, legato": legato(STUDIO),
    "choir, in a resonant hall": sung_through(HALL),
    "choir, legato, in a resonant hall": legato(HALL),
    "choir, hum of 50 Hz at -50 dB": humming(50.0, -50.0),
    "choir, hum of 60 Hz at -50 dB": humming(60.0, -50.0),
    "choir, hum of 50 Hz at -35 dB": humming(50.0, -35.0),
    "choir, hum of 60 Hz at -35 dB": humming(60.0, -35.0),
    "choir, legato, hum of 50 Hz at -35 dB": humming(50.0, -35.0, rests=False),
    "choir, hiss 20 dB below the voice": sung_through(HISSING),
    "choir, loud breaths": with_breaths,
    "choir, long silences": with_silences,
    "choir, every second phrase 30 dB softer": soft_and_loud,
    "choir, telephones to studios": unlike,
    "sustained, harmonic": sustained(pure=False, vibrato=False, alone=False),
    "sustained, harmonic, vibrato": sustained(pure=False, vibrato=True, alone=False),
    "sustained, pure": sustained(pure=True, vibrato=False, alone=False),
    "sustained, pure, vibrato": sustained(pure=True, vibrato=True, alone=False),
    "sustained, harmonic, from end to end": sustained(pure=False, vibrato=False, alone=True),
    "sustained, pure, from end to end": sustained(pure=True, vibrato=False, alone=True),
    "white noise": unsung(white),
    "pink noise": unsung(pink),
    "hum of 50 Hz alone, -50 dB": unsung(lambda samples, rng: hum(50.0, -50.0, samples, rng)),
    "hum of 60 Hz alone, -35 dB": unsung(lambda samples, rng: hum(60.0, -35.0, samples, rng)),
    "hum of 50 Hz in noise": unsung(noisy_hum),
    "metronome": unsung(clicks),
    "a quiet room": unsung(room_noise),
    "silence": unsung(lambda samples, rng: np.zeros(samples, np.float32)),
    "speech, synthetic": spoken,
}
