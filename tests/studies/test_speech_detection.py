"""The scores of speech and singing: made-up voices in folders, and a table by hand."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from pipeline.errors import BadInputError
from pipeline.studies.speech_detection import LENGTHS_S, join, measure_voices, read_voice, tabulate
from tests.audio.test_held_pitch import syllables
from tests.audio.test_sung_frames import RATE, tone
from tests.conftest import ROOT


@pytest.fixture
def voices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Write a voice that speaks, with a text and a short recording among its own, and one that sings."""
    monkeypatch.chdir(ROOT)
    speaker, singer = tmp_path / "speaker", tmp_path / "singer"
    (speaker / "more").mkdir(parents=True)
    singer.mkdir()
    for number, folder in enumerate((speaker, speaker / "more")):
        spoken = syllables(16.0, 500.0, np.random.default_rng(number))
        soundfile.write(folder / f"{number}.wav", np.stack([spoken, spoken], axis=1), RATE)
    soundfile.write(speaker / "short.wav", tone(220.0, 0.9), RATE)
    (speaker / "notes.txt").write_text("no sound")
    for number in range(2):
        soundfile.write(singer / f"{number}.wav", tone(220.0 + 30 * number, 16.0, cents=50.0), RATE)
    return speaker, singer


def test_speech_and_singing_are_counted(voices: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    speaker, singer = voices
    speech, singing = measure_voices(argparse.Namespace(speech=[speaker], singing=[singer]))["voices"]
    assert [(speech["voice"], speech["kind"]), (singing["voice"], singing["kind"])] == [
        ("speaker", "speech"),
        ("singer", "singing"),
    ]
    # 2 x 16 s make two takes of 15 s, one of 30 s, and none of 60 s
    assert [speech["takes"][str(seconds)]["takes"] for seconds in LENGTHS_S] == [2, 1, 0]
    assert [speech["takes"][str(seconds)]["doubted"] for seconds in LENGTHS_S] == [2, 1, 0]
    assert [singing["takes"][str(seconds)]["doubted"] for seconds in LENGTHS_S] == [0, 0, 0]
    assert "speaker: 1 file is no recording that can be read, and left out" in "".join(capsys.readouterr())


def test_takes_are_no_shorter_than_asked_and_hold_whole_recordings() -> None:
    recordings = [np.full(4 * RATE, number, np.float32) for number in range(7)]
    takes = list(join(recordings, 10))
    assert [len(take) / RATE for take in takes] == [12.0, 12.0]
    assert len({float(take[at]) for take in takes for at in range(0, len(take), 4 * RATE)}) == 6


def test_a_folder_without_recordings_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"no recording of 1 s or more; name a folder of a voice's recordings"):
        read_voice(tmp_path, "HQ")


def test_a_table_by_hand() -> None:
    def voice(name: str, kind: str, doubted: int) -> dict[str, Any]:
        return {"voice": name, "kind": kind, "takes": {str(one): {"takes": 4, "doubted": doubted} for one in LENGTHS_S}}

    lines = tabulate({"voices": [voice("Ann", "speech", 3), voice("Ben", "speech", 4), voice("Cy", "singing", 0)]})
    assert lines.splitlines()[2:] == [
        "| Ann | 3 of 4 | 3 of 4 | 3 of 4 |",
        "| Ben | 4 of 4 | 4 of 4 | 4 of 4 |",
        "| all speech, 2 voices | 7 of 8 | 7 of 8 | 7 of 8 |",
        "| all singing, 1 voice | 0 of 4 | 0 of 4 | 0 of 4 |",
    ]
