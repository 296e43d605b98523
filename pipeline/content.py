"""What a file holds, told by a hash: equal contents have equal hashes, whatever the files are called."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import xxhash

CHUNK = 2**22


def content_hash(path: Path) -> str:
    """Hash a file's bytes (XXH3, 128 bits): fast enough that reading them is what takes time."""
    digest = xxhash.xxh3_128()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def hash_files(files: Iterable[Path]) -> str:
    """Hash the names (without their folders) and the contents of files, in the order given."""
    return hash_text("".join(f"{file.name} {content_hash(file)}\n" for file in files))


def link_or_copy(source: Path, target: Path) -> None:
    """Put a file at a second place, by a hard link where possible; what was there is unlinked, never written into."""
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def hash_text(text: str) -> str:
    """Hash a text as `content_hash` does a file."""
    return str(xxhash.xxh3_128_hexdigest(text.encode()))
