import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile
from ruamel.yaml import YAML

from pipeline import corpus
from pipeline.corpora import demo
from pipeline.corpora.schema import read_manifest
from pipeline.errors import BadInputError
from pipeline.scratch import Scratch

ROOT = Path(__file__).parents[1]


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


@pytest.mark.parametrize("name", ["demo", "ravdess-song", "damp-balanced", "manifest"])
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
        "performances: train 2 (2 singers, 1 songs), validation 2 (2 singers, 1 songs), "
        "test 2 (2 singers, 1 songs); 6 recordings"
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
        "; 6 recordings; 1 recordings have the same content as another, "
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


def test_the_demo_gets_its_parameters(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}

    def render(scores: Path, out: Path, **settings: object) -> pd.DataFrame:
        given.update(settings, scores=scores, out=out)
        table = pd.read_csv(scores / "manifest.csv", dtype=str)
        return table.assign(recording=table["singer"], path="audio/" + table["path"])

    monkeypatch.setattr(demo, "render", render)
    bring_in_manifest(repository, TABLE)
    (repository / "data" / "raw" / "manifest").rename(repository / "data" / "raw" / "demo")
    assert "6 recordings" in corpus.main()
    assert given.pop("scratch") == Scratch.of_stage("corpus")
    assert given == {
        "scores": Path("data/raw/demo"),
        "out": Path("data/corpus"),
        "singers": {"train": 60, "validation": 10, "test": 20},
        "songs": {"train": 6, "validation": 4, "test": 4},
        "seconds": 22.0,
        "seed": 0,
        "max_bad_share": 0.1,
    }
