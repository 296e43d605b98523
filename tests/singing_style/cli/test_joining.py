"""Takes too short to be judged alone, in every command that hears them together."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from typer.testing import Result

from singing_style.takes import Takes
from singing_style.voice_index import VoiceIndex
from tests.singing_style.made_up import RATE, singing, tiny_model, write_phrases

pytestmark = pytest.mark.slow

Command = Callable[..., Result]
Answer = Callable[..., Any]
BY_NAME = ("--singer-from", r"(?P<singer>\w+)/(?P<song>\w+)-\d[.]")


@pytest.fixture(scope="session")
def sung_phrases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("phrases")
    write_phrases(folder / "Ann", 200, ("ode", "air"))
    write_phrases(folder / "Zoe", 280, ("ode",), tilt=2)
    return folder


@pytest.fixture
def phrases(here: Path, sung_phrases: Path) -> Path:
    shutil.copytree(sung_phrases, here / "phrases")
    return Path("phrases")


def voices() -> list[tuple[str, str, str]]:
    return [(voice.singer, voice.song, voice.path) for voice in VoiceIndex.load(Path("i.npz")).voices]


def counted(told: Any) -> tuple[int, int, int]:
    return told["heard"], told["kept"], told["gone"]


def test_takes_alone_are_refused_and_the_remedy_is_told(command: Command, phrases: Path) -> None:
    wrong = command("index", phrases, "-o", "i.npz", "-q", expect=1).stderr
    assert "phrases: join takes (--join), since 9 hold too little singing alone; none of 9 recordings can be" in wrong
    assert "; Ann/air-0.flac: too little singing to judge: " in wrong
    soundfile.write(phrases / "Ann/long.flac", singing(200), RATE)
    said = command("index", phrases, "-o", "i.npz", "-q", expect=3).stderr.splitlines()
    # a mass is one line, which begins with the remedy
    assert said[1:] == ["singing-style: no usable recording of Zoe: not in the result"]
    assert said[0].startswith(
        "singing-style: use --join to hear takes of one performance together: 9 recordings left out that hold too "
        "little singing, such as Ann/air-0.flac (too little singing to judge: 0."
    )
    for code, *words in (
        (1, "similar", "--to", "i.npz"),
        (3, "look", "-o", "x.png"),
        (1, "compare", phrases / "Ann/long.flac"),
    ):
        wrong = command(*words, phrases / "Ann/ode-0.flac", expect=code).stderr
        assert "ode-0.flac: too little singing to judge: 0." in wrong
        assert wrong.endswith("; if there are more takes of it, pass a folder that holds them all\n")


def test_a_copy_of_a_take_is_heard_once_and_told(command: Command, phrases: Path) -> None:
    shutil.copy(phrases / "Zoe/ode-0.flac", phrases / "Zoe/ode-3.flac")
    shutil.copy(phrases / "Zoe/ode-0.flac", phrases / "Ann/ode-3.flac")  # hers by name, and told elsewhere
    said = command("index", phrases, "-o", "i.npz", "-q", "--join", *BY_NAME, expect=3)
    assert "left out: Zoe/ode-3.flac: the same file as Zoe/ode-0.flac, which is heard\n" in said.stderr
    assert [path for _, _, path in voices()] == [
        "Ann/air-0.flac and 2 more takes",
        "Ann/ode-0.flac and 3 more takes",
        "Zoe/ode-0.flac and 2 more takes",
    ]


def test_one_singer_and_one_song_are_a_performance(command: Command, phrases: Path) -> None:
    command("index", phrases, "-o", "i.npz", "-q", "--join", *BY_NAME)
    assert voices() == [
        ("Ann", "air", "Ann/air-0.flac and 2 more takes"),
        ("Ann", "ode", "Ann/ode-0.flac and 2 more takes"),
        ("Zoe", "ode", "Zoe/ode-0.flac and 2 more takes"),
    ]
    (ode,) = [one for one in VoiceIndex.load(Path("i.npz")).voices if one.path.startswith("Ann/ode")]
    alone = tiny_model().embed([phrases / f"Ann/ode-{take}.flac" for take in range(3)])
    assert ode.performance.distance(alone) == pytest.approx(0, abs=1e-5)
    assert ode.performance.seconds == pytest.approx(3 * 0.8 + 2 * 0.2, abs=1e-3)


def test_where_songs_are_not_told_a_singer_is_a_performance(command: Command, phrases: Path) -> None:
    command("index", phrases, "-o", "i.npz", "-q", "--join")
    assert voices() == [("Ann", "", "Ann/air-0.flac and 5 more takes"), ("Zoe", "", "Zoe/ode-0.flac and 2 more takes")]


def test_only_performances_whose_takes_changed_are_listened_to(answer: Answer, phrases: Path) -> None:
    asked = ("index", phrases, "-o", "i.npz", "-q", "--join", *BY_NAME)
    assert counted(answer(*asked)) == (3, 0, 0)
    first = Path("i.npz").read_bytes()
    assert counted(answer(*asked)) == (0, 3, 0)
    assert Path("i.npz").read_bytes() == first
    (phrases / "Zoe").rename(phrases / "Chloe")  # other names, the same content
    soundfile.write(phrases / "Ann/ode-1.flac", singing(210, 1.6), RATE)
    assert counted(answer(*asked)) == (1, 2, 0)
    (phrases / "Ann/ode-2.flac").unlink()
    assert counted(answer(*asked)) == (1, 2, 1)
    assert voices()[1] == ("Ann", "ode", "Ann/ode-0.flac and 1 more take")


@pytest.mark.slow
def test_single_takes_that_are_now_joined_are_not_gone(command: Command, answer: Answer, here: Path) -> None:
    """Of Ann two takes and of Ben two, each long enough alone; joined, a performance each, and back again."""
    for singer, pitch in (("Ann", 200), ("Ben", 260)):
        (here / "takes" / singer).mkdir(parents=True)
        for number in range(2):
            soundfile.write(here / "takes" / singer / f"{number}.wav", singing(pitch + 9 * number, 3.0), RATE)
    command("index", "takes", "-o", "i.npz", "-q")
    joined = command("index", "takes", "-o", "i.npz", "-q", "--join").stdout
    assert joined == (
        "i.npz: 2 performances of 2 singers, 1 each (2 listened to, 0 known before, 0 gone; 4 single takes are now "
        "heard joined)\n"
    )
    (here / "takes/Ben/1.wav").unlink()
    told = answer("index", "takes", "-o", "i.npz", "-q")
    assert (*counted(told), told["rejoined"]) == (3, 0, 1, 1)  # one of Ben's two takes is gone
    assert VoiceIndex.load(here / "i.npz").voices[0].path == "Ann/0.wav"
    command("index", "takes", "-o", "i.npz", "-q", "--join")
    assert "; 1 performance is now joined otherwise)" in command("index", "takes", "-o", "i.npz", "-q").stdout


def test_a_take_that_cannot_be_used_is_named_and_the_rest_joined(command: Command, phrases: Path) -> None:
    (phrases / "Ann/ode-1.flac").write_text("la la la\n" * 100)
    soundfile.write(phrases / "Zoe/ode-0.flac", np.zeros(RATE), RATE)
    said = command("index", phrases, "-o", "i.npz", "-q", "--join", *BY_NAME, expect=3).stderr.splitlines()
    assert said[0].startswith("singing-style: left out: Ann/ode-1.flac: a text file, where a")
    assert said[1:] == ["singing-style: left out: Zoe/ode-0.flac: silent"]
    assert [path for _, _, path in voices()] == [
        "Ann/air-0.flac and 2 more takes",
        "Ann/ode-0.flac and 1 more take",
        "Zoe/ode-1.flac and 1 more take",
    ]


def test_a_performance_that_fails_goes_by_its_first_take(command: Command, phrases: Path) -> None:
    samples, rate = soundfile.read(phrases / "Zoe/ode-2.flac")
    soundfile.write(phrases / "Zoe/ode-2.flac", samples, 2 * rate)
    said = command("index", phrases, "-o", "i.npz", "-q", "--join", *BY_NAME, expect=3).stderr
    assert said == (
        "singing-style: left out: Zoe/ode-0.flac and 2 more takes: its takes differ in sampling rate: 22050 Hz, but "
        "ode-2.flac 44100 Hz; resample to one rate\n"
        "singing-style: no usable recording of Zoe: not in the result\n"
    )


def test_several_files_or_a_folder_are_asked_about_together(command: Command, answer: Answer, phrases: Path) -> None:
    command("index", phrases, "-o", "i.npz", "-q", "--join", *BY_NAME)
    write_phrases(Path("new"), 201)
    files = [f"new/ode-{take}.flac" for take in range(3)]
    folder, listed = answer("similar", "new", "--to", "i.npz"), answer("similar", *files, "--to", "i.npz")
    assert folder == listed
    assert folder["query"]["takes"] == files
    assert folder["query"]["file"] == "new/ode-0.flac and 2 more takes"
    assert folder["query"]["seconds"] == pytest.approx(2.8, abs=1e-3)
    expected = tiny_model().embed(files)
    nearest = {voice.path: voice.performance.distance(expected) for voice in VoiceIndex.load(Path("i.npz")).voices}
    for one in folder["similar"]:
        assert one["distance_to_path"] == pytest.approx(nearest[one["path"]], abs=1e-5)


def test_moments_of_takes_are_told_with_the_take(command: Command, phrases: Path) -> None:
    command("index", phrases, "-o", "i.npz", "-q", "--join", *BY_NAME)
    write_phrases(Path("new"), 201)
    clock = r"0:0\d\.\d"
    said = command("similar", "new", "--to", "i.npz").stdout
    assert re.search(rf"most alike: {clock} of ode-\d\.flac here and {clock} there, counting through its takes, ", said)
    said = command("compare", "new", phrases / "Ann").stdout
    assert re.search(rf"most alike   A {clock} of ode-\d\.flac, B {clock} of (?:ode|air)-\d\.flac, ", said)


def test_a_performance_is_not_compared_with_its_own_takes(command: Command, answer: Answer, phrases: Path) -> None:
    """Two of the three takes: another performance, but not another singer."""
    command("index", phrases, "-o", "i.npz", "-q", "--join", *BY_NAME)
    two = (phrases / "Ann/ode-2.flac", phrases / "Ann/ode-1.flac", "--to", "i.npz")
    assert answer("similar", *two)["in_index"] == [{"path": "Ann/ode-0.flac and 2 more takes", "singer": "Ann"}]
    said = command("similar", *two).stdout
    assert "takes of this are in the index, as Ann/ode-0.flac and 2 more takes by Ann; left out\n" in said


def test_folders_are_compared_drawn_and_embedded_as_performances(
    command: Command, answer: Answer, phrases: Path
) -> None:
    ann, zoe = (Takes(tuple(sorted((phrases / name).iterdir()))) for name in ("Ann", "Zoe"))
    told = answer("compare", phrases / "Ann", phrases / "Zoe")
    model = tiny_model()
    assert told["distance"] == pytest.approx(model.embed(ann).distance(model.embed(zoe)), abs=1e-5)
    assert [len(one["takes"]) for one in told["files"]] == [6, 3]
    assert command("look", phrases / "Zoe", "-o", "x.png").stdout.startswith("x.png: ")
    assert Path("x.png").stat().st_size
    said = command("embed", "--join", phrases / "Ann", phrases / "Zoe", "-o", "v.npz", "-q").stdout
    assert said.startswith("v.npz: 2 performances, ")
    with np.load("v.npz") as content:
        assert content["names"].tolist() == [str(ann), str(zoe)]
    assert command("embed", "--join", phrases, "-o", "w.npz", "-q").stdout == said.replace("v.npz", "w.npz")
    with np.load("w.npz") as content:
        assert content["names"].tolist() == [str(ann), str(zoe)]
    wrong = command("embed", phrases, "-o", "none.npz", "-q", expect=1).stderr
    assert "to hear takes of one performance together: 9 recordings left out that hold too little singing, " in wrong


def test_the_takes_of_each_folder_are_a_performance_of_many(command: Command, answer: Answer, phrases: Path) -> None:
    command("index", phrases, "-o", "i.npz", "-q", "--join")
    alone = command("similar", phrases, "--to", "i.npz", "--each", "-q", expect=3)
    assert alone.stdout.endswith("9 recordings: 9 refused\n")
    assert alone.stderr.startswith(
        "singing-style: use --join if each folder holds takes of one singer, to hear them together: 9 rec"
    )
    told = answer("similar", phrases, "--to", "i.npz", "--each", "--join", "-q")["verdicts"]
    names = ["phrases/Ann/air-0.flac and 5 more takes", "phrases/Zoe/ode-0.flac and 2 more takes"]
    assert [(one["recording"], one["nearest"]) for one in told] == list(zip(names, ["Zoe", "Ann"], strict=True))
    (pair,) = answer("compare", phrases, "--join", "-q")["pairs"]
    assert [pair["one"], pair["other"]] == names
    assert pair["distance"] == pytest.approx(told[0]["distance"], abs=1e-5)


def test_a_faulty_take_of_those_asked_about_is_named(command: Command, phrases: Path) -> None:
    (phrases / "Zoe/ode-1.flac").write_text("la la la\n" * 100)
    wrong = command("compare", phrases / "Ann", phrases / "Zoe", expect=1).stderr
    assert wrong.startswith(
        "singing-style: error: phrases/Zoe/ode-0.flac and 2 more takes: ode-1.flac: a text file, where a"
    )
    assert wrong.count("\n") == 1
