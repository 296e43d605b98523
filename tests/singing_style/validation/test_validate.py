"""A small corpus with everything wrong, examined as a whole."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from singing_style.cli.validate import as_text, headline, name_index, validation_as_json
from singing_style.indexing import index_voices
from singing_style.roster import read_roster
from singing_style.validation import Severity, Validation, validate
from tests.singing_style.made_up import RATE, singing, tiny_model

SECONDS = 8.0


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Validation:
    folder = tmp_path_factory.mktemp("choir")
    rows = []
    for number, singer in enumerate(["ann", "ben"]):
        for song, pitch in (("ode", 200), ("air", 260)):
            rows.append((f"{singer}-{song}.wav", singer, song))
            soundfile.write(folder / rows[-1][0], singing(pitch + 30 * number, SECONDS), RATE)
    twin, _ = soundfile.read(folder / "ann-ode.wav")
    soundfile.write(folder / "twin.flac", twin, RATE)
    loud = np.clip(20 * singing(300, SECONDS), -1, 1)
    soundfile.write(folder / "loud.wav", loud, RATE)
    soundfile.write(folder / "short.wav", singing(300, 2.0), RATE)
    (folder / "text.wav").write_text("la la la\n" * 100)
    rows += [("twin.flac", "ben", "lay"), ("loud.wav", "ann", "lay"), ("short.wav", "ann", "hum")]
    rows += [("text.wav", "ben", "hum"), ("none.wav", "ben", "song")]
    lines = [",".join(row) for row in [("path", "singer", "song"), *rows]]
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return validate(read_roster(folder), max_bad_share=0.3)


def texts(found: Validation, severity: Severity, subject: str) -> list[str]:
    return [one.text for one in found.findings if (one.severity, one.subject) == (severity, subject)]


def test_every_fault_is_reported(found: Validation) -> None:
    (unusable,) = texts(found, Severity.WARNING, "unusable")
    assert unusable.startswith("2 of 9 recordings cannot be used (text.wav: ")
    assert "none.wav: no such file)" in unusable
    assert any("(short.wav: 1." in text for text in texts(found, Severity.WARNING, "singing"))
    assert found.short == 1
    assert any("(short.wav)" in text for text in texts(found, Severity.WARNING, "durations"))
    assert any("(loud.wav: " in text for text in texts(found, Severity.WARNING, "levels"))
    assert any(
        "under two singers" in text and "(twin.flac = ann-ode.wav)" in text
        for text in texts(found, Severity.WARNING, "duplicates")
    )


def test_only_what_can_be_used_counts_among_performances_and_for_splits(found: Validation) -> None:
    """Of four of Ann's a short one cannot be used, and of five of Ben's one that is text and one that is missing."""
    (singers,) = texts(found, Severity.NOTE, "singers")
    assert singers == "2 singers, 3 songs, 6 performances that can be used (3 per singer)"


@pytest.mark.slow
def test_a_part_of_which_nothing_can_be_used_stops(tmp_path: Path) -> None:
    """Two singers each to train, validate and test; one of the test sings a single second."""
    parts = {"ann": "train", "ben": "train", "cleo": "validation", "dan": "validation", "eve": "test", "fay": "test"}
    lines = ["path,singer,song,split"]
    for number, (singer, split) in enumerate(parts.items()):
        seconds = 2.0 if singer == "fay" else SECONDS
        soundfile.write(tmp_path / f"{singer}.wav", singing(200 + 10 * number, seconds), RATE)
        lines.append(f"{singer}.wav,{singer},{split} song,{split}")
    (tmp_path / "manifest.csv").write_text("\n".join(lines) + "\n")
    found = validate(read_roster(tmp_path), max_bad_share=0.5)
    assert "1 singer has no recording that can be used (fay)" in texts(found, Severity.WARNING, "singers")
    assert texts(found, Severity.STOP, "splits") == [
        "column split: test has recordings of 1 singer only; it needs at least 2 singers"
    ]


def test_two_singers_cannot_be_split(found: Validation) -> None:
    assert texts(found, Severity.STOP, "splits")
    assert found.stops


def test_the_table_says_what_was_measured_of_whom(found: Validation) -> None:
    table = found.recordings.set_index("recording")
    assert len(table) == 9
    good = table.loc["ann-ode"]
    assert (good["rate"], good["channels"], good["fault"]) == (RATE, 1, "")
    assert good["seconds"] == pytest.approx(SECONDS)
    assert good["voiced_seconds"] == pytest.approx(SECONDS - 1, abs=0.3)  # half a second of quiet at either end
    assert good["sung_seconds"] == pytest.approx(SECONDS - 1, abs=0.3)
    assert good["peak_db"] == pytest.approx(20 * np.log10(0.3), abs=0.1)
    assert table.loc["none", "fault"] == "no such file"
    assert table["seconds"].isna()["none"]
    assert str(table.loc["short", "fault"]).startswith("too little singing to judge: ")


def test_the_report_puts_the_worst_last(found: Validation) -> None:
    lines = as_text(found, training=True).splitlines()
    next_command = f"singing-style index {found.source} -o {found.source.parent.name}.npz"
    assert lines[0] == (
        "Fit to index: 6 of 9 recordings can be used, of 2 singers, too few for a verdict (see below). "
        f"Next: {next_command}"
    )
    assert lines[1].endswith("manifest.csv")
    relief = next(at for at, line in enumerate(lines) if line.startswith("Not fit to train on (stops: "))
    assert lines[relief].endswith("), which index and similar do not need:")
    kinds = [line.split()[0] if line.startswith(("warning", "STOP")) else "note" for line in lines[2:relief]]
    assert kinds == sorted(kinds)  # notes, then warnings
    assert all(line.startswith("STOP ") for line in lines[relief + 1 :])
    assert len(lines) > relief + 1


def test_who_does_not_want_to_train_is_told_nothing_of_it(found: Validation) -> None:
    said = as_text(found)
    for words in ("STOP ", "train", "split", "spectrum", "max_bad_share"):
        assert words not in said
    assert "warning unusable:   2 of 9 recordings cannot be used (text.wav: " in said
    assert len(validation_as_json(found)["findings"]) > len(said.splitlines())


def test_where_nothing_can_be_indexed_nobody_is_told_that_index_does_not_mind(found: Validation) -> None:
    useless = replace(found, recordings=found.recordings.assign(fault="no such file"), performances=None)
    assert "Not fit to train on (stops: " in as_text(useless, training=True)
    assert "do not need" not in as_text(useless, training=True)


def test_training_comes_second_where_it_is_possible(found: Validation) -> None:
    fit = replace(found, findings=[one for one in found.findings if one.severity is not Severity.STOP])
    lines = as_text(fit, training=True).splitlines()
    assert lines[0].startswith("Fit to index: ")
    assert lines[1] == f"Fit to train on, too (warnings: {len(fit.findings) - lines_without_mark(lines)})."
    assert lines[2] == str(found.source)
    assert "train" not in lines[-1].split(":")[0]


def lines_without_mark(lines: list[str]) -> int:
    return sum(line.startswith("        ") for line in lines)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("choir", "choir.npz"),
        ("the choir", "the choir.npz"),
        ("st.john", "st.john.npz"),
        ("choir/manifest.csv", "choir.npz"),
        ("table.csv", "table.npz"),
        (".", "here.npz"),
        ("choir/..", "here.npz"),
        ("manifest.csv", "here.npz"),
        ("/", "index.npz"),
    ],
)
def test_the_index_is_named_after_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, name: str
) -> None:
    (tmp_path / "here/choir").mkdir(parents=True)
    (tmp_path / "here/table.csv").touch()
    monkeypatch.chdir(tmp_path / "here")
    assert name_index(Path(source)) == name


def test_json_holds_the_same(found: Validation) -> None:
    told = validation_as_json(found)
    assert told["ready"] is False
    assert len(told["findings"]) == len(found.findings)
    (missing,) = [row for row in told["recordings"] if row["recording"] == "none"]
    assert missing["seconds"] is None
    assert missing["fault"] == "no such file"
    assert (told["usable"], told["short"], told["performances"], told["undecided"]) == (6, 1, 6, 6)


def test_faults_of_the_table_stop_before_anything_is_heard(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("path,singer,song\n../a.wav,Ann,ode\nb.wav,,ode\n")
    found = validate(read_roster(tmp_path / "m.csv"))
    assert [(one.severity, one.subject) for one in found.findings] == [(Severity.STOP, "table")] * 2
    assert found.stops
    assert as_text(found).startswith(
        "The table cannot be used. Next: fix it as listed below, then singing-style validate"
    )


def test_the_next_command_is_the_one_for_the_recordings(tmp_path: Path) -> None:
    source, pattern = tmp_path / "a b", r"(?P<singer>\w+)-"
    few = "1 singer, too few for a verdict (see below)"
    for short, faults, joined, said in (
        (0, ["", "", ""], 3, f"Fit to index: 3 of 3 recordings can be used, of {few}. Next: singing-style index "),
        (1, ["", "", "too"], 2, f"Fit to index: 2 of 3 recordings can be used, of {few}. Next: singing-style index "),
        (
            2,
            ["", "too", "too"],
            1,
            "Fit to index, takes joined: 1 of 3 recordings can be used alone, 1 performance joined, of "
            f"{few}. Next: singing-style index ",
        ),
        (
            3,
            ["too", "too", "too"],
            0,
            "Not fit to use: 0 of 3 recordings can be used. Next: fix them as listed below, then singing-style "
            "validate ",
        ),
    ):
        table = pd.DataFrame({"singer": ["Ann"] * 3, "fault": faults})
        performances = pd.DataFrame({"singer": ["Ann"] * joined, "pitch": [60.0] * joined})
        line = headline(Validation(source, [], table, short, performances, joined=short == 2), pattern)
        output = " -o 'a b.npz'" if joined else ""
        join = " --join" if short == 2 else ""
        assert line == f"{said}'{source}'{output} --singer-from '(?P<singer>\\w+)-'{join}"


def test_of_enough_recordings_no_doubt_is_told(tmp_path: Path) -> None:
    singers = [f"singer {number % 3}" for number in range(19)]
    table = pd.DataFrame({"singer": singers, "fault": ""})
    found = Validation(tmp_path / "choir", [], table, 0, pd.DataFrame({"singer": singers, "pitch": 60.0}))
    assert headline(found).startswith("Fit to index: 19 of 19 recordings can be used, of 3 singers. Next: ")
    assert headline(found, model=Path("my model")).endswith(" -o choir.npz --model 'my model'")


@pytest.mark.slow
def test_validate_and_index_agree_on_what_may_be_used_and_on_seconds(tmp_path: Path) -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal(4 * RATE)
    sounds = {"good": singing(220), "short": singing(220, 1.2), "noise": noise, "silent": np.zeros(RATE)}
    (tmp_path / "Ann").mkdir()
    for name, samples in sounds.items():
        soundfile.write(tmp_path / f"Ann/{name}.wav", samples, RATE)
    (tmp_path / "Ann/text.wav").write_text("la la la")
    model, roster = tiny_model(), read_roster(tmp_path)
    table = validate(roster, listening=model.listening).recordings.set_index("path")
    indexed = index_voices(model, roster, workers=1)
    assert indexed.failed == table.loc[table["fault"] != "", "fault"].to_dict()
    assert sorted(indexed.failed) == [f"Ann/{name}.wav" for name in ("noise", "short", "silent", "text")]
    assert sorted(indexed.short) == ["Ann/noise.wav", "Ann/short.wav"]
    assert indexed.too_little == 2
    (singers,) = texts(validate(roster, listening=model.listening), Severity.NOTE, "singers")
    assert singers == "1 singer, 1 performance that can be used (1 per singer)"
    (good,) = (voice.performance for voice in indexed.index.voices)
    assert good.seconds == pytest.approx(table.loc["Ann/good.wav", "seconds"])
    assert good.voiced_seconds == pytest.approx(table.loc["Ann/good.wav", "sung_seconds"])


def test_links_out_of_the_folder_are_followed_and_told(tmp_path: Path) -> None:
    choir = tmp_path / "choir" / "ann"
    choir.mkdir(parents=True)
    cached = tmp_path / "cache" / "files" / "md5" / "0c" / "c175b9c0f1b6a831c399e269772661"
    cached.parent.mkdir(parents=True)
    for file, pitch in ((tmp_path / "elsewhere.wav", 200), (cached, 230), (choir / "own.wav", 260)):
        soundfile.write(file, singing(pitch, SECONDS), RATE, format="WAV")
    (choir / "out.wav").symlink_to(tmp_path / "elsewhere.wav")
    (choir / "linked.wav").symlink_to(cached)
    (choir / "near.wav").symlink_to("own.wav")
    found = validate(read_roster(tmp_path / "choir"))
    assert not texts(found, Severity.WARNING, "unusable")
    (links,) = texts(found, Severity.WARNING, "links")
    assert links.startswith("1 recording is a link to files outside the folder (ann/out.wav); bring the corpus in")


def test_paths_in_another_unicode_form_are_found_and_told(tmp_path: Path) -> None:
    for singer in ("Zoë", "Ann"):
        folder = tmp_path / unicodedata.normalize("NFD", singer)
        folder.mkdir()
        soundfile.write(folder / "ode.wav", singing(200, SECONDS), RATE)
    table = "path,singer,song\nZoë/ode.wav,Zoë,ode\nAnn/ode.wav,Ann,ode\n"
    (tmp_path / "manifest.csv").write_text(unicodedata.normalize("NFC", table), encoding="utf-8")
    found = validate(read_roster(tmp_path))
    assert not texts(found, Severity.WARNING, "unusable")
    (spelling,) = texts(found, Severity.NOTE, "spelling")
    assert spelling.startswith("1 path differs from its file's name in the form of Unicode")


def test_what_a_folder_holds_besides_sound_is_named(tmp_path: Path) -> None:
    (tmp_path / "ann").mkdir()
    soundfile.write(tmp_path / "ann" / "ode", singing(200, SECONDS), RATE, format="WAV")
    (tmp_path / "ann" / "words.txt").write_text("la la la")
    (tmp_path / "ben").symlink_to(tmp_path / "ann")
    found = validate(read_roster(tmp_path))
    assert list(found.recordings["path"]) == ["ann/ode"]
    assert texts(found, Severity.NOTE, "folder") == [
        f"1 file that is no sound was passed over ({tmp_path}/ann/words.txt)"
    ]
    (links,) = texts(found, Severity.WARNING, "folder")
    assert links.startswith(f"1 link to a folder was not followed ({tmp_path}/ben)")
