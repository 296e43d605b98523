"""How fast preprocessing is: ratios to straightforward librosa calls on one core, and the cost of one more recording.

Run from the top folder: ``python -m benchmarks.preprocessing``. The first table compares what is computed of one
recording: resampling with decoding and writing, the features from samples on. The second compares the stages
resample, voice, features and baseline over many short recordings with the same after one was added, and after none was.
"""

import argparse
import contextlib
import io
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

import librosa
import numpy as np
import pandas as pd
import soundfile
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.ratio import Work, compare
from pipeline import baseline, features, resample, voice
from pipeline.analysis import handcrafted
from pipeline.audio.constant_q import constant_q_power
from pipeline.audio.spectrogram import mel_spectrogram
from pipeline.audio.voicing import measure_voice
from pipeline.choir.channel import draw_channel, transmit
from pipeline.choir.performance import RATE, sing
from pipeline.choir.score import read_scores
from pipeline.choir.singer import draw_singer
from pipeline.corpora.schema import SPLITS

TOP = Path(__file__).parents[1]
LENGTH, HOP, BINS, MIN_HZ, MAX_HZ = 2048, 512, 96, 65.0, 1000.0
C2 = 65.40639132514966
ADDITIONS = 5
FEWEST = 6
"""Recordings of the smallest corpus: two singers a part. Finding these again takes as good as no time."""
Samples = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, default=9, help="songs of 22 s that make the recording (default 9)")
    parser.add_argument("--repetitions", type=int, default=7, help="rounds of the first table (default 7)")
    parser.add_argument("--recordings", type=int, default=500, help="recordings of the second (default 500)")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of each of them (default 10)")
    chosen = parser.parse_args()
    singing = sing_songs(chosen.songs)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        with threadpool_limits(1):
            print(f"one recording of {len(singing) / RATE:.0f} s, one core: times as fast as plain librosa")
            for pairs in (resampling(singing), all_features(singing)):
                for ratio in compare(pairs, chosen.repetitions):
                    print(ratio)
        grow_corpus(singing, chosen.recordings, chosen.seconds)


def sing_songs(count: int) -> Samples:
    """Let as many singers sing a song each, one after the other."""
    performances = []
    for number, score in enumerate(read_scores(TOP / "data/raw/demo")[:count]):
        rng = np.random.default_rng(number)
        performances.append(transmit(sing(score, draw_singer(rng), 22.0, rng), draw_channel(rng), RATE, rng))
    return np.concatenate(performances).astype(np.float32)


def resampling(singing: Samples) -> dict[str, tuple[Work, Work]]:
    """Pair librosa's loading with ours; both wait for the same codec and the same soxr."""
    stereo = np.repeat(singing, 2)[:, None] * np.array([[1.0, 0.7]])
    soundfile.write("stereo.flac", stereo, 2 * RATE, subtype="PCM_16")
    return {
        "resample 44.1 kHz stereo FLAC to 22.05 kHz": (
            plain_resample,
            lambda: resample.resample_recording(Path("stereo.flac"), Path("ours.flac"), RATE, "HQ", LENGTH),
        ),
    }


def all_features(singing: Samples) -> dict[str, tuple[Work, Work]]:
    """Pair plain librosa calls with ours."""
    settings = handcrafted.Settings(LENGTH, HOP, mfcc=20, chroma=12, rolloff=0.85)
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


def grow_corpus(singing: Samples, recordings: int, seconds: float) -> None:
    """Run the stages over a corpus, then again with one recording more, and print what that cost."""
    shutil.copy(TOP / "params.yaml", "params.yaml")
    os.environ["DVC_ROOT"] = str(Path.cwd())
    Path("data/corpus").mkdir(parents=True)
    length, rows = round(seconds * RATE), []
    for number in range(recordings + ADDITIONS):
        start = number * 7919 % (len(singing) - length)
        noise = 1e-4 * np.random.default_rng(number).normal(size=length)
        soundfile.write(f"data/corpus/r{number}.flac", singing[start : start + length] + noise, RATE)
        split = SPLITS[-1 - number % 3]
        rows.append((f"r{number}", f"r{number}.flac", f"{split}{number % 10}", split, split))
    manifest = pd.DataFrame(rows, columns=["recording", "path", "singer", "song", "split"])
    full = run_stages(manifest[:recordings])
    fixed = statistics.median(run_stages(manifest[:FEWEST]) for _ in range(ADDITIONS))
    print(f"\n{recordings} recordings of {seconds:g} s, all cores: share of the full run ({full:.0f} s)")
    for name, step in (("nothing added", 0), ("one recording added", 1)):
        took = statistics.median(run_stages(manifest[: recordings + step * n]) for n in range(1, ADDITIONS + 1))
        print(f"{name:<44} {(took - fixed) / full:6.2%}   (and {fixed / full:.2%} fixed: starting four stages)")


def run_stages(manifest: pd.DataFrame) -> float:
    """Run the per-recording stages and return how long it took in seconds."""
    manifest.to_csv("data/corpus/manifest.csv", index=False)
    start = time.perf_counter()
    with contextlib.redirect_stderr(io.StringIO()):
        for stage in (resample, voice, features, baseline):
            stage.main()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
