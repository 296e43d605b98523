"""What stands behind the sound that a header states is read where it can be more of it, and told where it cannot."""

import zlib
from pathlib import Path

import numpy as np
import pytest

from pipeline.audio.continued import check_continued, check_text
from pipeline.errors import BadRecordingError
from tests.audio.test_decode import RATE, encoded, sung
from tests.audio.test_promises import both, read

RANDOM = np.random.default_rng(7)
NO_SOUND = r"what stands 2.00 s from its beginning, past .*, is no sound; cut it there"


@pytest.mark.parametrize("container", ["WAV", "AIFF", "AU", "CAF"])
def test_text_behind_a_whole_file_is_told(tmp_path: Path, container: str) -> None:
    one, _ = both(container)
    for text in (b"la la la, the take is good\r\n" * 3000, "Überschrift, für Änne\n".encode() * 3000 + bytes(500)):
        with pytest.raises(BadRecordingError, match=f"text stands after .* from byte {len(one)}; cut it there"):
            read(tmp_path, one + text)


def archive() -> bytes:
    return zlib.compress(RANDOM.integers(0, 1000, 60_000).astype("<i4").tobytes())


@pytest.mark.parametrize("container", ["WAV", "AIFF", "AU", "CAF"])
def test_bytes_that_are_no_sound_are_told(tmp_path: Path, container: str) -> None:
    one, _ = both(container)
    for content in (archive(), RANDOM.bytes(200_000)):
        with pytest.raises(BadRecordingError, match=NO_SOUND):
            read(tmp_path, one + b"%PDF-1.4\0\1\2" + content)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_24", "PCM_32", "ULAW", "ALAW"])
def test_such_bytes_are_told_whatever_the_samples(tmp_path: Path, subtype: str) -> None:
    one = encoded(sung(2.0), RATE, format="WAV", subtype=subtype)
    with pytest.raises(BadRecordingError, match=NO_SOUND):
        read(tmp_path, one + RANDOM.bytes(300_000))


def test_sound_that_goes_on_is_read_up_to_what_is_none(tmp_path: Path) -> None:
    """The rest of the sound is 4 s long and checked a second at a time, from 2 s on."""
    longer, (one, _) = encoded(sung(6.0), RATE, format="WAV", subtype="PCM_16"), both("WAV")
    crashed = one + longer[len(one) :]
    assert len(read(tmp_path, crashed)) == 6 * RATE
    with pytest.raises(BadRecordingError, match="what stands ([56].[0-9]+) s from its beginning"):
        read(tmp_path, crashed + RANDOM.bytes(4 * 4 * RATE))


def test_soft_noise_hiss_and_a_note_are_sound() -> None:
    """Where either the level or the relation of each sample to the next says so."""
    noise = RANDOM.uniform(-1, 1, (3 * RATE, 2)).astype(np.float32)
    related = np.cumsum(noise, axis=0) / 100
    for sound in (0.3 * noise, related, sung(3.0), 0 * noise):
        assert [len(block) for block, _ in check_continued([(sound.astype(np.float32), RATE)], 0)] == [len(sound)]
    with pytest.raises(BadRecordingError, match=r"what stands 5.00 s"):
        list(check_continued([(noise[:RATE], RATE)], 5 * RATE))


def test_samples_are_no_text(tmp_path: Path) -> None:
    for subtype in ("PCM_16", "PCM_U8", "PCM_24", "FLOAT"):
        (tmp_path / "x").write_bytes(encoded(sung(1.0), RATE, format="RAW", subtype=subtype))
        check_text(tmp_path / "x", 0)
    (tmp_path / "x").write_bytes(bytes(100))
    check_text(tmp_path / "x", 0)
