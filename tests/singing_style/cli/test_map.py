import base64
import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner, Result

from pipeline.page.attention import relative_attention
from pipeline.page.levels import to_levels
from singing_style.cli import app
from singing_style.hearing import hear
from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import RATE, network_of, tiny_model, write_phrases

pytestmark = pytest.mark.slow

Command = Callable[..., Result]
Answer = Callable[..., Any]


@pytest.fixture(scope="module")
def indexed(sung_choir: Path, model_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds a choir and its index."""
    folder = tmp_path_factory.mktemp("indexed")
    shutil.copytree(sung_choir, folder / "choir")
    arguments = ["index", str(folder / "choir"), "-o", str(folder / "i.npz"), "-q", "--model", str(model_file)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    return folder


@pytest.fixture
def index(indexed: Path, here: Path) -> Path:
    """Copy both into the current folder."""
    shutil.copytree(indexed / "choir", here / "choir")
    shutil.copy(indexed / "i.npz", here / "i.npz")
    return here / "i.npz"


def data(path: str) -> Any:
    found = re.search(r'id="page-data">(.*?)</script>', Path(path).read_text(), re.DOTALL)
    assert found
    return json.loads(found[1])


def audible(path: str) -> dict[str, bool]:
    return {one["name"]: bool(one["sound"]) for one in data(path)["recordings"]}


def test_all_voices_are_on_one_page_with_their_sound(command: Command, index: Path) -> None:
    said = command("map", "i.npz", "-o", "choir.html", "-q")
    assert re.fullmatch(
        r"choir.html, \d\.\d MB: 6 performances of 3 singers, all to hear; open it in a browser\n", said.stdout
    )
    assert (said.stderr, set(audible("choir.html").values())) == ("", {True})
    text = Path("choir.html").read_text()
    assert "The recordings of i.npz: 6 performances by 3 singers." in text
    assert not re.search(r'<(script|link|img)[^>]+(src|href)="(?!data:)', text)
    page, voices = data("choir.html"), VoiceIndex.load(index).voices
    assert page["views"]["performances"]["recording"] == list(range(6))
    assert len(page["views"]["clips"]["start"]) == sum(len(voice.performance.clips) for voice in voices)
    seconds = np.array(page["views"]["clips"]["start"]) * page["frame_seconds"]
    np.testing.assert_allclose(seconds, np.concatenate([voice.performance.starts for voice in voices]))
    assert page["attention"]["steps"] > 0
    pitch = next(one for one in page["colourings"] if one["label"] == "median pitch")
    assert pitch["unit"] == "Hz"
    assert pitch["values"][0] == pytest.approx(440 * 2 ** ((voices[0].performance.pitch - 69) / 12), rel=1e-4)


def test_attention_and_pictures_are_those_of_the_recording(command: Command, index: Path) -> None:
    command("map", "i.npz", "-o", "choir.html", "-q")
    page, model = data("choir.html"), tiny_model()
    heard = hear(index.parent / "choir/Ann/air.flac", model.listening)
    clips = heard.clips(0, len(heard.clip_starts), model.listening.clip_frames)
    expected = relative_attention(network_of(model), [clips.astype(np.float32)])
    assert expected is not None
    levels = np.frombuffer(base64.b64decode(page["attention"]["values"]), np.uint8)
    shown = levels.reshape(-1, page["attention"]["steps"])[: len(clips)]  # Ann/air comes first
    assert np.abs(shown.astype(int) - to_levels(expected)).max() <= 1  # the index heard 16-bit decibels
    assert page["recordings"][0]["picture_seconds"] == pytest.approx(
        len(heard.spectrogram) * model.listening.frame_seconds, abs=1e-3
    )


def test_the_same_index_and_recordings_give_the_same_bytes(command: Command, index: Path) -> None:
    pages = []
    for name in ("one.html", "two.html"):
        command("map", "i.npz", "-o", name, "-q")
        pages.append(Path(name).read_bytes())
    assert pages[0] == pages[1]


def test_the_foot_says_model_index_and_day(command: Command, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.utime(index, (86_400 * 366, 86_400 * 366))
    foot = re.compile(
        r'<p id="origin">Model ([0-9a-f]{12}), trained on ([^·]*) · Index i.npz of ([-\d]+) · singing-style'
    )
    command("map", "i.npz", "-o", "choir.html", "-q")
    found = foot.search(Path("choir.html").read_text())
    assert found
    assert found.groups() == (tiny_model().identity[:12], "the made-up choir", "1971-01-02")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    command("map", "i.npz", "-o", "choir.html", "-q")
    found = foot.search(Path("choir.html").read_text())
    assert found
    assert found[3] == "1970-01-01"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    wrong = command("map", "i.npz", "-o", "choir.html", "-q", expect=1)
    assert "SOURCE_DATE_EPOCH: not a date ('yesterday'); set it to seconds since 1970" in wrong.stderr


def test_missing_and_changed_recordings_stay_on_the_map_and_are_named(
    command: Command, answer: Answer, index: Path
) -> None:
    (index.parent / "choir/Ann/ode.flac").unlink()
    soundfile.write(index.parent / "choir/Zoë/air.flac", np.zeros(RATE), RATE)
    said = command("map", "i.npz", "-o", "choir.html", "-q", expect=3)
    assert "6 performances of 3 singers, 4 to hear" in said.stdout
    assert said.stderr.splitlines() == [
        "singing-style: left out: Ann/ode.flac: not found",
        "singing-style: left out: Zoë/air.flac: changed since it was indexed",
        "singing-style: name the folder that holds the recordings that are not found with --recordings FOLDER",
    ]
    silent = [one for one in data("choir.html")["recordings"] if not one["sound"]]
    assert [(one["name"], one["silence"]) for one in silent] == [
        ("Ann/ode.flac", "not found"),
        ("Zoë/air.flac", "changed since it was indexed"),
    ]
    assert "Ann/ode.flac (not found), Zoë/air.flac (changed" in Path("choir.html").read_text()
    told = answer("map", "i.npz", "-o", "choir.html", "-q", expect=3)
    assert (told["performances"], told["audible"], sorted(told["failed"])) == (6, 4, ["Ann/ode.flac", "Zoë/air.flac"])


def test_recordings_are_found_under_other_names_in_the_folder_named(
    command: Command, index: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "moved"
    shutil.move(index.parent / "choir", elsewhere)
    (elsewhere / "Ann").rename(elsewhere / "Anna")
    wrong = command("map", "i.npz", "-o", "choir.html", "-q", expect=1)
    assert wrong.stderr.startswith("singing-style: error: i.npz: none of its 6 recordings is beside it")
    assert wrong.stderr.rstrip().endswith("name the folder that was indexed with --recordings FOLDER")
    command("map", "i.npz", "-o", "choir.html", "-q", "--recordings", elsewhere)
    assert set(audible("choir.html").values()) == {True}


def test_takes_are_heard_one_after_the_other(command: Command, here: Path) -> None:
    for number, singer in enumerate(("Ann", "Ben")):
        write_phrases(here / "phrases" / singer, 200 + 60 * number, takes=4)
    by_name = r"(?P<singer>\w+)/(?P<song>\w+)-\d[.]"
    command("index", "phrases", "-o", "i.npz", "--join", "--singer-from", by_name, "-q")
    command("map", "i.npz", "-o", "choir.html", "-q")
    (ann, _) = data("choir.html")["recordings"]
    assert ann["name"] == "Ann/ode-0.flac and 3 more takes"
    assert ann["sound"]
    assert ann["seconds"] == pytest.approx(4 * 0.8 + 3 * 0.2, abs=0.01)
    (here / "phrases/Ann/ode-2.flac").unlink()
    command("map", "i.npz", "-o", "choir.html", "-q", expect=3)
    assert list(audible("choir.html").values()) == [False, True]


def test_the_size_is_kept_and_said(command: Command, index: Path) -> None:
    command("map", "i.npz", "-o", "whole.html", "-q")
    most = Path("whole.html").stat().st_size / 1e6 - 0.01
    said = command("map", "i.npz", "-o", "choir.html", "-q", "--max-megabytes", most)
    assert Path("choir.html").stat().st_size <= most * 1e6
    heard = sum(audible("choir.html").values())
    assert 0 < heard < 6
    assert f"{heard} to hear" in said.stdout
    assert f"{heard} of 6 performances" in Path("choir.html").read_text()
    wrong = command("map", "i.npz", "-o", "choir.html", "-q", "--max-megabytes", 1, expect=1)
    assert re.search(r"--max-megabytes: the page takes \d\.\d MB without any sound; allow more than that", wrong.stderr)


def test_one_performance_is_a_map_too(command: Command, index: Path) -> None:
    shutil.rmtree("choir/Ben Ali")
    shutil.rmtree("choir/Zoë")
    Path("choir/Ann/ode.flac").unlink()
    command("index", "choir", "-o", "one.npz", "-q")
    said = command("map", "one.npz", "-o", "choir.html", "-q")
    assert "1 performance of 1 singer, all to hear" in said.stdout
    assert data("choir.html")["views"]["performances"]["embedding"]["method"] == "PCA"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("i.npz", "-o", "choir.pdf"), "choir.pdf: the map is a web page; end its name with .html"),
        (("i.npz", "-o", "no/choir.html"), "no/choir.html: its folder does not exist; create it first"),
        (("none.npz", "-o", "choir.html"), "none.npz: no such index"),
        (("choir/Ann/ode.flac", "-o", "choir.html"), "choir/Ann/ode.flac: a sound file"),
        (("i.npz", "-o", "choir.html", "--recordings", "no"), "no: no such file or folder"),
        (("i.npz", "-o", "choir.html", "--recordings", "i.npz"), "i.npz: not a folder"),
        (("i.npz", "-o", "choir.html", "--model", "other.safetensors"), "i.npz: made with another model"),
    ],
)
def test_bad_input_is_one_line(command: Command, index: Path, arguments: tuple[str, ...], said: str) -> None:
    tiny_model(seed=1).save(Path("other.safetensors"))
    wrong = command("map", *arguments, "-q", expect=1)
    assert wrong.stderr.startswith(f"singing-style: error: {said}")
    assert wrong.stderr.count("\n") == 1
    assert not Path("choir.html").exists()
