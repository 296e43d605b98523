from pathlib import Path

import pytest

from pipeline.errors import BadInputError
from pipeline.runtime.files import content_hash
from singing_style.takes import Takes
from singing_style.voice_index import Voice, VoiceIndex
from singing_style.whereabouts import CHANGED, GONE, find_recordings
from tests.singing_style.made_up import index_of, performance


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write four files, and work in another folder."""
    for name in ("choir/Ann/1.wav", "choir/Ann/2.wav", "choir/Ann/3.wav", "choir/Ben/ode.wav"):
        file = tmp_path / "here" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(f"RIFF    WAVE {name}".encode())
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return tmp_path / "here"


def index(folder: Path) -> VoiceIndex:
    """Index takes by Ann, in an order that is not that of their names, and a recording by Ben."""
    takes = [folder / f"choir/Ann/{number}.wav" for number in (1, 3, 2)]
    hashes = tuple(content_hash(file) for file in takes)
    ann, ben = "Ann/1.wav and 2 more takes", "Ben/ode.wav"
    return index_of(
        Voice(ann, "Ann", "", hashes, performance(ann, [[0.0]], [0.0])),
        Voice(ben, "Ben", "", (content_hash(folder / "choir/Ben/ode.wav"),), performance(ben, [[1.0]], [0.0])),
    )


def test_takes_are_found_in_their_order_and_recordings_by_their_paths(folder: Path) -> None:
    found = find_recordings(index(folder), None, folder / "i.npz")
    ann = folder / "choir/Ann"
    assert found.found == {
        "Ann/1.wav and 2 more takes": Takes((ann / "1.wav", ann / "3.wav", ann / "2.wav")),
        "Ben/ode.wav": folder / "choir/Ben/ode.wav",
    }
    assert found.missing == {}


def test_a_performance_that_lacks_a_take_is_missing(folder: Path) -> None:
    held = index(folder)
    (folder / "choir/Ann/2.wav").unlink()
    (folder / "choir/Ben/ode.wav").rename(folder / "choir/Ben/air.wav")
    with pytest.raises(BadInputError, match="none of its 2 recordings is beside it"):
        find_recordings(held, None, folder / "i.npz")
    named = find_recordings(held, folder / "choir", folder / "i.npz")
    assert named.found == {"Ben/ode.wav": folder / "choir/Ben/air.wav"}
    assert named.missing == {"Ann/1.wav and 2 more takes": CHANGED}


def test_a_name_beyond_what_the_system_allows_is_nobody(folder: Path) -> None:
    held, long = index(folder), "x" * 5000
    ben = held.voices[1]
    far = Voice(long, "Cleo", "", ("0" * 32,), ben.performance)
    assert find_recordings(index_of(ben, far), None, folder / "i.npz").missing == {long: GONE}
