import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile
from typer.testing import Result

from singing_style.model import StyleModel
from tests.singing_style.made_up import RATE, network_of, singing, tiny_model, write_choir, write_phrases

pytestmark = pytest.mark.slow

Command = Callable[..., Result]
Answer = Callable[..., Any]
SINGERS = 8


@pytest.fixture(scope="session")
def choir_of_eight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight singers with two recordings each, all within half an octave."""
    folder = tmp_path_factory.mktemp("eight") / "choir"
    for singer in range(SINGERS):
        (folder / f"singer {singer}").mkdir(parents=True)
        for take in range(2):
            samples = singing(200 + 8 * singer + 3 * take, 3.0, tilt=1 + 0.2 * singer)
            soundfile.write(folder / f"singer {singer}" / f"{take}.flac", samples, RATE)
    return folder


@pytest.fixture
def choir(here: Path, choir_of_eight: Path) -> Path:
    shutil.copytree(choir_of_eight, here / "choir")
    return Path("choir")


def test_a_model_is_written_beside_the_old_one_and_used(command: Command, answer: Answer, choir: Path) -> None:
    command("index", choir, "-o", "i.npz", "-q", "--workers", 1)
    said = command("calibrate", choir, "-o", "my model.safetensors", "-q", "--workers", 1)
    lines = said.stdout.splitlines()
    assert lines[0].startswith("Of pairs of two singers, about ")
    place = lines.index(
        "my model.safetensors: calibrated on 120 pairs at about one pitch, from 16 recordings by 8 singers (choir)"
    )
    assert lines[place - 1] == ""
    lines = lines[place:]
    assert lines[1].startswith("threshold  ")
    rate = StyleModel.load(Path("my model.safetensors")).calibration.equal_error_rate
    assert lines[1].endswith(f" for equal errors, {rate:.1%} each on what it was fitted to (before: 0.500)")
    assert [line.split("  ")[0] for line in lines[3:5]] == [
        "pairs of two taken for one singer",
        "pairs of one taken for two singers",
    ]
    assert lines[-2] == "use it with reserve, since how often it errs about other singers is hardly known:"
    assert lines[-1] == "  singing-style compare one.wav other.wav --model 'my model.safetensors'"
    mine = StyleModel.load(Path("my model.safetensors"))
    assert mine.identity == tiny_model().identity
    two = "choir/singer 0/0.flac", "choir/singer 0/1.flac"
    told = answer("compare", *two, "--among", "i.npz", "--model", "my model.safetensors")
    assert told["calibration"] == mine.calibration.model_dump()
    assert answer("similar", two[0], "--to", "i.npz", "-m", "my model.safetensors")["calibration"]["corpus"] == "choir"


def test_two_recordings_get_a_probability_by_the_calibration_alone(
    command: Command, answer: Answer, choir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an index the calibration's own error on unseen singers decides, and the pitch of the two."""
    mine = tiny_model()
    calibration = mine.calibration.model_copy(update={"unseen_error": 0.04, "strangers": 0.05})
    two = choir / "singer 0/0.flac", choir / "singer 0/1.flac"
    assert answer("compare", *two)["probability"] is None
    monkeypatch.setenv("SINGING_STYLE_MODEL", "mine.safetensors")

    def save(error: float) -> None:
        updated = calibration.model_copy(update={"unseen_error": error})
        StyleModel(mine.encoder, mine.shape, mine.listening, updated, mine.card).save(Path("mine.safetensors"))

    save(0.04)
    told = answer("compare", *two)
    assert told["probability"] == pytest.approx(calibration.probability(told["distance"]))
    assert told["same"] == (told["distance"] <= 0.5)
    said = command("compare", *two).stdout
    assert f"same singer  {told['probability']:.0%}\n" in said
    # at 0.5 the log odds are 2 - 4 x 0.5 = 0
    assert "the threshold 0.500, where the probability is 50%)\n" in said
    assert "at a threshold that accepts at most 5% of strangers; for singers who were not in its fit" in said
    assert "off by 4 points on average" in said
    save(0.2)
    assert "off by 20 points on average" in command("compare", *two).stdout
    assert answer("compare", *two)["same"] is None
    # an index that bears the calibration out, as one does that it was fitted to, changes nothing about that
    monkeypatch.setattr("singing_style.among.doubt_pair", lambda *_: "")
    command("index", choir, "-o", "choir.npz", "-q", "--workers", 1)
    assert "off by 20 points on average" in command("compare", *two, "--among", "choir.npz").stdout
    save(0.04)
    said = command("compare", *two, "--among", "choir.npz").stdout
    assert "for singers who were not in its fit it is off by 4 points on average" in said
    soundfile.write("high.flac", singing(1000, 3.0), RATE)
    said = command("compare", two[0], "high.flac").stdout
    assert "No probability: A is sung at about " in said
    assert "only where two are sung within half an octave of each other is it known what a distance means." in said
    assert "%" not in said


