from pathlib import Path

import pytest

from pipeline.errors import BadInputError
from singing_style.roster import Roster, read_roster


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def told(roster: Roster, *columns: str) -> list[tuple[str, ...]]:
    return list(roster.table[list(columns)].itertuples(index=False, name=None))


def test_a_manifest_names_singers_and_lies_beside_its_files(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text('path,singer,song,mood\n1.wav,007,Ода,gay\n"a, b.wav",Zoë,air,sad\n')
    for source in (tmp_path, tmp_path / "manifest.csv"):
        roster = read_roster(source).checked()
        assert roster.folder == tmp_path
        assert told(roster, "path", "singer", "song") == [("1.wav", "007", "Ода"), ("a, b.wav", "Zoë", "air")]
        assert roster.table["recording"].is_unique
        assert "mood" not in roster.table


def test_without_a_manifest_the_first_folder_is_the_singer(tmp_path: Path) -> None:
    touch(tmp_path, "Ben Ali/ode.wav", "Ann/1/air.wav", "Ann/2/air.wav")
    roster = read_roster(tmp_path).checked()
    assert told(roster, "path", "singer") == [
        ("Ann/1/air.wav", "Ann"),
        ("Ann/2/air.wav", "Ann"),
        ("Ben Ali/ode.wav", "Ben Ali"),
    ]
    assert "song" not in roster.table


def test_an_expression_reads_singer_and_song_off_the_paths(tmp_path: Path) -> None:
    touch(tmp_path, "ann_ode_1.wav", "ben_air_2.wav", "manifest.csv")
    roster = read_roster(tmp_path, r"(?P<singer>[a-z]+)_(?P<song>[a-z]+)_\d[.]wav$")
    assert told(roster, "path", "singer", "song") == [("ann_ode_1.wav", "ann", "ode"), ("ben_air_2.wav", "ben", "air")]


@pytest.mark.parametrize(
    ("singer_from", "said"),
    [
        (None, r"'ann_ode\.wav' lies in no singer's folder"),
        ("(?P<singer>ben)", r"no singer for 1 of 1 files, such as 'ann_ode\.wav'"),
        ("(?P<singer>", "no regular expression"),
        ("ann", r"has no group \(\?P<singer>\.\.\.\)"),
    ],
)
def test_files_without_a_singer(tmp_path: Path, singer_from: str | None, said: str) -> None:
    touch(tmp_path, "ann_ode.wav")
    with pytest.raises(BadInputError, match=said):
        read_roster(tmp_path, singer_from)


def test_faults_of_rows_wait_until_they_matter(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("path,singer\n../a.wav,Ann\nb.wav,\n")
    roster = read_roster(tmp_path / "m.csv")
    assert len(roster.faults) == 2
    with pytest.raises(
        BadInputError, match=r"row 2, column path: .* leads out.*; row 3, column singer: the cell is empty"
    ):
        roster.checked()


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such folder or table"):
        read_roster(tmp_path / "none")
    (tmp_path / "m.csv").write_text("path,singer\n")
    with pytest.raises(BadInputError, match="the table has no rows"):
        read_roster(tmp_path / "m.csv")
