import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import damp
from benchmarks.damp import FEW_SINGERS, STAGES, needed, run_all, worked_out
from benchmarks.damp_corpus import RECORDINGS, SINGERS, TABLE, count_recordings, count_singers, write_damp
from benchmarks.singing import Samples
from benchmarks.stage_cost import Cost, run_stage
from pipeline.corpora.datasets import damp_balanced


@pytest.fixture(scope="module")
def noise() -> Samples:
    return np.random.default_rng(0).normal(0, 0.1, 60_000).astype(np.float32)


def test_the_whole_has_the_singers_and_recordings_of_damp_balanced() -> None:
    assert count_singers(RECORDINGS) == SINGERS
    assert sum(SINGERS.values()) == 5429
    assert sum(count_recordings(SINGERS).values()) == RECORDINGS == 24_874


@pytest.mark.parametrize("recordings", [100, 500, 2487])
def test_a_trial_has_about_as_many_as_asked_for(recordings: int) -> None:
    assert sum(count_recordings(count_singers(recordings)).values()) == pytest.approx(recordings, abs=8)


@pytest.mark.slow
def test_every_recording_is_in_the_papers_cut(noise: Samples, tmp_path: Path) -> None:
    raw, corpus = tmp_path / "raw", tmp_path / "corpus"
    raw.mkdir()
    corpus.mkdir()
    write_damp(noise, FEW_SINGERS, 0.2, raw)
    loaded = damp_balanced.load(raw, corpus, table=TABLE, max_bad_share=0.0)
    assert loaded.manifest["split"].value_counts().to_dict() == {"train": 12, "validation": 8, "test": 12}
    assert loaded.manifest.groupby("split")["singer"].nunique().to_dict() == FEW_SINGERS
    contents = {(corpus / path).read_bytes() for path in loaded.manifest["path"]}
    assert len(contents) == len(loaded.manifest)


def test_a_stopped_run_carries_on_with_the_stage_at_which_it_was_stopped(
    noise: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def stage(name: str, folder: Path) -> Cost:
        ran.append(name)
        if ran == ["corpus", "resample"]:
            (folder / ".scratch/resample/half").mkdir(parents=True)
            raise KeyboardInterrupt
        assert not (folder / ".scratch/resample/half").exists()
        return Cost(1.0, 2.0, 3.0)

    monkeypatch.setattr(damp, "run_stage", stage)
    monkeypatch.setattr(damp, "sing_songs", lambda count: noise)
    with pytest.raises(KeyboardInterrupt):
        run_all(FEW_SINGERS, 0.2, tmp_path / "run", ("voice",))
    costs = run_all(FEW_SINGERS, 0.2, tmp_path / "run", ("voice",))
    assert ran == ["corpus", "resample", "resample", "voice"]
    assert costs == dict.fromkeys(("corpus", "resample", "voice"), Cost(1.0, 2.0, 3.0))
    assert len(pd.read_csv(tmp_path / "run/data/raw/damp-balanced" / TABLE)) == 32


def test_stages_run_with_those_that_they_build_on() -> None:
    assert needed(("features", "corpus")) == STAGES[: STAGES.index("features") + 1]


def test_what_longer_recordings_take_is_worked_out() -> None:
    """Short ones take a second each beside 9 of starting; long ones 4: of 200 recordings 9 + 200 + 200 x 3 seconds."""
    whole, short, long = Cost(0, 209, 500), Cost(0, 19, 300), Cost(0, 49, 340)
    hours, memory = worked_out("voice", whole, short, long, 20, 210.0)
    assert hours.value == pytest.approx(809 / 3600)
    assert memory.value == 540
    assert len(worked_out("embed", whole, short, long, 20, 210.0)) == 1


@pytest.mark.slow
def test_a_stage_that_fails_names_its_log(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"stage resample ended with \d+; see .*logs/resample.txt"):
        run_stage("resample", tmp_path)
    assert "params.yaml" in (tmp_path / "logs/resample.txt").read_text()


@pytest.mark.pipeline
def test_a_stage_tells_what_it_took(noise: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(damp, "sing_songs", lambda count: noise)
    cost = run_all(FEW_SINGERS, 0.2, tmp_path / "run", ("corpus",))["corpus"]
    assert cost.core_seconds > 0
    assert cost.seconds > 0.5
    # Python with pandas and the choir
    assert 50 < cost.mebibytes < 2000
    assert len(pd.read_csv(tmp_path / "run/data/corpus/manifest.csv")) == 32
    assert list(json.loads((tmp_path / "run/taken.json").read_text())) == ["corpus"]
