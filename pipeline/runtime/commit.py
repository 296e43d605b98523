"""The commit of the sources that a program runs from."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Commit:
    """A commit, by the beginning of its hash, and the day on which it was made."""

    name: str
    day: str


def last_commit(folder: Path) -> Commit | None:
    """Return the commit that is checked out in a folder; None outside a repository, or without Git."""
    command = ["git", "-C", str(folder), "log", "-1", "--abbrev=12", "--format=%h %cs"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    name, _, day = told.stdout.strip().partition(" ")
    return Commit(name, day) if told.returncode == 0 and day else None
