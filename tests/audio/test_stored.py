"""A recording sliced in its file, against the whole read at once, and damaged in every way."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio.stored import StoredRecording
from pipeline.errors import BadRecordingError

RATE = 22050
NOISE = np.random.default_rng(0).uniform(-0.5, 0.5, 20000).astype(np.float32)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stored") / "x.flac"
    soundfile.write(path, NOISE, RATE, subtype="PCM_24")
    return path


@given(ends=st.lists(st.integers(0, len(NOISE)), min_size=2, max_size=8))
def test_slices_anywhere_and_in_any_order(stored: Path, ends: list[int]) -> None:
    with StoredRecording(stored) as recording:
        assert (len(recording), recording.rate) == (len(NOISE), RATE)
        for start, stop in (sorted(pair) for pair in pairwise(ends)):
            np.testing.assert_allclose(recording[start:stop], NOISE[start:stop], atol=2**-23)


def read_all(path: Path) -> None:
    with StoredRecording(path) as recording:
        recording[0 : len(recording)]


def test_bad_files_are_named_by_reason(stored: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.flac"
    with pytest.raises(BadRecordingError, match="no such file"):
        read_all(path)
    whole = stored.read_bytes()
    for content, reason in (
        (b"", "empty file"),
        (b"la la la", "not audio"),
        (whole[: len(whole) // 2], "truncated"),
        (whole[:30000] + bytes(2000) + whole[32000:], "damaged or truncated"),
        (whole[:21] + bytes([whole[21] & 0xF0]) + bytes(4) + whole[26:], "never finished"),  # 36 bits: samples in all
    ):
        path.write_bytes(content)
        with pytest.raises(BadRecordingError, match=reason):
            read_all(path)
    soundfile.write(path, np.zeros((100, 2)), RATE)
    with pytest.raises(BadRecordingError, match="2 channels where one is expected"):
        read_all(path)
