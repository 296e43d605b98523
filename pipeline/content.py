"""What a file holds, told by a hash: equal contents have equal hashes, whatever the files are called."""

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


def copy_hashed(source: Path, target: Path) -> str:
    """Copy a file's bytes and return the `content_hash` of what was copied."""
    digest = xxhash.xxh3_128()
    with source.open("rb", buffering=0) as file, target.open("wb", buffering=0) as copy:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            copy.write(chunk)
    return digest.hexdigest()


def hash_text(text: str) -> str:
    """Hash a text as `content_hash` does a file."""
    return str(xxhash.xxh3_128_hexdigest(text.encode()))
