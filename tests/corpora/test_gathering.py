import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile

from pipeline.audio.decode import decode
from pipeline.corpora.gathering import Loaded, gather, tabulate
from pipeline.corpora.joining import GAP_SECONDS
from pipeline.corpora.layout import FoundTakes, Take
from pipeline.corpora.schema import read_manifest, validate_manifest, write_manifest
from pipeline.corpora.splits.by_singers import split_by_singers
from pipeline.errors import BadInputError
from pipeline.runtime.recordings import LeftOut
from tests.corpora.conftest import Tree

RATE = 8000
PATHS = [f"{singer}/{song}/{take}.wav" for singer in "abcdef" for song in "12" for take in (1, 2)]


def takes(paths: list[str]) -> list[Take]:
    read = []
    for path in paths:
        singer, song, _ = path.split("/")
        read.append(
            Take(path, singer, f"{singer}{song}", f"{singer}/{song}", {"sex": "male" if singer < "d" else "female"})
        )
    return read


def gathered(found: FoundTakes, raw: Path, corpus: Path, max_bad_share: float = 0.1) -> Loaded:
    shares = {"train": 0.34, "validation": 0.33, "test": 0.33}
    split = partial(split_by_singers, singer_shares=shares, rng=np.random.default_rng(0))
    return gather(lambda _: found, raw, corpus, split=split, max_bad_share=max_bad_share)


def test_takes_become_performances(tree: Tree, tmp_path: Path) -> None:
    raw = tree(PATHS)
    found = FoundTakes(takes(PATHS), [LeftOut("x.wav", "no singer")], "3 spoken recordings are skipped", spread="sex")
    corpus = gathered(found, raw, tmp_path / "corpus")
    manifest = corpus.manifest
    validate_manifest(manifest, "corpus")
    assert list(manifest["recording"]) == [f"{singer}-{song}" for singer in "abcdef" for song in "12"]
    assert list(manifest.columns) == ["recording", "singer", "song", "style_sex", "split", "path"]
    samples, rate = decode(tmp_path / "corpus" / manifest["path"].iloc[0])
    assert (len(samples), rate) == (2 * 800 + round(GAP_SECONDS * RATE), RATE)
    assert corpus.left_out == [LeftOut("x.wav", "no singer")]
    assert corpus.report.splitlines()[-2:] == [
        "0 of 12 performances fit no part",
        "3 spoken recordings are skipped",
    ]


def test_names_on_disk_that_no_table_may_hold_stop_nothing(tree: Tree, tmp_path: Path) -> None:
    odd = [path.replace("a/", os.fsdecode(b"\xff\n/")) for path in PATHS]
    manifest = gathered(FoundTakes(takes(odd)), tree(odd), tmp_path / "corpus").manifest
    write_manifest(manifest, tmp_path / "manifest.csv")
    written = read_manifest(tmp_path / "manifest.csv")
    assert sorted(set(written["singer"])) == ["\\udcff\\n", *"bcdef"]
    assert len(written) == 12


def test_a_performance_of_one_whole_file_is_linked(tree: Tree, tmp_path: Path) -> None:
    raw = tree(PATHS)
    alone = [take for take in takes(PATHS) if take.path.endswith("/1.wav")]
    manifest = gathered(FoundTakes(alone), raw, tmp_path / "corpus").manifest
    assert (tmp_path / "corpus" / manifest["path"].iloc[0]).samefile(raw / "a/1/1.wav")


def test_the_channel_of_the_voice_is_taken(tree: Tree, tmp_path: Path) -> None:
    raw = tree(PATHS)
    for path in PATHS:
        soundfile.write(raw / path, np.tile([0.75, -0.25], (800, 1)), RATE)
    alone = [take for take in takes(PATHS) if take.path.endswith("/1.wav")]
    manifest = gathered(FoundTakes(alone, channel=1), raw, tmp_path / "corpus").manifest
    samples, _ = decode(tmp_path / "corpus" / manifest["path"].iloc[0])
    np.testing.assert_allclose(samples, np.full((800, 1), -0.25), atol=2**-15)


def test_missing_and_unreadable_takes_are_named(tree: Tree, tmp_path: Path) -> None:
    raw = tree(PATHS)
    (raw / "a/1/1.wav").unlink()
    (raw / "b/2/2.wav").write_bytes(b"no sound")
    corpus = gathered(FoundTakes(takes(PATHS)), raw, tmp_path / "corpus")
    assert [fault.recording for fault in corpus.left_out] == ["a/1/1.wav", "b-2"]
    assert "b-2" not in set(corpus.manifest["recording"])
    assert len(corpus.manifest) == 11


def test_too_many_missing_takes_stop_it(tree: Tree, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="21 of 24 recordings cannot be used"):
        gathered(FoundTakes(takes(PATHS)), tree(PATHS[:3]), tmp_path / "corpus")


def test_names_have_one_spelling() -> None:
    table = tabulate(
        [
            Take("1", "Zoe\u0308", "Moon", "1"),
            Take("2", "zo\u00eb", "MOON", "2"),
            Take("3", "Bob", "moon", "3"),
        ]
    )
    assert table[["singer", "song"]].to_numpy().tolist() == [
        ["Zo\u00eb", "Moon"],
        ["Zo\u00eb", "Moon"],
        ["Bob", "Moon"],
    ]
