"""What the stage embed writes of a network that was trained in a second."""

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline import embed, train
from pipeline.analysis.collection import Collection
from pipeline.errors import BadInputError
from tests.conftest import SetParams
from tests.test_train import TINY, write_parts

pytestmark = pytest.mark.pipeline


@pytest.fixture
def workplace(set_params: SetParams, monkeypatch: pytest.MonkeyPatch) -> SetParams:
    monkeypatch.delenv("DVC_ROOT", raising=False)
    set_params(TINY)
    write_parts(dict.fromkeys("abc", 2))
    return set_params


def test_a_precision_that_the_processor_lacks_is_refused_by_its_own_name(
    workplace: SetParams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.nn.device._has_bfloat16", lambda _: False)
    train.main()
    workplace(TINY | {"embed.precision": "bfloat16"})
    with pytest.raises(BadInputError, match=r"^params.yaml: embed.precision: this .* no bfloat16; use auto or float32"):
        embed.main()


def test_the_test_part_is_embedded_and_its_loss_is_exact(workplace: SetParams) -> None:
    train.main()
    embed.main()
    clips = Collection.load(Path("data/embeddings/clips.npz"))
    assert clips.vectors.shape == (12, 4)
    assert clips.start.tolist() == [0, 8] * 6
    d = ((clips.vectors[:, None].astype(float) - clips.vectors[None]) ** 2).sum(2)
    same = clips.singer[:, None] == clips.singer[None]
    distinct = ~np.eye(12, dtype=bool)
    expected = 0.25 * d[same & distinct].mean() + 0.25 * np.maximum(0, 1 - d[~same]).mean()
    metrics = json.loads(Path("metrics/training.json").read_text())
    assert metrics["test_loss"] == pytest.approx(expected, abs=1e-6)
    assert metrics["test_constant_loss"] == 0.25
    assert metrics["attention"] == "learned"
    performances = Collection.load(Path("data/embeddings/performances.npz"))
    np.testing.assert_allclose(performances.vectors[0], clips.vectors[:2].mean(0), rtol=1e-5)
    assert Path("metrics/plots/losses.png").stat().st_size > 1000


def test_the_attention_is_told_that_the_network_has(workplace: SetParams) -> None:
    """The light networks weigh the moments of a clip by loudness; without attention, nothing weighs them."""
    light = {"network.kind": "statistics", "network.cepstra": 4, "network.embedding": 4}
    training = {name: value for name, value in TINY.items() if name.startswith("train.")}
    for change, attention in ((light | training, "loudness"), (TINY | {"network.attention": False}, "none")):
        workplace(change)
        train.main()
        embed.main()
        assert json.loads(Path("metrics/training.json").read_text())["attention"] == attention


def test_the_untrained_network_knows_the_scale_of_its_input_and_no_more(workplace: SetParams) -> None:
    """Its weights are those with which the training begins: after no step it would be the network itself."""
    train.main()
    embed.main()
    untrained, trained = (
        Collection.load(Path(f"data/embeddings/{name}.npz")) for name in ("performances_untrained", "performances")
    )
    assert untrained.recording.tolist() == trained.recording.tolist()
    assert not np.allclose(untrained.vectors, trained.vectors)
    first = untrained.vectors
    embed.main()
    np.testing.assert_array_equal(Collection.load(Path("data/embeddings/performances_untrained.npz")).vectors, first)


def test_a_model_of_another_feature_is_refused(workplace: SetParams) -> None:
    train.main()
    configuration = Path("models/style/style.json")
    configuration.write_text(configuration.read_text().replace('"mel"', '"cqt"'))
    with pytest.raises(BadInputError, match="models/style: was trained on cqt, data/shards holds mel"):
        embed.main()


def test_on_what_the_network_was_trained_stands_beside_the_metrics(workplace: SetParams) -> None:
    train.main()
    embed.main()
    record = json.loads(Path("models/style/environment.json").read_text())
    assert record["packages"]["torch"]
    assert json.loads(Path("metrics/environment.json").read_text()) == record


@pytest.mark.parametrize("content", [None, "{", "[]"])
def test_without_a_record_of_the_training_embed_says_what_to_run(workplace: SetParams, content: str | None) -> None:
    train.main()
    record = Path("models/style/environment.json")
    record.unlink() if content is None else record.write_text(content)
    with pytest.raises(BadInputError, match=r"models/style/environment.json: .*run `dvc repro train`"):
        embed.main()
