from pathlib import Path

import numpy as np
import pytest
import soundfile

from singing_style.model import StyleModel


def test_bad_files_are_named_and_the_rest_is_done(model: StyleModel, choir: Path) -> None:
    Path("notes.txt").write_text("not a sound")
    files = ["ben.wav", "silence.wav", "zoe.wav", "notes.txt", "ann.wav"]
    embedded = model.embed_many(files, workers=1)
    assert [performance.name for performance in embedded.performances] == ["ben.wav", "ann.wav"]
    assert list(embedded.failed) == [Path("silence.wav"), Path("zoe.wav"), Path("notes.txt")]
    assert embedded.failed[Path("silence.wav")] == "silent"
    assert embedded.failed[Path("zoe.wav")] == "no such file"


@pytest.mark.slow
def test_the_number_of_processes_changes_nothing(model: StyleModel, choir: Path) -> None:
    """More files than two processes hear before the network's turn; as each alone, to the last bit."""
    ann, rate = soundfile.read("ann.wav", dtype="float32")
    for number in range(17):
        soundfile.write(f"{number}.wav", (1 - number / 20) * ann + number / 5000, rate, subtype="FLOAT")
    files = [f"{number}.wav" for number in range(17)]
    together = model.embed_many(files, workers=2).performances
    assert [one.name for one in together] == files
    for performance in together:
        np.testing.assert_array_equal(performance.clips, model.embed(performance.name).clips)


def test_nothing_gives_nothing(model: StyleModel) -> None:
    embedded = model.embed_many([])
    assert (embedded.performances, embedded.failed) == ([], {})


def test_progress_is_shown_when_asked_for(model: StyleModel, choir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model.embed_many(["ann.wav"], workers=1)
    assert capsys.readouterr().err == ""
    model.embed_many(["ann.wav"], workers=1, progress=True)
    assert "1/1" in capsys.readouterr().err
