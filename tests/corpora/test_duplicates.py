from pathlib import Path

import pandas as pd

from pipeline.corpora.duplicates import describe_duplicates, find_duplicates

CONTENTS = {
    "a": ("train", b"la la"),
    "b": ("train", b"do re"),  # as long as a, and other
    "c": ("train", b"la la"),
    "d": ("test", b"fa fa fa"),
    "e": ("test", b"la la"),
    "f": ("validation", b"fa fa fa"),
    "g": ("validation", b"alone"),
}


def manifest(folder: Path, names: str) -> pd.DataFrame:
    for name in names:
        (folder / f"{name}.wav").write_bytes(CONTENTS[name][1])
    rows = [(name, f"{name}.wav", CONTENTS[name][0]) for name in reversed(names)]
    return pd.DataFrame(rows, columns=["recording", "path", "split"])


def test_each_copy_is_named_with_its_first(tmp_path: Path) -> None:
    found = find_duplicates(manifest(tmp_path, "abcdefg"), tmp_path)
    assert list(found.itertuples(index=False, name=None)) == [
        ("c", "train", "a", "train"),
        ("e", "test", "a", "train"),
        ("f", "validation", "d", "test"),
    ]
    told = describe_duplicates(found)
    assert told.startswith("3 recordings have the same content as another, 2 of them across parts")
    assert told.endswith("(e = a; f = d)")


def test_copies_within_a_part_are_no_leak(tmp_path: Path) -> None:
    found = find_duplicates(manifest(tmp_path, "abc"), tmp_path)
    assert describe_duplicates(found) == "1 recording has the same content as another (c = a)"


def test_none_and_missing_files(tmp_path: Path) -> None:
    table = manifest(tmp_path, "abdg")
    (tmp_path / "d.wav").unlink()
    found = find_duplicates(table, tmp_path)
    assert list(found) == ["recording", "split", "same_as", "its_split"]
    assert found.empty
    assert describe_duplicates(found) == ""
