"""Train the siamese network on pairs of clips, with early stopping on the validation part (paper 2 and 3.4).

Reads data/shards; writes models/style.safetensors (weights of the lowest validation loss), models/style.json (what is
needed to use them), models/training.json (how training went), models/history.csv and models/validation.csv (loss,
collapse reference, mean distances, active negatives, gradient norm).
"""

import json
import time
from typing import Any

import numpy as np
import torch

from pipeline.errors import BadInputError
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import choose_device, choose_precision, keep_memory, name_device
from pipeline.nn.model_file import save_model
from pipeline.nn.network import seeded_network
from pipeline.nn.pairs import PairSampler
from pipeline.nn.trainer import Settings, Trained, Trainer, Validation
from pipeline.params import load_params
from pipeline.sections.learning import Train
from pipeline.stage import MODELS, SHARDS, fresh_folder, run
from pipeline.storage.shard import ClipSet, read_shards

NETWORK_SEED, PAIRS_SEED, VALIDATION_SEED = 1, 2, 3


def main() -> str:
    """Train and write the model."""
    keep_memory()
    params = load_params()
    clips, validation = read_shards(SHARDS, "train"), read_shards(SHARDS, "validation")
    if clips.feature != params.feature:
        raise BadInputError(f"{SHARDS}: holds {clips.feature}, not {params.feature}; run `dvc repro shards`")
    device = choose_device()
    precision = choose_precision(params.train.precision, device)
    shape = {"frames": clips.clip_frames, "bins": clips.bins, **params.network.model_dump()}
    network = seeded_network(shape, np.random.SeedSequence([params.seed, NETWORK_SEED]), device)
    trainer = Trainer(
        network,
        ClipBank(clips, device),
        _sampler(clips, params.train),
        _validation(validation, params.train, params.seed, device),
        _settings(params.train),
        generator=np.random.default_rng([params.seed, PAIRS_SEED]),
        device=device,
        precision=precision,
    )
    started = time.monotonic()
    trained = trainer.run()
    seconds = time.monotonic() - started
    configuration = {"feature": clips.feature, "network": shape}
    report = (
        configuration
        | _report(trained, params.train.margin)
        | {
            "parameters": network.count_parameters(),
            "device": name_device(device),
            "precision": str(precision).removeprefix("torch."),
            "torch": torch.__version__,
        }
    )
    _write(trained, configuration, report)
    return (
        f"{trained.epochs} epochs at {seconds / len(trained.history):.2f} s a step on {report['device']} in "
        f"{report['precision']}; validation loss {trained.stopping.best:.4f} at epoch {trained.stopping.best_epoch} "
        f"(a constant embedding has {report['collapse_loss']:.4f})"
    )


def _sampler(clips: ClipSet, train: Train) -> PairSampler:
    return PairSampler(clips.singer, clips.song, cross_song=train.cross_song, same_song=train.same_song)


def _validation(clips: ClipSet, train: Train, seed: int, device: torch.device) -> Validation:
    generator = np.random.default_rng([seed, VALIDATION_SEED])
    return Validation(ClipBank(clips, device), _sampler(clips, train).draw(train.validation_pairs, generator))


def _settings(train: Train) -> Settings:
    return Settings(**{name: getattr(train, name) for name in Settings.__dataclass_fields__})


def _report(trained: Trained, margin: float) -> dict[str, Any]:
    return {
        "epochs": trained.epochs,
        "best_epoch": trained.stopping.best_epoch,
        "validation_loss": trained.stopping.best,
        "collapse_loss": 0.25 * margin,
    }


def _write(trained: Trained, configuration: dict[str, Any], report: dict[str, Any]) -> None:
    fresh_folder(MODELS)
    save_model(MODELS, trained.weights, configuration)
    (MODELS / "training.json").write_text(json.dumps(report, indent=2) + "\n")
    trained.history_table().to_csv(MODELS / "history.csv", index=False)
    trained.validation_table().to_csv(MODELS / "validation.csv", index=False)


if __name__ == "__main__":
    run(main, __doc__)
