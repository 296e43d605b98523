"""What changing the clips adds to a training step, with all changes on: ``python -m benchmarks.augmentation``.

Both in turns, in the processor's time: that of all threads together, so that a busy machine does not enter.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch
from tqdm import tqdm

from benchmarks.alone import alone
from benchmarks.row import Row
from benchmarks.training import FEW_PAIRS, PAIRS, STEP, prepare
from pipeline.audio.settings import SpectrogramSettings
from pipeline.nn.augmentation.augmentation import build_augmentation
from pipeline.nn.augmentation.strengths import AugmentationStrengths
from pipeline.nn.device import choose_precision, keep_memory, use_threads

RATE = 22050
SPECTROGRAMS = SpectrogramSettings(length=2048, hop=512, bins=96, bins_per_octave=24, cqt_min_hz=65.4, floor_db=60.0)
EVERYTHING = AugmentationStrengths(
    share=1.0,
    equaliser_db=3.0,
    level_db=6.0,
    noise_db=15.0,
    band_octaves=1.0,
    room_s=0.6,
    codec=1.0,
    time_masks=2,
    time_mask_frames=20,
    frequency_masks=2,
    frequency_mask_bins=8,
    pitch_semitones=2.0,
    formant_semitones=2.0,
)


def measure(pairs: int, repetitions: int) -> list[Row]:
    """Measure with all threads and with one, each in a process of its own."""
    return [alone(share_of_step, pairs, repetitions, threads) for threads in ("auto", 1)]


def share_of_step(pairs: int, repetitions: int, threads: int | str) -> Row:
    """Take the time of changing a batch as a share of the time of a step on it, in this process."""
    keep_memory()
    count = use_threads(1 if threads == 1 else "auto")
    device = torch.device("cpu")
    precision = choose_precision("auto", device)
    step = prepare(STEP, True, device, pairs, precision)
    change = changing(2 * pairs)
    step()
    change()
    shares = []
    for _ in tqdm(range(repetitions), desc="augmentation", unit=" steps"):
        shares.append(processor_seconds(change) / processor_seconds(step))
    name = str(precision).removeprefix("torch.")
    what = f"changing the clips ({2 * pairs} clips, all changes, {count} thread{'s' if count > 1 else ''})"
    return Row.of(what, f"one training step, {name}", "of the time", shares).should(be_at_most=0.05)


def changing(count: int) -> Callable[[], object]:
    """Make clips of noise, and return the work to be timed."""
    augmentation = build_augmentation(EVERYTHING, "mel", RATE, SPECTROGRAMS)
    assert augmentation is not None
    clips = 60 * torch.rand(count, 1, 256, 96, generator=torch.Generator().manual_seed(0))
    generator, voice = np.random.default_rng(0), np.arange(count)
    return lambda: augmentation(clips, voice, generator)


def processor_seconds(work: Callable[[], object]) -> float:
    """Call it once and return the processor's time that it took, over all threads."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two pairs, once: whether it runs at all")
    pairs, repetitions = (FEW_PAIRS, 1) if parser.parse_args().quick else (PAIRS, 5)
    for row in measure(pairs, repetitions):
        print(row)


if __name__ == "__main__":
    main()
