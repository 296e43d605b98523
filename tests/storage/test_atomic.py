import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from pipeline.storage.atomic import written_whole

REPLACE_FOR_EVER = """
import sys
from pathlib import Path
from pipeline.storage.atomic import written_whole
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
