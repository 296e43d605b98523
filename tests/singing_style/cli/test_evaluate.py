"""The command: an answer in the first line, everything in a file, and one line for what cannot be."""

import csv
import json
import shutil
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_curve
from typer.testing import Result

Command = Callable[..., Result]
SINGERS = ("Ann", "Ben Ali", "Zoë")
NAMES = [f"{singer}/{song}.flac" for singer in SINGERS for song in ("ode", "air")]


@pytest.fixture
def lists(here: Path) -> Path:
    """Write a list of all pairs of the choir, and vectors of anybody for it."""
    pairs = [(int(one.split("/")[0] == two.split("/")[0]), one, two) for one, two in combinations(NAMES, 2)]
    Path("list.txt").write_text("".join(f"{target},{one},{two}\n" for target, one, two in pairs))
    vectors = np.random.default_rng(0).normal(size=(len(NAMES), 5))
    np.savez("theirs.npz", names=NAMES, vectors=vectors)
    return here


def test_a_labelled_folder_is_measured_by_all_pairs(command: Command, sung_choir: Path) -> None:
    said = command("evaluate", sung_choir, "-q", "--workers", 1, "-o", "result.json")
    lines = said.stdout.splitlines()
    assert max(map(len, lines)) <= 120
    assert lines[0].startswith("Asked about each of the 6 recordings with itself left out, `similar` would ")
    assert "As one threshold for pairs of recordings it errs in " in said.stdout
    assert "the songs are not known here, so two of one song may be paired" in " ".join(said.stdout.split())
    row = next(row for row in map(str.split, lines) if row[:3] == ["strict", "the", "model"])
    assert row[3:5] == ["3", "12"]
    content = json.loads(Path("result.json").read_text())
    assert (content["recordings"], content["singers"], content["format"]) == (6, 3, "all pairs")
    assert content["vectors"][0]["distance"] == "euclidean"
    assert content["vectors"][0]["called"] == "the model"
    of_model, of_means = content["similar"]
    assert (of_model["vectors"], of_means["vectors"]) == (str(sung_choir), "MFCC means")
    assert (of_model["asked"], of_model["answers"]["undecided"], of_model["strangers"]["undecided"]) == (6, 6, 6)


def test_means_of_mfccs_are_measured_beside_a_model_unless_they_are_not_wanted(
    command: Command, answer: Callable[..., Any], sung_choir: Path
) -> None:
    said = command("evaluate", sung_choir, "-q", "--workers", 1).stdout
    assert "MFCC means less the model" in said
    assert "By MFCC means it would leave all undecided." in said
    both = answer("evaluate", sung_choir, "-q", "--workers", 1)
    alone = answer("evaluate", sung_choir, "-q", "--workers", 1, "--no-means")
    assert [its["vectors"] for its in both["vectors"]] == [str(sung_choir), "MFCC means"]
    assert alone["vectors"] == both["vectors"][:1]
    assert "MFCC" not in command("evaluate", sung_choir, "-q", "--workers", 1, "--no-means").stdout


@pytest.mark.slow
def test_an_index_gives_the_same_figures_as_its_folder(
    command: Command, answer: Callable[..., Any], sung_choir: Path
) -> None:
    command("index", sung_choir, "-o", "choir.npz", "-q", "--workers", 1)
    of_index, of_folder = (answer("evaluate", what, "-q", "--workers", 1) for what in ("choir.npz", sung_choir))
    assert of_index["vectors"][0]["figures"] == of_folder["vectors"][0]["figures"]
    assert of_index["similar"][0]["answers"] == of_folder["similar"][0]["answers"]


