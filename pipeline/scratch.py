"""Where stages keep what is not finished: ``.scratch`` in the top folder of the repository, ignored by Git and DVC."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def scratch_folder() -> Path:
    """Find the folder of unfinished work.

    DVC says in ``DVC_ROOT`` where the repository is; for an experiment in a temporary folder (``--temp`` or the queue)
    that is still the main one, so that an experiment started anew finds what it left.
    """
    return Path(os.environ.get("DVC_ROOT", ".")).resolve() / ".scratch"


def hash_files(files: Iterable[Path]) -> str:
    """Hash the names (without their folders) and the contents of files, in the order given."""
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as content:
            whole.update(f"{file.name} {hashlib.file_digest(content, 'sha256').hexdigest()}\n".encode())
    return whole.hexdigest()
