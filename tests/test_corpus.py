import re
import shutil
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
import soundfile
from ruamel.yaml import YAML

from pipeline import corpus
from pipeline.corpora.datasets import demo
from pipeline.corpora.loading import LAYOUTS
from pipeline.corpora.schema import read_manifest
from pipeline.errors import BadInputError
from pipeline.runtime.scratch import Scratch
from pipeline.sections.corpora import CorpusName
from tests.corpora.folders import FOLDERS, write_folder

ROOT = Path(__file__).parents[1]
NAMES = get_args(CorpusName)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository with the parameters of this one."""
    shutil.copy(ROOT / "params.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def set_params(repository: Path, corpus: dict[str, object]) -> None:
    yaml = YAML()
    params = yaml.load(repository / "params.yaml")
    params["corpus"].update(corpus)
    yaml.dump(params, repository / "params.yaml")


def bring_in_manifest(repository: Path, text: str) -> None:
    raw = repository / "data" / "raw" / "manifest"
    raw.mkdir(parents=True)
    (raw / "manifest.csv").write_text(text)
    for path in pd.read_csv(raw / "manifest.csv")["path"]:
        soundfile.write(raw / path, np.linspace(-0.5, 0.001 * int(re.sub(r"\D", "", path) or 0), 800), 8000)


TABLE = """path,singer,song,split
1.wav,1,a,train
2.wav,2,a,train
3.wav,3,b,validation
4.wav,4,b,validation
5.wav,5,c,test
6.wav,6,c,test
"""


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_folder_names_the_command_that_brings_it_in(repository: Path, name: str) -> None:
    set_params(repository, {"name": name})
    with pytest.raises(BadInputError) as fault:
        corpus.main()
    assert f"data/raw/{name}: no such folder" in str(fault.value)
    assert f"make corpus NAME={name} FROM=/path/to/folder" in str(fault.value)


def test_writes_audio_manifest_and_report(repository: Path) -> None:
    set_params(repository, {"name": "manifest"})
    bring_in_manifest(repository, TABLE)
    (repository / "data" / "corpus").mkdir(parents=True)
    (repository / "data" / "corpus" / "stale.csv").touch()
    summary = corpus.main()
    assert summary == (
        "performances: train 2 (2 singers, 1 song), validation 2 (2 singers, 1 song), "
        "test 2 (2 singers, 1 song); 6 recordings"
    )
    assert (repository / "data/corpus/duplicates.csv").read_text() == "recording,split,same_as,its_split\n"
    written = repository / "data" / "corpus"
    assert sorted(path.name for path in written.iterdir()) == [
        "audio",
        "duplicates.csv",
        "left_out.csv",
        "manifest.csv",
    ]
    manifest = read_manifest(written / "manifest.csv")
    assert all((written / path).is_file() for path in manifest["path"])
    assert (written / "left_out.csv").read_text() == "recording,reason\n"


def test_what_is_left_out_stands_in_the_summary_and_the_report(repository: Path) -> None:
    set_params(repository, {"name": "manifest"})
    more = "".join(f"{at}.wav,{at},a,train\n" for at in range(7, 17))
    bring_in_manifest(repository, TABLE + more)
    (repository / "data" / "raw" / "manifest" / "9.wav").unlink()
    assert corpus.main().endswith("15 recordings, 1 left out (9: 9.wav: no such file)")
    assert (repository / "data" / "corpus" / "left_out.csv").read_text() == (
        "recording,reason\n9,9.wav: no such file\n"
    )


def test_the_same_recording_in_two_parts_is_told(repository: Path) -> None:
    set_params(repository, {"name": "manifest"})
    bring_in_manifest(repository, TABLE)
    raw = repository / "data/raw/manifest"
    shutil.copy(raw / "1.wav", raw / "6.wav")
    assert corpus.main().endswith(
        "; 6 recordings; 1 recording has the same content as another, "
        "1 of them across parts, which leaks into the test (6 = 1)"
    )
    assert (repository / "data/corpus/duplicates.csv").read_text() == (
        "recording,split,same_as,its_split\n6,test,1,train\n"
    )


def test_the_trade_off_is_printed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_params(repository, {"name": "manifest"})
    rows = "".join(f"{at}{song}.wav,{at},{song}\n" for at in range(10) for song in "abcdefghijklmn")
    bring_in_manifest(repository, "path,singer,song\n" + rows)
    assert "train 30 (5 singers, 6 songs), validation 8 (2 singers, 4 songs), test 12" in corpus.main()
    assert "6/4/4   5/2/3" in capsys.readouterr().out


@pytest.mark.parametrize("name", FOLDERS)
def test_a_corpus_of_the_field_comes_into_the_one_shape(repository: Path, name: str) -> None:
    set_params(repository, {"name": name})
    write_folder(repository / "data/raw" / name, name)
    summary = corpus.main()
    assert "left out" not in summary
    written = repository / "data" / "corpus"
    manifest = read_manifest(written / "manifest.csv")
    assert all((written / path).is_file() for path in manifest["path"])
    tested = manifest[manifest["split"] == "test"]
    assert tested.groupby("singer")["recording"].nunique().min() >= 2
    assert f"test {len(tested)} (" in summary


def test_every_corpus_is_known_once() -> None:
    assert sorted(NAMES) == sorted(["demo", "manifest", "halves", "damp-balanced", "ravdess-song", *LAYOUTS])
    assert set(FOLDERS) == set(LAYOUTS)
    assert all(name in str(corpus.__doc__) for name in NAMES)


def test_your_own_corpus_may_be_split_by_singers(repository: Path) -> None:
    settings = YAML(typ="safe").load(repository / "params.yaml")["corpus"]["manifest"]
    set_params(repository, {"name": "manifest", "manifest": settings | {"split": "by_singers"}})
    rows = "".join(f"{at}{song}.wav,{at},{at}{song}\n" for at in range(10) for song in "ab")
    bring_in_manifest(repository, "path,singer,song\n" + rows)
    assert "train 10 (5 singers, 10 songs), validation 4 (2 singers, 4 songs), test 6 (3 singers, 6" in corpus.main()


def test_the_demo_gets_its_parameters(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}

    def render(scores: Path, out: Path, **settings: object) -> pd.DataFrame:
        given.update(settings, scores=scores, out=out)
        table = pd.read_csv(scores / "manifest.csv", dtype=str)
        return table.assign(recording=table["singer"], path="audio/" + table["path"])

    monkeypatch.setattr(demo, "render", render)
    singers, songs = {"train": 40, "validation": 10, "test": 20}, {"train": 6, "validation": 4, "test": 4}
    sizes = {"singers": singers, "songs": songs, "seconds": 22.0}
    set_params(repository, {"demo": sizes | {"voices": "alike", "effort": 0.5, "channel": 3.0}})
    bring_in_manifest(repository, TABLE)
    (repository / "data" / "raw" / "manifest").rename(repository / "data" / "raw" / "demo")
    assert "6 recordings" in corpus.main()
    assert given.pop("scratch") == Scratch.of_stage("corpus")
    assert given == {
        "scores": Path("data/raw/demo"),
        "out": Path("data/corpus"),
        "singers": singers,
        "songs": songs,
        "seconds": 22.0,
        "variety": demo.Variety("alike", effort=0.5, channel=3.0),
        "seed": 0,
        "max_bad_share": 0.1,
    }


UNSPLIT = "path,singer,song\n" + "".join(f"{at}{song}.wav,{at},{at}{song}\n" for at in range(10) for song in "ab")


def written(repository: Path) -> dict[str, bytes]:
    folder = repository / "data" / "corpus"
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_recordings_without_labels_are_cut_in_two(repository: Path) -> None:
    raw = repository / "data/raw/halves"
    raw.mkdir(parents=True)
    for at in range(6):
        soundfile.write(raw / f"{at}.wav", np.linspace(-0.5, 0.01 * at, 10_000), 8000)
    set_params(repository, {"name": "halves"})
    assert corpus.main().startswith(
        "performances: train 4 (2 singers, 4 songs), validation 4 (2 singers, 4 songs), test 4"
    )
    manifest = read_manifest(repository / "data/corpus/manifest.csv")
    assert manifest["recording"].tolist()[:3] == ["0-first", "0-second", "1-first"]


def test_several_corpora_stand_side_by_side_each_as_it_is_alone(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = YAML(typ="safe").load(repository / "params.yaml")["corpus"]["manifest"] | {"split": "by_singers"}
    bring_in_manifest(repository, UNSPLIT)
    write_folder(repository / "data/raw/m4singer", "m4singer")
    set_params(repository, {"name": ["m4singer", "manifest"], "manifest": own})
    summary = corpus.main()
    assert "corpus m4singer\ntrain: 4 singers" in capsys.readouterr().out
    together = written(repository)
    pooled = read_manifest(repository / "data/corpus/manifest.csv")
    assert list(pooled.columns[:6]) == ["recording", "path", "singer", "song", "split", "corpus"]
    assert summary.startswith(f"performances: train {(pooled['split'] == 'train').sum()} (9 singers, ")
    for name in ("m4singer", "manifest"):
        set_params(repository, {"name": name})
        corpus.main()
        alone = read_manifest(repository / "data/corpus/manifest.csv")
        part = pooled[pooled["corpus"] == name].reset_index(drop=True)
        assert part["recording"].tolist() == [f"{name}.{recording}" for recording in alone["recording"]]
        assert part["singer"].tolist() == [f"{name}::{singer}" for singer in alone["singer"]]
        assert part["song"].tolist() == [f"{name}::{song}" for song in alone["song"]]
        assert part["split"].tolist() == alone["split"].tolist()
        files = written(repository)
        for path, there in zip(alone["path"], part["path"], strict=True):
            assert files[path] == together[there]


def test_a_list_of_one_is_that_corpus_alone(repository: Path) -> None:
    bring_in_manifest(repository, TABLE)
    found = []
    for name in ("manifest", ["manifest"]):
        set_params(repository, {"name": name})
        corpus.main()
        found.append(written(repository))
    assert found[0] == found[1]


def test_the_same_recording_in_two_corpora_is_told(repository: Path) -> None:
    """The made-up folder holds one and the same sound throughout."""
    bring_in_manifest(repository, TABLE)
    write_folder(repository / "data/raw/nus-48e", "nus-48e")
    twin = repository / "data/raw/nus-48e" / FOLDERS["nus-48e"][0]
    shutil.copy(twin, repository / "data/raw/manifest/1.wav")
    set_params(repository, {"name": ["manifest", "nus-48e"]})
    corpus.main()
    doubles = pd.read_csv(repository / "data/corpus/duplicates.csv")
    assert doubles["same_as"].eq("manifest.1").all()
    assert len(doubles) == pd.read_csv(repository / "data/corpus/manifest.csv")["corpus"].eq("nus-48e").sum()


def test_one_of_several_that_is_missing_is_named_before_any_work(repository: Path) -> None:
    bring_in_manifest(repository, TABLE)
    set_params(repository, {"name": ["manifest", "vocalset"]})
    with pytest.raises(BadInputError, match="^data/raw/vocalset: no such folder; bring it in: make corpus NAME=voc"):
        corpus.main()
    assert not (repository / "data/corpus").exists()


def test_a_corpus_too_small_to_split_is_named(repository: Path) -> None:
    bring_in_manifest(repository, "path,singer,song\n1.wav,1,a\n2.wav,2,b\n")
    write_folder(repository / "data/raw/nus-48e", "nus-48e")
    set_params(repository, {"name": ["nus-48e", "manifest"]})
    with pytest.raises(BadInputError, match=r"^data/raw/manifest/manifest\.csv: "):
        corpus.main()


@pytest.mark.parametrize("name", ["manifest", ["manifest"]])
def test_a_singer_whose_name_would_part_corpus_and_name_is_refused(repository: Path, name: object) -> None:
    bring_in_manifest(repository, TABLE.replace("2.wav,2,", "2.wav,x::2,"))
    set_params(repository, {"name": name})
    with pytest.raises(BadInputError, match="^data/raw/manifest: row 3, column singer: 'x::2' has ::, which separates"):
        corpus.main()
