"""How fast preprocessing is: ratios to straightforward librosa calls on one core, and the cost of one more recording.

Run from the top folder: ``python -m benchmarks --only preprocessing``. The first rows compare what is computed of one
recording: resampling with decoding and writing, the features from samples on. The last compare the stages resample,
voice, features and baseline over many recordings with the same after one was added, and after none was.
"""

import statistics
from pathlib import Path

import librosa
import numpy as np
import soundfile
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from benchmarks.ratio import Work, compare
from benchmarks.row import Row
from benchmarks.singing import Samples, sing_songs, write_corpus
from benchmarks.workplace import run_stages, workplace
from pipeline import baseline, features, resample, voice
from pipeline.audio import handcrafted
from pipeline.audio.constant_q import constant_q_power
from pipeline.audio.settings import HandcraftedSettings
from pipeline.audio.spectrogram import mel_spectrogram
from pipeline.audio.steps.resample import resample_recording
from pipeline.audio.voicing import measure_voice
from pipeline.choir.performance import RATE

LENGTH, HOP, BINS, MIN_HZ, MAX_HZ = 2048, 512, 96, 65.0, 1000.0
C2 = 65.40639132514966
STAGES = (resample, voice, features, baseline)
ADDITIONS = 5
# Recordings of the smallest corpus: two singers a part. Finding these again takes as good as no time.
FEWEST = 6


def measure(quick: bool) -> list[Row]:
    """Measure one recording of nine songs, then a corpus of 500 recordings of a minute."""
    singing = sing_songs(1 if quick else 9)
    with workplace():
        with threadpool_limits(1):
            rows = _recording(singing, 1 if quick else 7)
        return rows + _growing_corpus(singing, 12 if quick else 500, seconds=10.0 if quick else 60.0)


def _recording(singing: Samples, repetitions: int) -> list[Row]:
    """Compare on one core; the features' target holds for all of them together."""
    resampled = compare(resampling(singing), "librosa.load and soundfile, a core", repetitions)
    *single, together = compare(all_features(singing), "straightforward librosa calls, a core", repetitions)
    return [*resampled, *single, together.should(be_at_least=2)]


def resampling(singing: Samples) -> dict[str, tuple[Work, Work]]:
    """Pair librosa's loading with ours; both wait for the same codec and the same soxr."""
    stereo = np.repeat(singing, 2)[:, None] * np.array([[1.0, 0.7]])
    soundfile.write("stereo.flac", stereo, 2 * RATE, subtype="PCM_16")
    return {
        "resample 44.1 kHz stereo FLAC to 22.05 kHz": (
            plain_resample,
            lambda: resample_recording(Path("stereo.flac"), Path("ours.flac"), RATE, "HQ", LENGTH),
        ),
    }


def all_features(singing: Samples) -> dict[str, tuple[Work, Work]]:
    """Pair plain librosa calls with ours."""
    settings = HandcraftedSettings(LENGTH, HOP, mfcc=20, chroma=12, rolloff=0.85)
    return {
        "mel spectrogram": (
            lambda: librosa.feature.melspectrogram(y=singing, sr=RATE, n_mels=BINS),
            lambda: mel_spectrogram(singing, RATE, length=LENGTH, hop=HOP, bins=BINS),
        ),
        "constant-Q spectrogram": (
            lambda: np.abs(librosa.cqt(singing, sr=RATE, fmin=C2, n_bins=BINS, bins_per_octave=24)) ** 2,
            lambda: constant_q_power(singing, RATE, hop=HOP, bins=BINS, bins_per_octave=24, min_hz=C2),
        ),
        "voicing: energy and autocorrelation": (
            lambda: plain_voicing(singing),
            lambda: measure_voice(singing, RATE, length=LENGTH, hop=HOP, min_hz=MIN_HZ, max_hz=MAX_HZ),
        ),
        "baseline: chroma, MFCC, centroid, roll-off": (
            lambda: plain_baseline(singing),
            lambda: handcrafted.describe_frames(singing, RATE, settings),
        ),
    }


def plain_resample() -> None:
    samples, _ = librosa.load("stereo.flac", sr=RATE, res_type="soxr_hq")
    soundfile.write("plain.flac", samples - samples.mean(), RATE, subtype="PCM_24")


def plain_voicing(singing: Samples) -> tuple[Samples, Samples]:
    frames = librosa.util.frame(np.pad(singing, LENGTH // 2), frame_length=LENGTH, hop_length=HOP)
    correlation = librosa.autocorrelate(frames, max_size=int(RATE / MIN_HZ) + 1, axis=0)
    return librosa.feature.rms(y=singing), correlation[int(RATE / MAX_HZ) :].max(axis=0)


def plain_baseline(singing: Samples) -> Samples:
    """Ours has the spectral flux besides, for which librosa has no call."""
    feature = librosa.feature
    found = [
        feature.chroma_stft(y=singing, sr=RATE, tuning=0.0),
        feature.mfcc(y=singing, sr=RATE, n_mfcc=20),
        feature.spectral_centroid(y=singing, sr=RATE),
        feature.spectral_rolloff(y=singing, sr=RATE),
    ]
    return np.concatenate(found)


def _growing_corpus(singing: Samples, recordings: int, seconds: float) -> list[Row]:
    """Run the stages over a corpus, then again with one recording more, and give the share that this cost."""
    manifest = write_corpus(singing, recordings + ADDITIONS, seconds, Path("data/corpus"))
    against, unit = f"all {recordings} recordings of {seconds:g} s", "of the full run"

    def again(*sizes: int) -> list[float]:
        return [run_stages(manifest[:size], *STAGES) / full for size in tqdm(sizes, desc="added", unit=" runs")]

    full = run_stages(manifest[:recordings], *STAGES)
    fixed = again(*[FEWEST] * ADDITIONS)
    overhead = statistics.median(fixed)
    nothing = again(*[recordings] * ADDITIONS)
    added = again(*range(recordings + 1, recordings + ADDITIONS + 1))
    return [
        Row.of("starting the four stages", against, unit, fixed),
        Row.of("nothing added, beyond that start", against, unit, [share - overhead for share in nothing]),
        Row.of("one recording added, beyond that start", against, unit, [share - overhead for share in added]).should(
            be_at_most=0.02
        ),
    ]
