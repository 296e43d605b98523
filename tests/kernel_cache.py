"""Where numba keeps what it compiles of ours: by the content of the sources, so that clones made by tests share it."""

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from numba.core.caching import UserProvidedCacheLocator


@cache
def digest(folder: Path) -> str:
    """Compute the digest of all sources of a folder: a kernel calls functions of the files beside it."""
    sources = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        sources.update(path.name.encode() + b"\0" + path.read_bytes())
    return sources.hexdigest()


class ByContent(UserProvidedCacheLocator):
    """The user's folder, with a subfolder for each content in place of each path; see NUMBA_CACHE_LOCATOR_CLASSES."""

    @classmethod
    def from_function(cls, function: Callable[..., Any], source: str) -> "ByContent | None":
        """Leave to the next locator what is installed: its files stand beside it, compiled when it was installed."""
        if "site-packages" in Path(source).parts:
            return None
        located: ByContent | None = super().from_function(function, source)  # type: ignore[no-untyped-call]
        return located

    def __init__(self, function: Callable[..., Any], source: str) -> None:
        super().__init__(function, source)  # type: ignore[no-untyped-call]
        self._digest = digest(Path(source).parent)
        self._cache_path = str(Path(os.environ["NUMBA_CACHE_DIR"]) / f"{Path(source).parent.name}-{self._digest[:16]}")

    def get_source_stamp(self) -> str:
        return self._digest
