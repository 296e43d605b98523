"""A folder of its own in which stages run as DVC would run them, on a corpus that is there already."""

import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

import pandas as pd
from joblib.externals.loky import get_reusable_executor

from benchmarks.ratio import seconds

PARAMS = Path(__file__).parents[1] / "params.yaml"


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """Work in an empty folder with the default parameters and an empty scratch store.

    The processes that the stages started end with it; idle, they would keep this one from ending for minutes.
    """
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name), patch.dict(os.environ, DVC_ROOT=name):
        shutil.copy(PARAMS, "params.yaml")
        Path("data/corpus").mkdir(parents=True)
        try:
            yield Path(name)
        finally:
            get_reusable_executor().shutdown()


def run_stages(manifest: pd.DataFrame, *stages: ModuleType) -> float:
    """Run stages, silently, on the recordings of a manifest; return how long it took in seconds."""
    manifest.to_csv("data/corpus/manifest.csv", index=False)
    with contextlib.redirect_stderr(io.StringIO()):
        return sum(seconds(stage.main) for stage in stages)
