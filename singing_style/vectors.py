"""Vectors of performances and clips as files for other programs: NPZ, CSV, Parquet."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import BadInputError, printable
from pipeline.runtime.files import check_writable, written_whole
from singing_style.performance import Performance

if TYPE_CHECKING:
    import pandas as pd


def check_target(path: Path) -> None:
    """Raise `BadInputError` if such a file could not be written, before its content is computed."""
    if path.suffix.lower() not in WRITERS:
        raise BadInputError(f"{path}: unknown kind of file; end its name with {', '.join(WRITERS)}")
    if path.suffix.lower() == ".parquet" and not find_spec("pyarrow"):
        raise BadInputError(f"{path}: parquet needs pyarrow; pip install pyarrow, or write .npz or .csv")
    check_writable(path)


def write_vectors(performances: Sequence[Performance], path: Path, model: str) -> None:
    """Write performances and their clips, whole or not at all.

    ``.npz`` holds names, vectors (n, d), seconds and voiced_seconds, one per performance; clip_vectors (m, d),
    clip_performances (the row of the performance), clip_starts and clip_ends in seconds, one per clip; and model.
    ``.csv`` and ``.parquet`` hold one row per performance (kind ``performance``, from 0 to its end) and one per clip
    (kind ``clip``): name, kind, start_s, end_s, voiced_s (of performances), model, and the vector as v00, v01, ...
    There, characters of a name that UTF-8 or a line cannot hold are escaped.

    Parameters
    ----------
    performances : sequence of Performance
        At least one.
    path : Path
        Its suffix determines the format.
    model : str
        Identity of the model that embedded them.

    Raises
    ------
    BadInputError
        See `check_target`.
    """
    check_target(path)
    with written_whole(path) as temporary:
        WRITERS[path.suffix.lower()](performances, temporary, model)


def _write_npz(performances: Sequence[Performance], path: Path, model: str) -> None:
    counts = [len(one.clips) for one in performances]
    arrays: dict[str, Any] = {
        "names": [one.name for one in performances],
        "vectors": np.stack([one.vector for one in performances]),
        "seconds": [one.seconds for one in performances],
        "voiced_seconds": [one.voiced_seconds for one in performances],
        "clip_performances": np.repeat(np.arange(len(counts)), counts),
        "clip_vectors": np.concatenate([one.clips for one in performances]),
        "clip_starts": np.concatenate([one.starts for one in performances]),
        "clip_ends": np.concatenate([_ends(one) for one in performances]),
        "model": model,
    }
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def _write_csv(performances: Sequence[Performance], path: Path, model: str) -> None:
    _table(performances, model).to_csv(path, index=False, lineterminator="\n")


def _write_parquet(performances: Sequence[Performance], path: Path, model: str) -> None:
    _table(performances, model).to_parquet(path, index=False, engine="pyarrow")


WRITERS: dict[str, Callable[[Sequence[Performance], Path, str], None]] = {
    ".npz": _write_npz,
    ".csv": _write_csv,
    ".parquet": _write_parquet,
}


def _table(performances: Sequence[Performance], model: str) -> "pd.DataFrame":
    import pandas as pd

    return pd.concat([_rows(one, model) for one in performances], ignore_index=True)


def _rows(one: Performance, model: str) -> "pd.DataFrame":
    import pandas as pd

    described = pd.DataFrame(
        {
            "name": printable(one.name),
            "kind": ["performance"] + ["clip"] * len(one.clips),
            "start_s": [0.0, *one.starts],
            "end_s": [one.seconds, *_ends(one)],
            "voiced_s": [one.voiced_seconds] + [np.nan] * len(one.clips),
            "model": model,
        }
    )
    vectors = np.concatenate([one.vector[None], one.clips])
    names = [f"v{number:02d}" for number in range(vectors.shape[1])]
    return pd.concat([described, pd.DataFrame(vectors, columns=names)], axis=1)


def _ends(one: Performance) -> NDArray[np.float64]:
    return np.minimum(one.starts + one.clip_seconds, one.seconds)
