"""The stage `report`: what it writes of a made-up corpus."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline import report
from pipeline.errors import BadInputError
from pipeline.runtime.commit import Commit

pytestmark = pytest.mark.slow

WritePage = Callable[..., tuple[Path, str]]


def data(path: Path) -> Any:
    found = re.search(r'id="page-data">(.*?)</script>', path.read_text(), re.DOTALL)
    assert found
    return json.loads(found[1])


def test_everything_is_in_one_file_and_twice_the_same(write_page: WritePage) -> None:
    (first, summary), (second, _) = write_page(), write_page()
    assert first.read_bytes() == second.read_bytes()
    assert re.fullmatch(r"report/index.html, \d\.\d MB: 18 clips, 9 of 9 performances to hear", summary)
    text = first.read_text()
    assert text.startswith("<!DOCTYPE html>")
    assert not re.search(r'<(script|link|img)[^>]+(src|href)="(?!data:)', text)
    assert list(first.parent.iterdir()) == [first]


def test_intervals_attention_and_style_reach_the_page(write_page: WritePage) -> None:
    page = data(write_page()[0])
    assert page["knn"][0]["embedding"] == {"accuracy": [0.5, 0.4], "interval": [[0.31, 0.72], None]}
    assert page["has_intervals"]
    assert page["attention"]["steps"] == 64
    assert [one["label"] for one in page["colourings"]] == ["singer", "song", "split", "vibrato", "school"]
    assert page["views"]["clips"]["start"] == [0, 102] * 9
    assert page["colourings"][3]["unit"] == "Hz"
    assert data(write_page(attention=False)[0])["attention"] is None


def test_the_first_sentence_says_what_was_recorded_and_the_foot_where_it_comes_from(write_page: WritePage) -> None:
    text = write_page()[0].read_text()
    first = re.search(r"</h1>\s*<p[^>]*>(.*?)</p>", text)
    assert first
    assert first[1] == "Synthetic voices of the demo choir: 9 performances by 3 singers of 3 songs."
    foot = re.search(r'<p id="origin">(.*?)</p>', text)
    assert foot
    assert re.fullmatch(r"Model [0-9a-f]{12}, trained on demo · Corpus demo · No Git commit", foot[1])


def test_a_tiny_run_says_so_before_anything_else(write_page: WritePage) -> None:
    said = "3 singers, 4 steps of training: far too few to learn anything; this page"
    text = write_page(steps=4)[0].read_text()
    assert re.search(rf"</h1>\s*<p[^>]*>[^<]*</p>\s*<p>{said} ", text)
    assert "too few to learn" not in write_page()[0].read_text()


def test_the_foot_names_the_commit_where_there_is_one(write_page: WritePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.report.last_commit", lambda _: Commit("0123456789ab", "2026-01-02"))
    assert "Corpus demo · Commit 0123456789ab of 2026-01-02</p>" in write_page()[0].read_text()
    changed = Commit("0123456789ab", "2026-01-02", ("params.yaml", "pipeline"))
    monkeypatch.setattr("pipeline.report.last_commit", lambda _: changed)
    said = "Commit 0123456789ab of 2026-01-02, and changes to params.yaml and pipeline</p>"
    assert said in write_page()[0].read_text()


def test_the_cap_is_kept_and_said(write_page: WritePage) -> None:
    path, summary = write_page(params=(("report.max_megabytes", 1.6),))
    assert path.stat().st_size <= 1.6e6
    said = re.search(r"(\d) of 9 performances \((\d+)%\), drawn at random, can be heard", path.read_text())
    assert said
    audible = [one for one in data(path)["recordings"] if one["sound"]]
    assert len(audible) == int(said[1])
    assert f"{said[1]} of 9 performances to hear" in summary


def test_a_cap_below_the_bare_page_is_refused(write_page: WritePage) -> None:
    with pytest.raises(BadInputError, match="report.max_megabytes: the page takes 1.5 MB without any sound"):
        write_page(params=(("report.max_megabytes", 1.0),))


def test_too_many_points_are_sampled_and_said(write_page: WritePage) -> None:
    path, _ = write_page(params=(("report.max_points", 5),))
    page = data(path)
    assert [len(page["views"][kind]["start"]) for kind in ("clips", "performances")] == [5, 5]
    assert len(page["recordings"]) == 5
    text = path.read_text()
    assert "5 of 18 clips are on the maps, drawn at random (report.max_points)" in text
    assert "5 of 9 performances are on the maps" in text


def test_missing_metrics_are_named(write_page: WritePage, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = write_page()
    monkeypatch.chdir(path.parents[1])
    Path("metrics/knn.json").unlink()
    with pytest.raises(BadInputError, match=r"metrics/knn.json: no such file; run `dvc repro knn`"):
        report.main()


def test_a_field_that_metrics_lack_is_named(write_page: WritePage, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = write_page()
    monkeypatch.chdir(path.parents[1])
    training = json.loads(Path("metrics/training.json").read_text())
    Path("metrics/training.json").write_text(json.dumps({name: training[name] for name in training if name != "steps"}))
    with pytest.raises(BadInputError, match=r"metrics/training.json: steps: missing; run `dvc repro embed`"):
        report.main()


def test_a_recording_unknown_to_the_manifest_is_named(write_page: WritePage, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = write_page()
    monkeypatch.chdir(path.parents[1])
    manifest = Path("data/voice/manifest.csv")
    manifest.write_text(re.sub(r"r0-0,.*\n", "", manifest.read_text()))
    with pytest.raises(BadInputError, match="data/voice/manifest.csv: lacks r0-0"):
        report.main()
