"""What decoding refuses before it takes memory, and what it never opens."""

import os
import tracemalloc
from pathlib import Path

import pytest

from pipeline.audio import decode as module
from pipeline.audio.decode import decode
from pipeline.errors import BadRecordingError
from tests.audio.test_decode import RATE, wav


def test_too_long_is_refused_before_memory_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(wav(1, 8, bytes(RATE), channels=2))
    monkeypatch.setattr(module, "MAX_SAMPLES", RATE - 1)
    with pytest.raises(BadRecordingError, match=r"over .* h of 2 channels, too long"):
        decode(path)
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    with pytest.raises(BadRecordingError, match="too large"):
        decode(path)


@pytest.mark.slow
def test_two_hours_are_decoded_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = 2 * 3600 * 8000
    path = tmp_path / "x.wav"
    path.write_bytes(wav(1, 8, b"", rate=8000, promised=samples))
    os.truncate(path, 44 + samples)  # the rest is a hole: bytes of 0, which are -1
    tracemalloc.start()
    rate, blocks = module.decode_blocks(path)
    lengths = [len(block) for block in blocks]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (rate, sum(lengths)) == (8000, samples)
    assert peak < 10 * 4 * max(lengths)
    monkeypatch.setattr(module, "MAX_SAMPLES", samples - 1)
    with pytest.raises(BadRecordingError, match=r"over 2\.0 h of 1 channel, too long"):
        decode(path)


def test_a_slow_clock_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(wav(1, 8, bytes(30000), rate=1))
    with pytest.raises(BadRecordingError, match=r"8\.3 h of 1 channel, too long"):
        decode(path)


def test_a_playlist_opens_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "other.wav").write_bytes(wav(1, 16, bytes(range(200)) * 100))
    path = tmp_path / "x.wav"
    path.write_text("ffconcat version 1.0\nfile other.wav\n")
    with pytest.raises(BadRecordingError, match="not audio"):
        decode(path)
