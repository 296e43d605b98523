import pandas as pd

from pipeline.corpora.repertoire import Repertoire

SUNG = pd.DataFrame([("zoe", "b"), ("ann", "a"), ("ann", "b"), ("ann", "a"), ("bob", "a")], columns=["singer", "song"])


def test_names_who_sang_all_of_some_songs() -> None:
    repertoire = Repertoire(SUNG)
    assert repertoire.names(repertoire.who_sang_all(("a",))) == ["ann", "bob"]
    assert repertoire.names(repertoire.who_sang_all(("a", "b"))) == ["ann"]
    assert repertoire.names(repertoire.who_sang_all(())) == ["ann", "bob", "zoe"]


def test_counts_songs_and_takes() -> None:
    repertoire = Repertoire(SUNG)
    assert repertoire.songs_a_singer() == [2, 1, 1]
    assert repertoire.takes == {"a": 3, "b": 2}