@pytest.mark.slow
def test_the_rate_of_a_list_is_that_of_scikit_learn_on_what_embed_writes(
    command: Command, answer: Callable[..., Any], sung_choir: Path, lists: Path
) -> None:
    command("embed", sung_choir, "-o", "ours.csv", "-q", "--workers", 1)
    of_file = answer("evaluate", "ours.csv", "--trials", "list.txt", "--root", sung_choir)
    of_folder = answer("evaluate", sung_choir, "--trials", "list.txt", "-q", "--workers", 1)
    assert of_file["vectors"][0]["figures"] == of_folder["vectors"][0]["figures"]
    assert (of_file["format"], of_file["singers"]) == ("ssl-singer-identity", None)
    assert of_file["vectors"][0]["names_matched"] == "by path below the root"
    with Path("ours.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "performance"]
    at = {row["name"].removeprefix(f"{sung_choir}/"): [float(row[f"v0{d}"]) for d in range(4)] for row in rows}
    listed = [line.split(",") for line in Path("list.txt").read_text().splitlines()]
    distances = [-np.linalg.norm(np.subtract(at[one], at[two])) for _, one, two in listed]
    alarms, hits, _ = roc_curve([int(row[0]) for row in listed], distances, drop_intermediate=False)
    along = np.linspace(0, len(alarms) - 1, 100_001)
    ahead = np.interp(along, np.arange(len(alarms)), 1 - hits - alarms)
    expected = np.interp(along[np.argmin(abs(ahead))], np.arange(len(alarms)), alarms)
    assert of_file["vectors"][0]["figures"]["all"]["eer"]["value"] == pytest.approx(expected, abs=2e-4)


def test_ours_and_theirs_side_by_side(command: Command, sung_choir: Path, lists: Path) -> None:
    said = command(
        *("evaluate", sung_choir, "theirs.npz", "--trials", "list.txt", "--labelled", sung_choir),
        *("-q", "--workers", 1, "--no-means", "-o", "result.csv"),
    )
    assert said.stdout.startswith("the model: EER ")
    assert "theirs.npz less the model" in said.stdout
    assert "theirs.npz errs in " in said.stdout
    assert "`similar`" not in said.stdout
    assert "theirs.npz: cosine distance; names matched exactly" in said.stdout
    with Path("result.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["less"] for row in rows][-1] == str(sung_choir)
    assert {row["trials"] for row in rows} >= {"all", "strict"}


def test_without_singers_there_is_no_interval_and_it_is_said(command: Command, lists: Path) -> None:
    said = command("evaluate", "theirs.npz", "--trials", "list.txt")
    assert "(no interval: singers unknown)" in said.stdout.splitlines()[0]
    assert "singers are unknown: no intervals and no rank; say who sings with --labelled or" in said.stderr
    known = command("evaluate", "theirs.npz", "--trials", "list.txt", "--singer-from", "^(?P<singer>[^/]+)/")
    assert "interval over 3 singers" in known.stdout.splitlines()[0]
    alone = command("evaluate", "theirs.npz", "--singer-from", "^(?P<singer>[^/]+)/(?P<song>[a-z]+)")
    assert "on 9 strict trials, 3 targets and 6 impostors" in alone.stdout


@pytest.mark.slow
def test_recordings_that_fail_are_named_and_their_trials_left_out(
    command: Command, sung_choir: Path, lists: Path
) -> None:
    for name in NAMES[1:]:
        (lists / "choir" / name).parent.mkdir(parents=True, exist_ok=True)
        (lists / "choir" / name).write_bytes((sung_choir / name).read_bytes())
    (lists / "choir" / NAMES[0]).write_text("la la la\n" * 100)
    said = command("evaluate", "choir", "--trials", "list.txt", "-q", "--workers", 1, expect=3)
    assert "on 10 strict trials, 2 targets and 8 impostors" in said.stdout
    assert "5 trials left out because recordings are missing or cannot be used" in said.stderr
    assert f"left out: choir/{NAMES[0]}: a text file, where a recording is needed" in said.stderr
    (lists / "choir" / NAMES[0]).unlink()
    wrong = command("evaluate", "choir", "--trials", "list.txt", "-q", "--workers", 1, expect=1)
    assert f"no file for 1 ({NAMES[0]}) of 6 recordings below choir" in wrong.stderr
    skipped = command(
        "evaluate", "choir", "theirs.npz", "--trials", "list.txt", "-q", "--workers", 1, "--skip-missing", expect=3
    )
    assert "on 10 strict trials" in skipped.stdout


def test_singers_of_whom_nothing_is_left_are_named(command: Command, sung_choir: Path, here: Path) -> None:
    shutil.copytree(sung_choir, "choir")
    (here / "choir" / "Dan").mkdir()
    (here / "choir" / "Dan" / "empty.wav").touch()
    said = command("evaluate", "choir", "-q", "--workers", 1, "-o", "result.json", expect=3)
    assert "no usable recording of Dan: not in the result" in said.stderr
    content = json.loads(Path("result.json").read_text())
    assert (content["lost"], content["failed"]) == (["Dan"], {"Dan/empty.wav": "empty file (0 bytes)"})


@pytest.mark.slow
def test_short_takes_are_joined(command: Command, phrases: Path) -> None:
    refused = command("evaluate", phrases, "-q", "--workers", 1, expect=1)
    assert "join takes (--join)" in refused.stderr
    said = command(
        "evaluate", phrases, "-q", "--workers", 1, "--join", "--singer-from", r"(?P<singer>\w+)/(?P<song>[a-z]+)-"
    )
    row = next(row for row in map(str.split, said.stdout.splitlines()) if row[:3] == ["strict", "the", "model"])
    assert row[3:5] == ["2", "2"]
    assert "(no interval: it takes more singers; chance is 50 %)" in " ".join(said.stdout.split())


@pytest.fixture
def phrases(here: Path) -> Path:
    from tests.singing_style.made_up import write_phrases

    write_phrases(here / "phrases/Ann", 200, ("ode", "air"))
    write_phrases(here / "phrases/Ben", 300, ("ode", "air"), tilt=2)
    return Path("phrases")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.npz", "--trials", "list.txt"), "none.npz: no such file or folder"),
        (("theirs.npz", "--trials", "none.txt"), "none.txt: no such list of trials"),
        (("theirs.npz",), "theirs.npz: nothing says who sings; pass --trials LIST, --labelled FOLDER or"),
        (("theirs.npz", "theirs.npz", "--trials", "list.txt"), "theirs.npz: given twice"),
        (("theirs.npz", "--trials", "list.txt", "--format", "kaldi"), "list.txt: line 1 reads '1,Ann/ode.flac"),
        (("theirs.npz", "--trials", "list.txt", "-o", "x.doc"), "x.doc: unknown kind of file"),
        (("theirs.npz", "--trials", "list.txt", "-o", "no/x.csv"), "no/x.csv: its folder does not exist"),
        (("theirs.npz", "--trials", "list.txt", "--join"), "--join: a list of trials names single recordings"),
        (("theirs.npz", "--format", "kaldi"), "--format kaldi: describes a list of trials; name the list with"),
        (("theirs.npz", "--join"), "--join: says how recordings are heard; name their folder instead"),
        (("theirs.npz", "--protocol", "vocalset"), "--protocol vocalset: says how a folder is laid out"),
        (("a", "b", "--trials", "list.txt"), "b: a second folder of recordings"),
        (("a",), "a: contains no sound files"),
        (("theirs.npz", "--trials", "list.txt", "--singer-from", "("), "--singer-from '(': not a regular expression"),
        (("list.txt", "--trials", "list.txt"), "list.txt: line 2: 'Ann/ode.flac' is not a number"),
    ],
)
def test_bad_input_is_one_line(command: Command, lists: Path, arguments: tuple[str, ...], said: str) -> None:
    for name in ("a", "b"):
        Path(name).mkdir()
    wrong = command("evaluate", *arguments, expect=1)
    assert wrong.stderr.startswith(f"singing-style: error: {said}")
    assert wrong.stderr.count("\n") == 1
    assert wrong.stdout == ""


def test_unknown_choices_are_wrong_usage(command: Command, lists: Path) -> None:
    assert "euclidean" in command("evaluate", "theirs.npz", "--distance", "far", expect=2).stderr
