import pandas as pd

from pipeline.corpora.splits.split import Split

SPLIT = Split(
    songs={"train": ("a", "b"), "validation": ("c",), "test": ("d",)},
    singers={"train": ("ann", "bob"), "validation": ("cid",), "test": ("dot",)},
)


def test_a_performance_needs_singer_and_song_of_one_part() -> None:
    sung = pd.DataFrame({"singer": ["ann", "ann", "cid", "dot", "eve"], "song": ["a", "c", "c", "x", "a"]})
    assert SPLIT.assign(sung).to_numpy().tolist() == [["ann", "a", "train"], ["cid", "c", "validation"]]


def test_the_report_counts() -> None:
    assert SPLIT.report() == "train: 2 singers, 2 songs\nvalidation: 1 singer, 1 song\ntest: 1 singer, 1 song"
