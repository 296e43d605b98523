"""Whole files: hashed, linked, and written so that they appear complete or not at all."""

import os
import shutil
import stat
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import xxhash

from pipeline.errors import BadInputError

CHUNK = 2**22
TEMPORARY = ".part"
# Letters of a file's name that its temporary name begins with; of four bytes each they leave room for the rest.
LONGEST_STEM = 50


def content_hash(path: Path) -> str:
    """Hash a file's bytes (XXH3, 128 bits), which takes no longer than reading them."""
    digest = xxhash.xxh3_128()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def hash_files(files: Iterable[Path]) -> str:
    """Hash the names (without their folders) and the contents of files, in the order given."""
    return hash_text("".join(f"{file.name} {content_hash(file)}\n" for file in files))


def link_or_copy(source: Path, target: Path) -> None:
    """Link a file to a second place, or copy it where links are impossible; replace, never write to, a file there."""
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def hash_text(text: str) -> str:
    """Hash a text as `content_hash` does a file."""
    return str(xxhash.xxh3_128_hexdigest(text.encode()))


def check_writable(path: Path) -> None:
    """Raise `BadInputError` where a file could not be written, before its content is computed."""
    folder = path.absolute().parent
    if path.is_dir():
        raise BadInputError(f"{path}: a folder; name a file in it")
    if path.exists() and not path.is_file():
        raise BadInputError(f"{path}: no regular file, and would be replaced by one; name another")
    if not folder.is_dir():
        raise BadInputError(f"{path}: its folder does not exist; create it first")
    if not os.access(folder, os.W_OK):
        raise BadInputError(f"{path}: no permission to write into its folder; choose another one")


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a temporary path to write to; at the end the file gets its own name, safely on the disk.

    The content reaches the disk before the name does, and the name before the context ends. If writing fails, the
    former file stays. Of several that write at once, the last one's content stays, whole. Others may read the file as
    far as the umask allows, whatever permissions the writer gives it. An `OSError` that names no file, as of a full
    disk, gets this one's name.

    Parameters
    ----------
    path : Path
        The file; its folder exists.
    """
    # of the name only the beginning, for a name may be as long as the file system allows
    temporary = path.with_name(f"{path.name[:LONGEST_STEM]}.{uuid.uuid4().hex[:8]}{TEMPORARY}")
    temporary.touch()
    mode = stat.S_IMODE(temporary.stat().st_mode)
    try:
        yield temporary
        temporary.chmod(mode)
        flush(temporary)
        temporary.replace(path)
        flush(path.parent)
    except OSError as fault:
        fault.filename = fault.filename or str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Write a file or folder to disk, so that a rename that survives a power cut names a whole file."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
