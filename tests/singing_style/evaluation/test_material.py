from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import BadInputError
from singing_style.evaluation.labels import Label
from singing_style.evaluation.material import gather_material
from tests.singing_style.evaluation.made_up import listed

TRIALS = listed((1, "Ann/1", "Ann/2"), (0, "Ann/1", "Ben/1"), (1, "Ben/1", "Ben/2"), (0, "Ann/2", "Ben/2"))
LINE = {"Ann/1": 0.0, "Ann/2": 1.0, "Ben/1": 10.0, "Ben/2": 11.0}


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    np.savez(tmp_path / "theirs.npz", names=list(LINE), vectors=[[place, 1.0] for place in LINE.values()])
    return tmp_path / "theirs.npz"


def test_labels_are_read_from_the_names_of_a_list(vectors: Path) -> None:
    material = gather_material([vectors], TRIALS, singer_from="(?P<singer>[^/]+)/")
    assert material.labels == {name: Label(name[:3]) for name in LINE}
    assert (material.roots, material.embedding) == ([], None)
    found = material.evaluate("euclidean")
    assert found.recordings == 4
    assert found.singers == 2
    assert found.measured[0].figures["all"].errors.eer.value == 0


def test_without_labels_those_of_the_vectors_are_left_to_serve(vectors: Path, tmp_path: Path) -> None:
    material = gather_material([vectors], TRIALS, root=tmp_path)
    assert material.labels is None
    assert material.roots == [tmp_path]
    assert material.evaluate("euclidean").singers == 0


def test_what_does_not_go_together_is_refused(vectors: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="--join: says how recordings are heard; name their folder"):
        gather_material([vectors], None, join=True)
    with pytest.raises(BadInputError, match="a second folder of recordings; embed one"):
        gather_material([tmp_path, tmp_path], TRIALS)
    with pytest.raises(BadInputError, match="--protocol vocalset: says how a folder is laid out"):
        gather_material([vectors], TRIALS, protocol="vocalset")
