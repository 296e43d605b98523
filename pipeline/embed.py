"""Embed the clips of the test part, and average them to performance vectors (paper 4).

Reads data/shards and models/style; writes data/embeddings/clips.npz and data/embeddings/performances.npz, and, with the
exact loss over all test pairs (table 1), metrics/training.json; draws the loss curves, metrics/plots/losses.png.
metrics/environment.json says on what the network was trained: a model from a cache keeps its own machine's record.
"""

import pandas as pd

from pipeline.analysis.collection import Collection
from pipeline.errors import BadInputError
from pipeline.figures.losses import draw_losses
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import choose_device, choose_precision, keep_memory, use_threads
from pipeline.nn.embedding import embed_clips
from pipeline.nn.networks.factory import load_model
from pipeline.nn.objectives.loss import PairStatistics, expected_pair_statistics
from pipeline.params import load_params
from pipeline.runtime.metrics import read_json, rounded, write_json
from pipeline.runtime.stage import EMBEDDINGS, METRICS, MODELS, PLOTS, SHARDS, fresh_folder, run
from pipeline.storage.shard import read_shards

# More than other metrics have: the test losses of variants differ in the third decimal.
DECIMALS = 6


def main() -> str:
    """Embed the test part and measure the test loss."""
    keep_memory()
    params = load_params()
    use_threads(params.embed.threads)
    clips = read_shards(SHARDS, "test")
    network, configuration = load_model(MODELS)
    if clips.feature != configuration["feature"]:
        raise BadInputError(f"{MODELS}: was trained on {configuration['feature']}, {SHARDS} holds {clips.feature}")
    device = choose_device()
    vectors = embed_clips(
        network.to(device),
        ClipBank(clips, device),
        batch=params.embed.batch,
        device=device,
        precision=choose_precision(params.embed.precision, device),
        label="embed",
    )
    embedded = Collection(vectors, clips.recording, clips.singer, clips.song, clips.start)
    performances = embedded.performances()
    fresh_folder(EMBEDDINGS)
    embedded.save(EMBEDDINGS / "clips.npz")
    performances.save(EMBEDDINGS / "performances.npz")
    test = expected_pair_statistics(vectors, clips.singer, params.train.margin)
    _write_metrics(test)
    _draw_losses(params.train.loss)
    return (
        f"{len(clips)} clips of {len(performances.vectors)} performances; test loss {test.loss:.4f} "
        f"(a constant embedding has {test.collapse:.4f})"
    )


def _write_metrics(test: PairStatistics) -> None:
    report = read_json(MODELS / "training.json", "dvc repro train")
    network = report.pop("network")
    report |= {
        "network": network["kind"],
        "attention": network.get("attention", False),
        "test_loss": test.loss,
        "test_positive_distance": test.positive_distance,
        "test_negative_distance": test.negative_distance,
        "test_active_negatives": test.active_negatives,
    }
    write_json(METRICS / "training.json", rounded(report, DECIMALS))
    write_json(METRICS / "environment.json", read_json(MODELS / "environment.json", "dvc repro train"))


def _draw_losses(loss: str) -> None:
    PLOTS.mkdir(parents=True, exist_ok=True)
    history, validation = (pd.read_csv(MODELS / f"{name}.csv") for name in ("history", "validation"))
    draw_losses(history, validation, PLOTS / "losses.png", loss)


if __name__ == "__main__":
    run(main, __doc__)
