"""What tests of corpora share: made-up folders of a corpus's layout, with tiny sound files."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
import soundfile

Tree = Callable[[Iterable[str]], Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Write sound files of 0.1 s at the given paths below a folder, and give the folder."""

    def write(paths: Iterable[str]) -> Path:
        raw = tmp_path / "raw"
        raw.mkdir(exist_ok=True)
        for path in paths:
            (raw / path).parent.mkdir(parents=True, exist_ok=True)
            with (raw / path).open("wb") as file:  # by its path, soundfile fails where that is not UTF-8
                soundfile.write(file, np.linspace(-0.5, 0.5, 800), 8000, format="WAV")
        return raw

    return write
