from pathlib import Path

import pytest

from pipeline.corpora.paths import inside, path_fault
from pipeline.errors import BadInputError


@pytest.mark.parametrize("text", ["a.wav", 'a b/it\'s "x".wav', "..a/b..wav", "Zoë/歌.m4a", "./a.wav"])
def test_plain_relative_paths_are_fine(text: str) -> None:
    assert path_fault(text) is None


@pytest.mark.parametrize("text", ["..", "a/../b", "/a", "//host/a", "c:a", "a\\b", "a\nb"])
def test_paths_that_lead_elsewhere_are_faults(text: str) -> None:
    assert path_fault(text)


def test_a_table_outside_the_folder_is_refused(tmp_path: Path) -> None:
    assert inside(tmp_path, "sub/t.csv") == tmp_path / "sub" / "t.csv"
    with pytest.raises(BadInputError, match=r"'\.\./t\.csv' leads out"):
        inside(tmp_path, "../t.csv")
