from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.corpora.datasets.manifest import load
from pipeline.corpora.gathering import Loaded
from pipeline.corpora.schema import validate_manifest
from pipeline.corpora.splits.balanced import balance
from pipeline.errors import BadInputError

SPLIT = """path,singer,song,split,style_breath,notes
"a b/it's ""one"".wav",Zoë,Alpha,train,0.5,loud
a b/two.wav,王,Alpha,train,0.25,
three.wav,003,Beta,validation,1,
four.wav,3,Beta,validation,2,
five.wav,E,Gamma,test,3,
six.wav,F,Gamma,test,4,
"""


def bring_in(folder: Path, text: str) -> None:
    """Write the table, and a file for each path that is a plain one."""
    folder.mkdir(exist_ok=True)
    (folder / "songs.csv").write_text(text, encoding="utf-8")
    for path in pd.read_csv(folder / "songs.csv", encoding="utf-8-sig", sep=None, engine="python")["path"]:
        if ".." not in path and not path.startswith("/"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(path.encode())


def loaded(tmp_path: Path, max_bad_share: float = 0.2, seed: int = 0) -> Loaded:
    return load(
        tmp_path / "raw",
        tmp_path / "corpus",
        table="songs.csv",
        split=partial(
            balance,
            songs={"train": 2, "validation": 1, "test": 1},
            singer_shares={"train": 0.5, "validation": 0.2, "test": 0.3},
            rng=np.random.default_rng(seed),
        ),
        max_bad_share=max_bad_share,
    )


def test_a_table_with_a_split_is_taken_as_it_is(tmp_path: Path) -> None:
    bring_in(tmp_path / "raw", SPLIT)
    corpus = loaded(tmp_path)
    validate_manifest(corpus.manifest, "corpus")
    assert corpus.left_out == []
    assert corpus.report == ""
    assert list(corpus.manifest["singer"]) == ["Zoë", "王", "003", "3", "E", "F"]
    assert list(corpus.manifest["recording"]) == ["a-b-it-s-one", "a-b-two", "three", "four", "five", "six"]
    assert list(corpus.manifest["style_breath"]) == [0.5, 0.25, 1, 2, 3, 4]
    assert "notes" not in corpus.manifest.columns
    for source, placed in zip(['a b/it\'s "one".wav', "a b/two.wav"], corpus.manifest["path"], strict=False):
        assert (tmp_path / "corpus" / placed).read_bytes() == source.encode()


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace(",", ";")])
def test_a_mark_or_semicolons_change_nothing(tmp_path: Path, change: object) -> None:
    assert callable(change)
    bring_in(tmp_path / "raw", change(SPLIT))
    assert len(loaded(tmp_path).manifest) == 6


def test_a_column_recording_gives_the_names(tmp_path: Path) -> None:
    table = "recording,path,singer,song,split\n" + "\n".join(
        f"take.{at},{at}.wav,{at},{song},{split}"
        for at, (song, split) in enumerate([("a", "train"), ("b", "validation"), ("c", "test")] * 2)
    )
    bring_in(tmp_path / "raw", table)
    assert list(loaded(tmp_path).manifest["path"]) == [f"audio/take.{at}.wav" for at in range(6)]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("five.wav", "../five.wav", "row 6, column path: '../five.wav' leads out of the folder"),
        ("five.wav", "/etc/passwd", "row 6, column path: '/etc/passwd' is absolute"),
        ("six.wav", "five.wav", "row 7, column path: 'five.wav' is also in row 6"),
        ("E,Gamma", "Zoe\u0308,Gamma", "column singer: 'Zoë' is in train (row 2) and test (row 6)"),
        ("E,Gamma", "E,alpha", "is in train (row 2) and test (row 6); a song belongs to one split"),
        ("E,Gamma,test", "E,Gamma,tset", "row 6, column split: 'tset' is not a split; did you mean test?"),
        ("E,Gamma", ",Gamma", "row 6, column singer: the cell is empty"),
        ("singer,song", "song,song", "'song' appears twice"),
    ],
)
def test_hostile_tables_are_refused_by_row_and_column(tmp_path: Path, old: str, new: str, named: str) -> None:
    bring_in(tmp_path / "raw", SPLIT)
    (tmp_path / "raw" / "songs.csv").write_text(SPLIT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInputError) as fault:
        loaded(tmp_path)
    assert named in str(fault.value)
    assert "songs.csv" in str(fault.value)
    assert not (tmp_path / "corpus").exists()


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    bring_in(tmp_path / "raw", "path,singer,song\n")
    with pytest.raises(BadInputError, match="no rows"):
        loaded(tmp_path)


def test_links_out_of_the_folder_and_missing_files_are_left_out_by_name(tmp_path: Path) -> None:
    more = "".join(f"{at}.wav,G{at},Gamma,test,1,\n" for at in range(10))
    bring_in(tmp_path / "raw", SPLIT + more)
    (tmp_path / "raw" / "0.wav").unlink()
    (tmp_path / "raw" / "1.wav").unlink()
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "raw" / "1.wav").symlink_to(tmp_path / "secret")
    corpus = loaded(tmp_path)
    assert [(fault.recording, fault.reason.split(";")[0]) for fault in corpus.left_out] == [
        ("0", "0.wav: no such file"),
        ("1", "1.wav: a symbolic link leads out of the corpus folder"),
    ]
    assert len(corpus.manifest) == 14
    assert not any(file.read_bytes() == b"secret" for file in (tmp_path / "corpus" / "audio").iterdir())


def unsplit(singers: int, songs: str = "abcd") -> str:
    rows = [f"{singer}/{song}.wav,{singer},{song}" for singer in range(singers) for song in songs]
    return "path,singer,song\n" + "\n".join(rows)


def test_without_a_split_one_is_found(tmp_path: Path) -> None:
    bring_in(tmp_path / "raw", unsplit(10) + "\n0/again.wav,0,a\nx.wav,only one song,a\n")
    corpus = loaded(tmp_path)
    validate_manifest(corpus.manifest, "corpus")
    counts = corpus.manifest.drop_duplicates(["singer", "song"])["split"].value_counts()
    # 5, 2 and 3 singers by the shares, with 2, 1 and 1 songs; who sang song a alone fits where that is the one song.
    assert dict(counts) == {"train": 10, "validation": 2, "test": 4}
    assert "2/1/1   5/2/4" in corpus.report
    pd.testing.assert_frame_equal(corpus.manifest, loaded(tmp_path).manifest)


def test_a_file_that_is_missing_does_not_count_for_the_split(tmp_path: Path) -> None:
    bring_in(tmp_path / "raw", unsplit(10))
    (tmp_path / "raw" / "4" / "a.wav").unlink()
    manifest = loaded(tmp_path).manifest
    songs_of = manifest.groupby("singer")["song"].agg(set)
    for _, part in manifest.groupby("split"):
        assert all(songs_of[singer] == set(part["song"]) for singer in part["singer"])


def test_a_corpus_too_small_to_split_says_what_is_missing(tmp_path: Path) -> None:
    bring_in(tmp_path / "raw", unsplit(10, "abc"))
    with pytest.raises(BadInputError, match=r"songs\.csv: 2/1/1 songs need 4 and there are 3: 1 is missing; 1/1/1"):
        loaded(tmp_path)
