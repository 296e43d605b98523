"""What studies keep in the scratch store is used no more after an edit of anything that made it."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import pandas as pd
import pytest

from pipeline.runtime import scratch
from pipeline.runtime.files import content_hash
from pipeline.runtime.scratch import Scratch
from pipeline.studies import judge_channels, judge_halves
from pipeline.studies.anchors import anchor
from tests.conftest import ROOT
from tests.test_dvc_yaml import sources

NOBODY = pd.DataFrame({"recording": [], "path": []})


class KeptError(Exception):
    """What the entries of the scratch store depend on."""


def cut(folder: Path) -> None:
    judge_halves.cut_in_halves(NOBODY, folder, "halves")


def transmit(folder: Path) -> None:
    judge_channels.transmit_all(judge_channels.CHANNELS[1], NOBODY, folder, 0)


def encode(folder: Path) -> None:
    one = anchor.Anchor("onnx", "an.onnx", ROOT / "params.yaml")
    anchor.encode_recordings(NOBODY, folder, [one], "anchors")


# By module, its work, and the sources that it imports for anything else.
STUDIES: dict[str, tuple[ModuleType, Callable[[Path], None], set[str]]] = {
    "studies/judge_halves": (judge_halves, cut, set()),
    "studies/judge_channels": (judge_channels, transmit, set()),
    "studies/anchors/anchor": (anchor, encode, {"pipeline/analysis/collection.py"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("study", STUDIES)
def test_an_edit_of_any_source_of_the_work_is_other_work(
    study: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, work, aside = STUDIES[study]

    def stop(*_: object, scratch: Scratch, **__: Any) -> NoReturn:
        raise KeptError(scratch.basis)

    def basis(edited: str) -> str:
        monkeypatch.setattr(
            scratch, "content_hash", lambda path: f"{content_hash(path)}{'edited' * (path == ROOT / edited)}"
        )
        with pytest.raises(KeptError) as kept:
            work(tmp_path / "out")
        return str(kept.value)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "for_each_recording", stop)
    before = basis("nothing")
    assert {file for file in sources(study) - aside if basis(file) == before} == set()
    assert basis("README.md") == before