@pytest.mark.parametrize(
    ("threshold", "prior", "side", "there"),
    [(9.0, 0.5, "below", "0%"), (0.0, 0.5, "above", "88%"), (9.0, 0.999999, "below", "0%"), (0.0, 0.1, "above", "45%")],
)
def test_the_threshold_is_printed_with_its_probability(
    command: Command, choir: Path, threshold: float, prior: float, side: str, there: str
) -> None:
    """Log odds are 2 - 4 x distance, and those of the prior: at 0, e^2 to one is 88 %, and e^2 to nine 45 %."""
    mine = tiny_model()
    calibration = mine.calibration.model_copy(update={"unseen_error": 0.04, "threshold": threshold})
    StyleModel(mine.encoder, mine.shape, mine.listening, calibration, mine.card).save(Path("mine.safetensors"))
    two = choir / "singer 0/0.flac", choir / "singer 0/1.flac"
    said = command("compare", *two, "--model", "mine.safetensors", "--prior", prior).stdout
    assert f" ({side} the threshold {threshold:.3f}, where the probability is {there})\n" in said


def test_recordings_that_are_all_alike_are_told_to_be_of_no_use(
    command: Command, choir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that hears nothing: no threshold keeps strangers at no distance apart, and the promise is broken."""
    dead = tiny_model()
    for weights in network_of(dead).parameters():
        weights.data.zero_()
    dead.save(Path("dead.safetensors"))
    asked = ("-m", "dead.safetensors", "--strangers", 0.1, "-q", "--workers", 1)
    said = command("calibrate", choir, "-o", "m.safetensors", *asked).stderr
    assert "the distances hardly tell these singers apart: the probability is no better than a guess\n" in said
    assert "more strangers are accepted than asked for" in said


def test_short_takes_are_joined_by_the_command_that_the_error_names(command: Command, here: Path) -> None:
    """Of seven singers all takes can be used, and of the eighth none alone."""
    for singer in range(7):
        (here / f"my choir/s{singer}").mkdir(parents=True)
        for take in range(2):
            samples = singing(200 + 8 * singer + 3 * take, 3.0, tilt=1 + 0.2 * singer)
            soundfile.write(here / f"my choir/s{singer}/{take}.flac", samples, RATE)
    write_phrases(here / "my choir/s7", 250, ("ode", "air"))
    typed = ("calibrate", "my choir", "--output", "m.safetensors", "-q", "--workers", 1)
    said = command(*typed, expect=1).stderr
    assert "7 of 7 singers can be used, and 8 are needed" in said
    again = "singing-style calibrate 'my choir' -o m.safetensors --workers 1 -q --join"
    assert said.endswith(f"; with --join the short takes would count: {again}\n")
    assert "use --join" not in said
    assert "--join the short" not in command(*typed, "--join", expect=1).stderr


def test_a_share_that_the_singers_cannot_show_is_refused_before_anything_is_heard(
    command: Command, choir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("singing_style.model.StyleModel.load", lambda path: pytest.fail("loaded"))
    said = command("calibrate", choir, "-o", "m.safetensors", "--strangers", 0.05, expect=1).stderr
    assert "choir: --strangers 0.05 takes 9 singers who all sing at about one pitch, or 12 of whom half are" in said


def test_a_folder_may_have_any_name(command: Command, here: Path, choir_of_eight: Path) -> None:
    shutil.copytree(choir_of_eight, here / "two\nlines | of (it)")
    command("calibrate", "two\nlines | of (it)", "-o", "m.safetensors", "-q", "--workers", 1)
    assert StyleModel.load(Path("m.safetensors")).calibration.corpus == "two\\nlines | of (it)"


def test_json_tells_all(answer: Answer, choir: Path) -> None:
    told = answer("calibrate", choir, "-o", "m.safetensors", "-q", "--strangers", 0.1, "--workers", 1)
    assert told["calibration"]["strangers"] == 0.1
    assert told["before"]["threshold"] == 0.5
    assert told["recordings"] == 16
    assert set(told["unseen_singers"]["false_alarms"]) == {"value", "low", "high"}
    assert told["model"] == tiny_model().identity
    assert told["failed"] == {}
    assert told["words"][0].startswith("Of pairs of two singers, about ")


def test_what_cannot_be_used_is_named_and_the_rest_is_done(command: Command, choir: Path) -> None:
    (choir / "singer 0/text.wav").write_text("la la la")
    shutil.copy(choir / "singer 1/0.flac", choir / "singer 2/copy.flac")
    shutil.copy(choir / "singer 1/1.flac", choir / "singer 1/twice.flac")
    soundfile.write(choir / "singer 1/2.flac", singing(215, 3.0), RATE)
    said = command("calibrate", choir, "-o", "m.safetensors", "-q", "--workers", 1, expect=3)
    assert "left out: singer 0/text.wav: " in said.stderr
    assert (
        "left out: singer 1/0.flac: the same file as singer 2/copy.flac, which is under another singer" in said.stderr
    )
    assert "from 17 recordings by 8 singers" in said.stdout


def test_too_few_singers_are_told_before_anything_is_heard(
    command: Command, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("singing_style.model.StyleModel.load", lambda path: pytest.fail("loaded"))
    write_choir(here / "three")
    write_choir(here / "one", ("Ann",))
    write_choir(here / "once", [f"singer {number}" for number in range(9)], ("ode",))
    for folder, counts in (("three", "3 of 3 singers"), ("one", "1 of 1 singer"), ("once", "0 of 9 singers")):
        said = command("calibrate", folder, "-o", "m.safetensors", expect=1).stderr
        assert said.startswith(f"singing-style: error: {folder}: {counts} can be used, and 8 are needed to measure ")
        assert said.count("\n") == 1
    assert not Path("m.safetensors").exists()


@pytest.mark.parametrize(
    ("output", "rest", "said"),
    [
        ("m.npz", (), "m.npz: the output is a model; end its name with .safetensors"),
        ("none/m.safetensors", (), "none/m.safetensors: its folder does not exist; create it first"),
        ("m.safetensors", ("--model", "none.safetensors"), "none.safetensors: no such model file; "),
        ("m.safetensors", ("--model", "text.safetensors"), "text.safetensors: a text file, where a model is needed"),
        ("text.safetensors", (), "text.safetensors: a text file, which would be lost; name another file"),
        ("other.safetensors", (), "other.safetensors: another model, which would be lost; name another file"),
        ("copy.safetensors", (), "copy.safetensors: another model, which would be lost; name another file"),
        ("m.safetensors", ("--strangers", "0"), "--strangers 0: a share above 0 and at most 0.5 is required"),
    ],
)
def test_bad_input_is_one_line_before_any_work(
    command: Command, choir: Path, output: str, rest: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("singing_style.indexing.index_voices", lambda *_, **__: pytest.fail("listened"))
    Path("text.safetensors").write_text("a poem")
    tiny_model(seed=1).save(Path("other.safetensors"))
    tiny_model().save(Path("copy.safetensors"))
    told = command("calibrate", choir, "-o", output, *rest, expect=1).stderr
    assert told.startswith(f"singing-style: error: {said}")
    assert told.count("\n") == 1
    assert Path("text.safetensors").read_text() == "a poem"


def test_the_model_that_is_read_is_never_written_over(command: Command, choir: Path, model_file: Path) -> None:
    before = model_file.read_bytes()
    Path("link.safetensors").symlink_to(model_file)
    for output in (model_file, "link.safetensors"):
        said = command("calibrate", choir, "-o", output, expect=1).stderr
        assert "the model to calibrate, which is never overwritten; name another file" in said
    assert model_file.read_bytes() == before


def test_an_earlier_calibration_of_the_same_network_is_replaced(command: Command, choir: Path) -> None:
    command("calibrate", choir, "-o", "m.safetensors", "-q", "--strangers", 0.3, "--workers", 1)
    command("calibrate", choir, "-o", "m.safetensors", "-q", "--workers", 1)
    assert StyleModel.load(Path("m.safetensors")).calibration.strangers is None
