import pytest

from pipeline.corpora.datasets.vocadito import find
from pipeline.corpora.layout import Take
from pipeline.errors import BadInputError
from pipeline.runtime.recordings import LeftOut
from tests.corpora.conftest import Tree


def test_the_table_tells_singer_and_language(tree: Tree) -> None:
    raw = tree(["Audio/vocadito_1.wav", "Audio/vocadito_2.wav"])
    (raw / "vocadito_metadata.csv").write_text("track_id,singer_id,average_pitch,language\n1,S1,50,Tagalog\n")
    found = find(raw)
    assert found.takes == [Take("Audio/vocadito_1.wav", "S1", "excerpt_1", "excerpt_1", {"language": "Tagalog"})]
    assert found.left_out == [LeftOut("Audio/vocadito_2.wav", "no singer: vocadito_metadata.csv has no track 2")]


def test_without_the_table_it_is_asked_for(tree: Tree) -> None:
    with pytest.raises(BadInputError, match="vocadito_metadata.csv: no such file"):
        find(tree(["Audio/vocadito_1.wav"]))
