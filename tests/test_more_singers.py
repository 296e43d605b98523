"""More singers in a repository whose pipeline ran: one of the choir, or a corpus of one's own beside it."""

from pathlib import Path

import pandas as pd
import pytest
import soundfile

from tests.tiny_repository import Repository

pytestmark = pytest.mark.pipeline


def test_one_singer_more_costs_one_singers_work(repository: Repository) -> None:
    def kept() -> dict[str, int]:
        folders = {name: repository.folder / ".scratch" / name for name in ("corpus", "resample", "voice", "features")}
        return {name: len(list(folder.glob("*/entry.json"))) for name, folder in folders.items()}

    before = kept()
    repository.type("dvc exp run --temp -n bigger -S corpus.demo.singers.test=5 voice features")
    songs_of_a_singer = 2
    assert kept() == {name: count + songs_of_a_singer for name, count in before.items()}


def bring_in_faster_singers(repository: Repository) -> None:
    """Make a corpus of its own of the demo's recordings: the same samples at a higher rate are other voices."""
    raw = repository.folder / "data/raw/manifest"
    raw.mkdir()
    manifest = pd.read_csv(repository.folder / "data/corpus/manifest.csv")
    for path in manifest["path"]:
        samples, rate = soundfile.read(repository.folder / "data/corpus" / path)
        soundfile.write(raw / Path(path).name, samples, int(1.2 * rate))
    manifest["path"] = [Path(path).name for path in manifest["path"]]
    told = manifest[["path", "singer", "song", "split"]].assign(style_school=["opera", "pop"] * (len(manifest) // 2))
    told.to_csv(raw / "manifest.csv", index=False)


def test_two_corpora_are_trained_on_together(repository: Repository) -> None:
    """Bringing one in runs stage `corpus` anew and no other; then all stages stand both."""
    bring_in_faster_singers(repository)
    repository.type("dvc add data/raw/manifest")
    said = repository.type("dvc repro")
    assert "Running stage 'corpus'" in said
    assert "Running stage 'resample'" not in said
    repository.type("git add -A && git commit -q -m 'Bring in faster singers'")
    repository.type("dvc exp run --temp -n both -S 'corpus.name=[demo,manifest]'")
    knn = repository.read_of("both", "metrics/knn.json")
    assert [knn["corpora"][name]["singers"] for name in ("demo", "manifest")] == [4, 4]
    assert knn["singers"] == 8
    trials = repository.read_of("both", "metrics/statistics.json")["trials"]["all"]
    assert trials == {"targets": 8, "nontargets": 2 * 6 * 4}
    probe = repository.read_of("both", "metrics/probe.json")
    assert {name for name in probe["embedding"] if name.startswith("style_")} >= {"style_school"}
    repository.type("dvc exp apply both && dvc checkout")
    assert (repository.folder / "release/CARD.md").read_text().count("demo, manifest") == 1
    page = (repository.folder / "report/index.html").read_text()
    assert "manifest::test000" in page


def test_a_corpus_that_is_not_there_is_told_by_the_stage(repository: Repository) -> None:
    said = repository.type("dvc exp run --temp -S 'corpus.name=[demo,vocalset]'", expect=255)
    assert "corpus: error: data/raw/vocalset: no such folder; bring it in: make corpus NAME=vocalset" in said
