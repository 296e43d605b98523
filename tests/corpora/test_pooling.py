import pandas as pd
import pytest

from pipeline.corpora.gathering import Loaded
from pipeline.corpora.pooling import pool
from pipeline.corpora.schema import SPLITS, validate_manifest
from pipeline.errors import BadInputError
from pipeline.runtime.recordings import LeftOut


def corpus(**style: float | str) -> Loaded:
    """Two singers in each part, of one song; every corpus made so uses the same names."""
    rows = [(f"{split}{at}", f"audio/{split}{at}.wav", f"{split}{at}", split, split) for split in SPLITS for at in "12"]
    table = pd.DataFrame(rows, columns=["recording", "path", "singer", "song", "split"])
    return Loaded(table.assign(**style), [LeftOut("lost", "no such file")], "some report")


def test_nothing_of_two_corpora_shares_a_name() -> None:
    pooled = pool({"demo": corpus(), "vocalset": corpus()})
    manifest = pooled.manifest
    validate_manifest(manifest, "pooled")
    assert len(manifest) == 12
    assert manifest["recording"].iloc[[0, 6]].tolist() == ["demo.train1", "vocalset.train1"]
    assert manifest["path"].iloc[6] == "vocalset/audio/train1.wav"
    assert (manifest["singer"].nunique(), manifest["song"].nunique()) == (12, 6)
    assert set(manifest["singer"]) >= {"demo::train1", "vocalset::test2"}
    assert manifest["corpus"].tolist() == ["demo"] * 6 + ["vocalset"] * 6
    assert manifest["split"].tolist() == corpus().manifest["split"].tolist() * 2
    assert [str(one) for one in pooled.left_out] == ["demo.lost: no such file", "vocalset.lost: no such file"]
    assert pooled.report == "corpus demo\nsome report\ncorpus vocalset\nsome report"


def test_style_that_one_corpus_tells_is_missing_in_the_other() -> None:
    pooled = pool({"demo": corpus(style_breath=0.5), "vocalset": corpus(style_sex="female")}).manifest
    assert pooled["style_breath"].tolist()[:6] == [0.5] * 6
    assert pooled["style_breath"].isna().tolist() == [False] * 6 + [True] * 6
    assert pooled["style_sex"].isna().tolist() == [True] * 6 + [False] * 6


def test_a_corpus_too_small_by_itself_is_refused_by_its_name() -> None:
    """Together there would be three singers in the training part."""
    small = corpus()
    alone = Loaded(small.manifest[small.manifest["singer"] != "train2"])
    with pytest.raises(BadInputError, match="^corpus vocalset: column split: train has recordings of 1 singer only"):
        pool({"demo": corpus(), "vocalset": alone})
