"""The commit of the sources that a program runs from."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

# What a result depends on besides data.
SOURCES = ("params.yaml", "dvc.yaml", "pipeline")


@dataclass(frozen=True)
class Commit:
    """A commit, by the beginning of its hash, and the day on which it was made.

    Attributes
    ----------
    name, day : str
    changed : tuple of str
        Which of `SOURCES` have been changed since.
    """

    name: str
    day: str
    changed: tuple[str, ...] = ()


def last_commit(folder: Path) -> Commit | None:
    """Return the commit that is checked out in a folder; None outside a repository, or without Git."""
    try:
        name, _, day = _git(folder, "log", "-1", "--abbrev=12", "--format=%h %cs").strip().partition(" ")
        differing = _git(folder, "diff", "-z", "--name-only", "--relative", "HEAD", "--", *SOURCES).split("\0")
        differing += _git(folder, "ls-files", "-z", "--others", "--exclude-standard", "--", *SOURCES).split("\0")
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    changed = (source for source in SOURCES if any(Path(file).is_relative_to(source) for file in differing))
    return Commit(name, day, tuple(changed))


def _git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
