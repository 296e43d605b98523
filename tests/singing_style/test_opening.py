import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.errors import BadRecordingError
from singing_style.opening import open_recording
from singing_style.takes import Takes
from singing_style.vectors import write_vectors
from tests.singing_style.made_up import RATE, index_of, performance, singing, tiny_model, voice


def refusal(path: Path) -> str:
    with pytest.raises(BadRecordingError) as fault:
        open_recording(path)
    return str(fault.value)


def test_a_recording_is_decoded(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(800, 0.5), 8000)
    rate, blocks = open_recording(tmp_path / "a.wav")
    assert rate == 8000
    np.testing.assert_allclose(np.concatenate(list(blocks)), np.full((800, 1), 0.5), atol=1e-4)


def test_another_file_is_told_as_what_it_is(tmp_path: Path) -> None:
    index_of(voice("a", "Ann", 1)).save(tmp_path / "index")
    write_vectors([performance("a", [[1, 2]], [0])], tmp_path / "vectors.npz", "m")
    tiny_model().save(tmp_path / "model")
    (tmp_path / "table").write_text("path,singer\na.wav,Ann\n")
    (tmp_path / "text").write_text("la la la\n" * 100)
    for name, what in {
        "index": "an index",
        "vectors.npz": "a file of vectors, as `singing-style embed` writes",
        "model": "a model",
        "table": "a table (CSV)",
        "text": "a text file",
    }.items():
        assert refusal(tmp_path / name) == f"{what}, where a recording is needed"


def test_what_may_be_sound_keeps_its_own_reason(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "cut.wav", singing(200), RATE)
    os.truncate(tmp_path / "cut.wav", 1000)
    (tmp_path / "noise").write_bytes(np.random.default_rng(0).bytes(5000))
    (tmp_path / "page").write_text("<html>" + "la " * 100)
    (tmp_path / "empty").touch()
    assert refusal(tmp_path / "cut.wav").startswith("truncated: ")
    assert refusal(tmp_path / "noise").startswith("not audio, damaged or truncated: ")
    assert refusal(tmp_path / "page") == "a web page in place of the sound; download it again"
    assert refusal(tmp_path / "empty") == "empty file (0 bytes)"
    assert refusal(tmp_path / "none") == "no such file"


def test_a_quoted_pattern_is_told(tmp_path: Path) -> None:
    said = f"no such file; leave out the quotes around it, or name the folder: {tmp_path / 'concert'}"
    assert refusal(tmp_path / "concert/*.wav") == said
    (tmp_path / "a[1].wav").write_text("la")
    assert refusal(tmp_path / "a[1].wav") == "a text file, where a recording is needed"


def test_of_takes_the_wrong_one_is_named(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "1.wav", singing(200), RATE)
    index_of(voice("a", "Ann", 1)).save(tmp_path / "i.npz")
    with pytest.raises(BadRecordingError, match=r"take: i\.npz: an index, where a recording is needed$"):
        tiny_model().embed(Takes((tmp_path / "1.wav", tmp_path / "i.npz")))
