"""Turn the trained network into one file that embeds any recording, with a calibration of its distances.

Reads data/shards, models/style, data/embeddings and metrics/knn.json; writes release/singing-style.safetensors, its
card release/CARD.md, metrics/calibration.json and metrics/plots/calibration.png. The probability of the same singer is
fitted on the validation part and judged on the test part; where one of them has no pairs of singers, that is reported.
Of several corpora, pairs are within one, and each corpus weighs the same.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.analysis.collection import Collection
from pipeline.corpora.names import enumerate_names
from pipeline.errors import BadInputError
from pipeline.figures.calibration import draw_calibration, draw_unjudged
from pipeline.model.calibration import Calibration
from pipeline.model.card import compose_card, write_card
from pipeline.model.judgement import Judgement, judge_calibration, probability_curve
from pipeline.model.known_pairs import KnownPairs, NoPairsError
from pipeline.model.model_file import identify, write_model_file
from pipeline.model.network_encoder import weights_of
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import choose_device, choose_precision, keep_memory, use_threads
from pipeline.nn.embedding import embed_clips
from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.networks.factory import load_model
from pipeline.params import load_params
from pipeline.runtime.metrics import read_json, rounded, write_json
from pipeline.runtime.stage import (
    EMBEDDINGS,
    METRICS,
    MODELS,
    PLOTS,
    RELEASED_CARD,
    RELEASED_MODEL,
    SHARDS,
    fresh_folder,
    run,
)
from pipeline.sections.learning import Embed
from pipeline.sections.listening import listening_of
from pipeline.storage.shard import read_shards

PAIRS_SEED = 30


def main() -> str:
    """Calibrate, judge, and write the model and its card."""
    keep_memory()
    params = load_params()
    listening = listening_of(
        params.seed, params.feature, params.resample, params.frames, params.voice, params.clips, params.features
    )
    network, configuration = load_model(MODELS)
    if configuration["feature"] != listening.feature:
        raise BadInputError(
            f"{MODELS}: was trained on {configuration['feature']}, not {listening.feature}; run `dvc repro`"
        )
    missing: list[str] = []
    validation, test = _embed_validation(network, params.embed), Collection.load(EMBEDDINGS / "performances.npz")
    known = _pair(validation, params.seed, f"{SHARDS}, validation part", missing)
    unseen = _pair(test, params.seed, str(EMBEDDINGS), missing)
    calibration = _calibrate(known, params.corpus.name)
    judgement = judge_calibration(calibration, unseen) if known and unseen else None
    judged = rounded(judgement.figures()) if judgement else {"not_judged": "; ".join(missing)}
    parameters = {
        "network": configuration["network"],
        "augmentation": params.augmentation.model_dump(),
        "train": params.train.model_dump(),
    }
    card = compose_card(
        corpora=params.corpus.name,
        parameters=parameters,
        training=_training(),
        metrics=_accuracies() | {"calibration": judged},
        versions=read_json(MODELS / "environment.json", "dvc repro train")["packages"],
    )
    weights, shape = weights_of(network), configuration["network"]
    identity = identify(weights, shape, listening)
    fresh_folder(RELEASED_MODEL.parent)
    write_model_file(RELEASED_MODEL, weights, shape, listening, calibration, card)
    RELEASED_CARD.write_text(write_card(card, listening, calibration, identity), encoding="utf-8")
    fitted = {name: value for name, value in calibration.model_dump(exclude_none=True).items() if name != "corpus"}
    write_json(METRICS / "calibration.json", rounded({"validation": fitted, "test": judged}))
    _draw(calibration, judgement, missing)
    return f"{RELEASED_MODEL}, model {identity[:8]}; {_summarise(calibration, judgement, missing)}"


def _embed_validation(network: Embedder, embed: Embed) -> Collection:
    """Embed the performances of the validation part, which the weights were not fitted to."""
    use_threads(embed.threads)
    clips, device = read_shards(SHARDS, "validation"), choose_device()
    vectors = embed_clips(
        network.to(device),
        ClipBank(clips, device),
        batch=embed.batch,
        device=device,
        precision=choose_precision(embed.precision, device, "embed.precision"),
        label="release",
    )
    return Collection(vectors, clips.recording, clips.singer, clips.song, clips.start).performances()


def _pair(performances: Collection, seed: int, source: str, missing: list[str]) -> KnownPairs | None:
    """Pair performances; where that cannot be, add the reason to what is missing."""
    try:
        return KnownPairs.of(performances, np.random.default_rng([seed, PAIRS_SEED]), source)
    except NoPairsError as reason:
        missing.append(str(reason))
        return None


def _calibrate(known: KnownPairs | None, corpora: Sequence[str]) -> Calibration:
    """Fit the probability, and name the corpora whose pairs it rests on."""
    used = corpora if known is None or len(corpora) == 1 else known.corpora
    source = f"{enumerate_names(used)}, validation part"
    return Calibration.fit(known, source) if known else Calibration.unknown(source)


def _training() -> dict[str, Any]:
    """Read how the training went, without what the card has elsewhere."""
    report = read_json(MODELS / "training.json", "dvc repro train")
    return {name: value for name, value in report.items() if name not in ("network", "feature")}


def _accuracies() -> dict[str, Any]:
    """Read the embedding's accuracies, and of several corpora those of each by itself."""
    knn = read_json(METRICS / "knn.json", "dvc repro knn")
    alone = {corpus: its["embedding"] for corpus, its in knn.get("corpora", {}).items()}
    return {"knn": knn["embedding"]} | ({"knn_by_corpus": alone} if alone else {})


def _draw(calibration: Calibration, judgement: Judgement | None, missing: list[str]) -> None:
    PLOTS.mkdir(parents=True, exist_ok=True)
    if judgement is None:
        draw_unjudged("; ".join(missing), PLOTS / "calibration.png")
        return
    pairs = judgement.pairs
    draw_calibration(
        judgement.reliability,
        pairs.distances,
        pairs.same_singer,
        pairs.weights,
        probability_curve(calibration, pairs),
        calibration.threshold,
        PLOTS / "calibration.png",
    )


def _summarise(calibration: Calibration, judgement: Judgement | None, missing: list[str]) -> str:
    if not judgement:
        return f"{'not judged' if calibration.known else 'not calibrated'}: {'; '.join(missing)}"
    reliability = judgement.reliability
    return (
        f"same singer within {calibration.threshold:.2f} ({calibration.equal_error_rate:.0%} errors); on the test part "
        f"log loss {reliability.log_loss:.2f} (0.69 is a guess), probabilities off by "
        f"{reliability.calibration_error:.2f}"
    )


if __name__ == "__main__":
    run(main, __doc__)
