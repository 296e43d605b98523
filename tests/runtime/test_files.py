import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import xxhash

from pipeline.errors import BadInputError
from pipeline.runtime.files import check_writable, content_hash, hash_files, link_or_copy, written_whole


def test_a_file_is_hashed_by_its_bytes(tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    (tmp_path / "a").write_bytes(content)
    assert content_hash(tmp_path / "a") == xxhash.xxh3_128(content).hexdigest()


def test_files_are_hashed_by_name_and_content_but_not_by_folder(tmp_path: Path) -> None:
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.py").write_text("x")
        (tmp_path / folder / "b.py").write_text("y")
    one, other = ([tmp_path / folder / name for name in ("a.py", "b.py")] for folder in ("one", "other"))
    assert hash_files(one) == hash_files(other)
    assert hash_files(one) != hash_files(one[::-1])
    other[1].write_text("z")
    assert hash_files(one) != hash_files(other)
    assert hash_files(one[:1]) != hash_files([one[0].rename(tmp_path / "one/c.py")])


def test_a_link_replaces_what_was_there_without_writing_into_it(tmp_path: Path) -> None:
    source, target, elsewhere = (tmp_path / name for name in ("source", "target", "elsewhere"))
    source.write_text("new")
    target.write_text("old")
    elsewhere.hardlink_to(target)
    link_or_copy(source, target)
    assert (target.read_text(), elsewhere.read_text()) == ("new", "old")


REPLACE_FOR_EVER = """
import sys
from pathlib import Path
from pipeline.runtime.files import written_whole
print("ready", flush=True)
while True:
    for letter in "ab":
        with written_whole(Path(sys.argv[1])) as temporary:
            temporary.write_text(letter * 300_000)
"""


def test_the_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with written_whole(path) as temporary:
        temporary.write_text("new")
        assert not path.exists()
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with contextlib.suppress(OSError), written_whole(path) as temporary:
        temporary.write_text("half")
        raise OSError("full")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_where_no_file_can_be_written_is_told_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_writable(tmp_path / "new.npz")
    with pytest.raises(BadInputError, match="a folder; name a file in it"):
        check_writable(tmp_path)
    with pytest.raises(BadInputError, match="its folder does not exist"):
        check_writable(tmp_path / "none" / "new.npz")
    with pytest.raises(BadInputError, match="no regular file, and would be replaced by one"):
        check_writable(Path("/dev/full"))
    monkeypatch.setattr("os.access", lambda path, mode: False)  # the superuser may write anywhere
    with pytest.raises(BadInputError, match="no permission to write"):
        check_writable(tmp_path / "new.npz")


def test_a_full_disk_is_told_by_the_name_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left") as fault, written_whole(tmp_path / "a.txt"):
        Path("/dev/full").write_text("a")
    assert fault.value.filename == str(tmp_path / "a.txt")


@pytest.mark.parametrize("name", ["x" * 255, "歌" * 85])
def test_a_name_may_be_as_long_as_the_file_system_allows(tmp_path: Path, name: str) -> None:
    with written_whole(tmp_path / name) as temporary:
        temporary.write_text("a")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_two_may_write_one_file_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with written_whole(path) as one:
        one.write_text("one")
        with written_whole(path) as other:
            other.write_text("other")
        assert path.read_text() == "other"
    assert path.read_text() == "one"
    assert list(tmp_path.iterdir()) == [path]


def test_others_may_read_what_a_writer_kept_to_itself(tmp_path: Path) -> None:
    path, plain = tmp_path / "a.safetensors", tmp_path / "plain"
    plain.touch()
    with written_whole(path) as temporary:
        temporary.unlink()
        temporary.touch(mode=0o600)
    assert path.stat().st_mode == plain.stat().st_mode


def test_killed_at_any_moment_the_file_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for wait in (0.02, 0.05, 0.11):
        writer = subprocess.Popen(
            [sys.executable, "-c", REPLACE_FOR_EVER, str(path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"ready\n"
        while not path.exists():
            time.sleep(0.01)
        time.sleep(wait)
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        assert path.read_text() in ("a" * 300_000, "b" * 300_000)
