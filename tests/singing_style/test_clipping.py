"""Clipped peaks are counted by hand, whatever the blocks, and told where they matter."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from singing_style.clipping import ClippedPeaks, note_clipping
from singing_style.hearing import hear
from tests.singing_style.made_up import RATE, singing, tiny_model

LISTENING = tiny_model().listening
TOLD = "samples are clipped: that alone can make two recordings of one singer differ"


@pytest.mark.parametrize("length", [1, 3, 8])
def test_samples_between_two_at_full_scale_are_counted(length: int) -> None:
    column = np.array([1.0, 1.0, 0.5, -1.0, -1.0, -1.0, -1.0, 0.9], np.float32)
    block = np.stack([column, 0.5 * column], axis=1)
    peaks = ClippedPeaks()
    for start in range(0, 8, length):
        peaks.add(block[start : start + length])
    assert peaks.share == 2 / 16


def test_one_in_a_hundred_is_told_and_the_samples_pass_unchanged() -> None:
    for clipped, told in ((11, [f"1% of its {TOLD}; record it again at a lower level"]), (10, [])):
        block = np.zeros((1000, 1), np.float32)
        block[100 : 102 + clipped] = 1.0
        remarks: list[str] = []
        passed = list(note_clipping([block[:500], block[500:]], remarks))
        np.testing.assert_array_equal(np.concatenate(passed), block)
        assert remarks == told


@pytest.mark.parametrize(("peak", "share"), [(1.5, 1 / 6), (2.0, 1 / 6), (2.1, 0.0)])
def test_floats_far_above_full_scale_are_not_clipped(peak: float, share: float) -> None:
    """Half of the samples are full, and the middle one of three has two such neighbours."""
    peaks = ClippedPeaks()
    for block in ([0.1, 0.2, 0.3], [1.2, peak, -1.2]):
        peaks.add(np.array(block, np.float32)[:, None])
    assert peaks.share == share


def test_files_takes_and_samples_are_told_apart_from_what_is_recorded_well(tmp_path: Path) -> None:
    well = singing(220.0, 4)
    well /= np.abs(well).max()
    clipped = np.clip(4 * well, -1, 1)
    for name, samples in (("well", well), ("clipped", clipped)):
        soundfile.write(tmp_path / f"{name}.wav", samples, RATE)
    paths = [tmp_path / "clipped.wav", tmp_path / "well.wav"]
    assert hear(paths[1], LISTENING).remarks == ()
    for sound, rate in ((paths[0], None), (clipped.astype(np.float32), RATE)):
        (remark,) = hear(sound, LISTENING, rate).remarks
        assert TOLD in remark
    (remark,) = hear(paths, LISTENING).remarks
    assert remark.startswith("clipped.wav: ")
