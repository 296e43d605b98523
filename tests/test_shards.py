from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline import shards
from pipeline.corpora.schema import write_manifest
from pipeline.errors import BadInputError
from pipeline.storage.shard import read_shards
from tests.audio.made_up import voiced
from tests.conftest import SetParams

ROWS = [
    (f"{split}-{singer}", f"{split}-{singer}.flac", f"{split} {singer}", f"song of {split}", split)
    for split in ("train", "validation", "test")
    for singer in ("ann", "bo", "cy")
]


@pytest.fixture
def manifest(set_params: SetParams) -> pd.DataFrame:
    """Features and voice of nine recordings, each with 300 frames and clips at 0 and 44."""
    set_params({})
    table = pd.DataFrame(ROWS, columns=["recording", "path", "singer", "song", "split"])
    table["clips"] = 2
    for folder in ("data/features", "data/voice"):
        Path(folder).mkdir(parents=True)
        write_manifest(table, Path(folder, "manifest.csv"))
    for number, name in enumerate(table["recording"]):
        np.save(Path(f"data/features/{name}.npy"), np.full((300, 96), number, np.float16))
        voiced([0, 44]).save(Path(f"data/voice/{name}.npz"))
    return table


def test_gathers_each_part(manifest: pd.DataFrame) -> None:
    said = shards.main()
    assert "train 6 clips, validation 6 clips, test 6 clips" in said
    clips = read_shards(Path("data/shards"), "validation")
    assert sorted(set(clips.recording)) == ["validation-ann", "validation-bo", "validation-cy"]
    assert clips.start.tolist() == [0, 44] * 3
    assert set(clips.frames.tables[0][:300].ravel().tolist()) == {
        float(manifest["recording"].tolist().index("validation-ann"))
    }


def test_takes_recordings_that_have_both_voice_and_spectrogram(manifest: pd.DataFrame) -> None:
    without = manifest[manifest["recording"] != "train-bo"]
    write_manifest(without, Path("data/features/manifest.csv"))
    shards.main()
    assert sorted(set(read_shards(Path("data/shards"), "train").recording)) == ["train-ann", "train-cy"]


def test_nothing_of_an_earlier_run_stays(manifest: pd.DataFrame) -> None:
    stale = Path("data/shards/train-007.h5")
    stale.parent.mkdir()
    stale.write_bytes(b"old")
    shards.main()
    assert not stale.exists()


def test_an_empty_part_is_named(manifest: pd.DataFrame) -> None:
    spectral = manifest.assign(recording="other-" + manifest["recording"], path="other-" + manifest["path"])
    write_manifest(spectral, Path("data/features/manifest.csv"))
    with pytest.raises(BadInputError, match=r"data/voice/manifest.csv: no usable recording in the train part"):
        shards.main()
