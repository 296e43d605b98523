"""Embed the clips of the test part, and average them to performance vectors (paper 4).

Reads data/shards and models/style; writes data/embeddings/clips.npz and performances.npz, beside them the performances
by the network before training, performances_untrained.npz, and, with the exact loss over all test pairs (table 1),
metrics/training.json; draws the loss curves, metrics/plots/losses.png.
metrics/environment.json says on what the network was trained: a model from a cache keeps its own machine's record.
"""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import torch

from pipeline.analysis.baselines import FILES, UNTRAINED
from pipeline.analysis.collection import Collection
from pipeline.errors import BadInputError
from pipeline.figures.losses import draw_losses
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import choose_device, choose_precision, keep_memory, use_threads
from pipeline.nn.embedding import embed_clips
from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.networks.factory import fresh_network, load_model
from pipeline.nn.objectives.loss import PairStatistics, expected_pair_statistics
from pipeline.nn.untrained import estimate_statistics
from pipeline.params import load_params
from pipeline.runtime.counting import counted
from pipeline.runtime.metrics import read_json, rounded, write_json
from pipeline.runtime.stage import EMBEDDINGS, METRICS, MODELS, PLOTS, SHARDS, fresh_folder, run
from pipeline.storage.shard import ClipSet, read_shards

# More than other metrics have: the test losses of variants differ in the third decimal.
DECIMALS = 6
STATISTICS_SEED = 5


def main() -> str:
    """Embed the test part and measure the test loss."""
    keep_memory()
    params = load_params()
    use_threads(params.embed.threads)
    clips = read_shards(SHARDS, "test")
    network, configuration = load_model(MODELS)
    if clips.feature != configuration["feature"]:
        raise BadInputError(
            f"{MODELS}: was trained on {configuration['feature']}, {SHARDS} holds {clips.feature}; run `dvc repro`"
        )
    device = choose_device()
    precision = choose_precision(params.embed.precision, device, "embed.precision")
    embed = partial(_embed, clips=clips, batch=params.embed.batch, device=device, precision=precision)
    embedded = embed(network.to(device), label="embed")
    fresh_folder(EMBEDDINGS)
    embedded.save(EMBEDDINGS / "clips.npz")
    embedded.performances().save(EMBEDDINGS / "performances.npz")
    untrained = fresh_network(configuration["network"], params.seed, device)
    heard = ClipBank(read_shards(SHARDS, "train"), device)
    generator = np.random.default_rng([params.seed, STATISTICS_SEED])
    estimate_statistics(untrained, heard, generator, device=device, precision=precision)
    embed(untrained, label="embed untrained").performances().save(EMBEDDINGS / FILES[UNTRAINED])
    test = expected_pair_statistics(embedded.vectors, clips.singer, params.train.margin)
    report = _write_metrics(test, network.describe_attention())
    _draw_losses(params.train.loss, report["validation_measure"])
    return (
        f"{counted(len(clips), 'clip')} of {counted(len(set(clips.recording)), 'performance')}; test contrastive loss "
        f"{test.loss:.4f} (a constant embedding has {test.constant_loss:.4f})"
    )


def _embed(
    network: Embedder, *, clips: ClipSet, batch: int, device: torch.device, precision: torch.dtype, label: str
) -> Collection:
    vectors = embed_clips(
        network, ClipBank(clips, device), batch=batch, device=device, precision=precision, label=label
    )
    return Collection(vectors, clips.recording, clips.singer, clips.song, clips.start)


def _write_metrics(test: PairStatistics, attention: str) -> dict[str, Any]:
    """Write what is known of the training, and return it."""
    report = read_json(MODELS / "training.json", "dvc repro train")
    report |= {
        "network": report["network"]["kind"],
        "attention": attention,
        "test_loss": test.loss,
        "test_constant_loss": test.constant_loss,
        "test_positive_distance": test.positive_distance,
        "test_negative_distance": test.negative_distance,
        "test_near_negatives": test.near_negatives,
    }
    write_json(METRICS / "training.json", rounded(report, DECIMALS))
    write_json(METRICS / "environment.json", read_json(MODELS / "environment.json", "dvc repro train"))
    return report


def _draw_losses(loss: str, measure: str) -> None:
    PLOTS.mkdir(parents=True, exist_ok=True)
    history, validation = (pd.read_csv(MODELS / f"{name}.csv") for name in ("history", "validation"))
    draw_losses(history, validation, PLOTS / "losses.png", loss, measure)


if __name__ == "__main__":
    run(main, __doc__)
