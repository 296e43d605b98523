import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import Result

from tests.singing_style.made_up import write_choir, write_phrases

Command = Callable[..., Result]


@pytest.mark.slow
def test_a_corpus_is_ready_or_not_and_the_code_says_so(
    command: Command, answer: Callable[..., Any], here: Path
) -> None:
    write_choir(here / "choir", [f"S{number}" for number in range(6)], ["ode", "air", "lay"])
    pattern = "(?P<singer>S[0-9])/(?P<song>[a-z]+)"
    (here / "choir/S0/text.wav").write_text("la la la\n" * 100)
    options = ("--singer-from", pattern, "--songs", "1/1/1", "-q")
    strict = (*options, "--max-bad-share", 0.05)
    said = command("validate", "choir", *strict, "--training", "-o", "t.csv", expect=1)
    assert said.stdout.startswith(
        "Fit to index: 18 of 19 recordings can be used, of 6 singers, too few for a verdict (see below). "
        "Next: singing-style index choir -o choir.npz --singer-from '(?P<singer>S[0-9])/(?P<song>[a-z]+)'\n"
    )
    assert "warning unusable:   1 of 19 recordings cannot be used (S0/text.wav: " in said.stdout
    assert "STOP    unusable:   cannot be used: 1 of 19 recordings, more than max_bad_share 0.05 al" in said.stdout
    assert "balanced, 1/1/1 songs: 2/2/2 singers" in said.stdout
    assert said.stdout.index("balanced") < said.stdout.index("Not fit to train on") < said.stdout.index("STOP")
    assert "STOP" in said.stdout.partition("Not fit to train on")[2]
    plain = command("validate", "choir", *strict).stdout  # and code 0: they can be indexed
    assert plain.splitlines()[0] == said.stdout.splitlines()[0]
    assert set(plain.splitlines()) < set(said.stdout.splitlines())
    assert not any(word in plain for word in ("STOP", "train", "split"))
    table = pd.read_csv("t.csv")
    assert len(table) == 19
    assert set(table["singer"]) == {f"S{number}" for number in range(6)}
    told = answer("validate", "choir", *options)
    assert told["ready"] is True
    assert {one["severity"] for one in told["findings"]} == {"note", "warning"}


def test_an_output_without_a_folder_is_told_at_once(command: Command) -> None:
    said = command("validate", "none", "-o", "no/t.csv", expect=1)
    assert said.stderr == "singing-style: error: no/t.csv: its folder does not exist; create it first\n"


def test_it_needs_no_model(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SINGING_STYLE_MODEL")
    Path("m.csv").write_text("path,singer,song\nnone.wav,Ann,ode\n")
    said = command("validate", "m.csv", "-q", expect=1)
    assert "1 of 1 recording cannot be used (none.wav: no such file)" in said.stdout
    told = json.loads(command("validate", "m.csv", "-q", "--json", expect=1).stdout)
    assert (told["fit_to_index"], told["ready"]) == (False, False)


@pytest.mark.parametrize("songs", ["6/4", "6/4/0", "a/b/c", "6/4/4/", "²/1/1"])
def test_songs_are_three_numbers(command: Command, songs: str) -> None:
    said = command("validate", ".", "--songs", songs, expect=1)
    assert f"--songs '{songs}': write three numbers" in said.stderr


@pytest.mark.slow
def test_takes_are_joined_where_that_is_asked_for_or_needed(command: Command, here: Path) -> None:
    """Ann's and Zoe's takes are too short alone; those of the choir are not, unless joined they are fewer."""
    write_phrases(here / "phrases/Ann", 200, ("ode", "air"))
    write_phrases(here / "phrases/Zoe", 280, ("ode",))
    for options in ((), ("--join",)):
        said = command("validate", "phrases", "-q", *options).stdout
        assert said.startswith(
            "Fit to index, takes joined: 0 of 9 recordings can be used alone, 2 performances joined,"
        )
        assert "; clips" not in said
        assert not any(words in said for words in ("shorter than a clip", "cannot be judged alone", "join short takes"))
    write_choir(here / "choir", ["Ann"])
    assert command("validate", "choir", "-q").stdout.startswith("Fit to index: 2 of 2 recordings can be used, ")
    said = command("validate", "choir", "-q", "--join").stdout
    assert said.startswith("Fit to index, takes joined: 2 of 2 recordings can be used alone, 1 performance joined, of ")
    assert said.splitlines()[0].endswith("Next: singing-style index choir -o choir.npz --join")
