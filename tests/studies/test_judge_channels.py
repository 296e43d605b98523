"""Channels drawn for each recording by its name."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from pipeline.choir.performance import RATE
from pipeline.errors import BadRecordingError
from pipeline.studies.judge_channels import CHANNELS, ChannelKind, transmit_all, transmit_recording

AS_RECORDED, MICROPHONES, TELEPHONES = CHANNELS


def sing(path: Path, hertz: float, seconds: float = 0.5) -> Path:
    times = np.arange(round(seconds * RATE)) / RATE
    tone = sum(np.sin(2 * np.pi * hertz * k * times) / k for k in range(1, 60))
    soundfile.write(path, 0.2 * np.asarray(tone), RATE)
    return path


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Three recordings of one sound."""
    monkeypatch.chdir(tmp_path)
    names = ["ann", "ben", "cleo"]
    return pd.DataFrame({"recording": names, "path": [sing(tmp_path / f"{name}.flac", 150) for name in names]})


def heard(kind: ChannelKind, table: pd.DataFrame, folder: Path, seed: int = 0) -> dict[str, bytes]:
    sent = transmit_all(kind, table, folder, seed).table
    return {name: path.read_bytes() for name, path in zip(sent["recording"], sent["path"], strict=True)}


def test_as_recorded_the_files_are_those_of_the_corpus(table: pd.DataFrame, tmp_path: Path) -> None:
    sent = transmit_all(AS_RECORDED, table, tmp_path / "none", 0)
    pd.testing.assert_frame_equal(sent.table, table)
    assert sent.telephones == 0


def test_a_channel_depends_on_the_recordings_name_and_on_no_other_recording(
    table: pd.DataFrame, tmp_path: Path
) -> None:
    everybody = heard(MICROPHONES, table, tmp_path / "all")
    assert len(set(everybody.values())) == 3
    alone = heard(MICROPHONES, table[table["recording"] == "cleo"], tmp_path / "alone")
    assert alone == {"cleo": everybody["cleo"]}
    assert heard(MICROPHONES, table, tmp_path / "seed", seed=1)["cleo"] != everybody["cleo"]
    assert heard(TELEPHONES, table, tmp_path / "other")["cleo"] != everybody["cleo"]


def test_about_half_of_the_strongest_are_telephones_and_sound_like_it(tmp_path: Path) -> None:
    """Above 3.4 kHz a telephone passes next to nothing, beside what it passes at 1 kHz."""
    source, target = sing(tmp_path / "ann.flac", 150), tmp_path / "sent.flac"
    treble: dict[bool, list[float]] = {True: [], False: []}
    for number in range(24):
        telephone = transmit_recording(source, target, TELEPHONES.strength, [3, number])
        samples, rate = soundfile.read(target)
        power = np.abs(np.fft.rfft(samples)) ** 2
        hertz = np.fft.rfftfreq(len(samples), 1 / rate)
        share = power[(hertz > 4500) & (hertz < 5500)].sum() / power[(hertz > 800) & (hertz < 1200)].sum()
        treble[telephone].append(10 * np.log10(share))
    assert 6 <= len(treble[True]) <= 18
    assert np.median(treble[True]) < np.median(treble[False]) - 15


def test_of_a_mild_strength_none_is_a_telephone(tmp_path: Path) -> None:
    source = sing(tmp_path / "ann.flac", 150)
    assert not any(
        transmit_recording(source, tmp_path / "sent.flac", MICROPHONES.strength, [3, number]) for number in range(12)
    )


def test_a_silent_recording_is_left_out_by_name(
    table: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soundfile.write(tmp_path / "ben.flac", np.zeros(RATE), RATE)
    assert set(heard(MICROPHONES, table, tmp_path / "sent")) == {"ann", "cleo"}
    assert "1 left out (ben: silent)" in capsys.readouterr().out
    with pytest.raises(BadRecordingError, match="silent"):
        transmit_recording(tmp_path / "ben.flac", tmp_path / "x.flac", 1.5, [1])
