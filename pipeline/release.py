"""Make of the trained network one file that listens to any recording and says what its distances mean.

Reads data/shards, models, data/embeddings and metrics/knn.json; writes release/singing-style.safetensors, its card
release/CARD.md, metrics/calibration.json and metrics/plots/calibration.png. The probability of the same singer is
fitted on the validation part, and judged on the test part.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.analysis.collection import Collection
from pipeline.analysis.known_pairs import KnownPairs
from pipeline.analysis.reliability import Reliability, measure_reliability
from pipeline.errors import BadInputError
from pipeline.figures.calibration import draw_calibration
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import choose_device, choose_precision, keep_memory, use_threads
from pipeline.nn.embedding import embed_clips
from pipeline.nn.model_file import load_model
from pipeline.nn.network import StyleNetwork
from pipeline.params import load_params
from pipeline.sections.experiments import Feature
from pipeline.sections.learning import Embed
from pipeline.sections.listening import Clips, Features, Frames, Resample, Voice
from pipeline.stage import EMBEDDINGS, METRICS, MODELS, PLOTS, SHARDS, fresh_folder, run
from pipeline.storage.shard import read_shards
from singing_style.calibration import Calibration
from singing_style.card import compose_card, write_card
from singing_style.listening import Listening
from singing_style.model_file import identify, write_model_file

RELEASE = Path("release")
PAIRS_SEED = 30
CURVE_POINTS = 200


def main() -> str:
    """Calibrate, and write the model and its card."""
    keep_memory()
    params = load_params()
    listening = listening_of(
        params.seed,
        params.feature,
        params.resample,
        params.frames,
        params.voice,
        params.clips,
        params.features,
    )
    network, configuration = load_model(MODELS)
    if configuration["feature"] != listening.feature:
        raise BadInputError(f"{MODELS}: was trained on {configuration['feature']}, not {listening.feature}")
    known = _pairs(_embed_validation(network, params.embed), params.seed, f"{SHARDS}, validation part")
    calibration = Calibration.fit(known, f"{params.corpus.name}, validation part")
    unseen = _pairs(Collection.load(EMBEDDINGS / "performances.npz"), params.seed, str(EMBEDDINGS))
    reliability = measure_reliability(calibration.probabilities(unseen.distances), unseen.same_singer, unseen.weights)
    judged = _judge(calibration, unseen, reliability)
    card = compose_card(
        corpus=params.corpus.name,
        parameters={"network": configuration["network"], "train": params.train.model_dump()},
        training=_training(),
        metrics={"knn": json.loads((METRICS / "knn.json").read_text())["embedding"], "calibration": judged},
        versions=_read(MODELS / "environment.json")["packages"],
    )
    weights = {name: value.cpu().contiguous() for name, value in network.state_dict().items()}
    shape = configuration["network"]
    fresh_folder(RELEASE)
    write_model_file(RELEASE / "singing-style.safetensors", weights, shape, listening, calibration, card)
    identity = identify(weights, shape, listening)
    (RELEASE / "CARD.md").write_text(write_card(card, listening, calibration, identity))
    _report(calibration, unseen, reliability, judged)
    return (
        f"{RELEASE}/singing-style.safetensors, model {identity[:8]}; same singer within {calibration.threshold:.2f} "
        f"({calibration.equal_error_rate:.0%} errors); on the test part log loss {reliability.log_loss:.2f} "
        f"(0.69 knows nothing), probabilities off by {reliability.calibration_error:.2f}"
    )


def listening_of(
    seed: int,
    feature: Feature,
    resample: Resample,
    frames: Frames,
    voice: Voice,
    clips: Clips,
    features: Features,
) -> Listening:
    """Gather from the sections of params.yaml how the stages listen."""
    return Listening(
        feature=feature,
        rate=resample.rate,
        quality=resample.quality,
        frame_length=frames.length,
        frame_hop=frames.hop,
        pitch_min_hz=voice.min_hz,
        pitch_max_hz=voice.max_hz,
        clip_frames=clips.frames,
        clip_hop=clips.hop,
        min_voiced=clips.min_voiced,
        pad_short=clips.pad_short,
        bins=features.bins,
        bins_per_octave=features.bins_per_octave,
        cqt_min_hz=features.cqt_min_hz,
        floor_db=features.floor_db,
        seed=seed,
    )


def _embed_validation(network: StyleNetwork, embed: Embed) -> Collection:
    """Embed the performances of the validation part, which the weights were not fitted to."""
    use_threads(embed.threads)
    clips, device = read_shards(SHARDS, "validation"), choose_device()
    vectors = embed_clips(
        network.to(device),
        ClipBank(clips, device),
        batch=embed.batch,
        device=device,
        precision=choose_precision(embed.precision, device),
        label="release",
    )
    return Collection(vectors, clips.recording, clips.singer, clips.song, clips.start).performances()


def _pairs(performances: Collection, seed: int, source: str) -> KnownPairs:
    return KnownPairs.of(performances, np.random.default_rng([seed, PAIRS_SEED]), source)


def _judge(calibration: Calibration, unseen: KnownPairs, reliability: Reliability) -> dict[str, Any]:
    """Measure on the test part what the probabilities and the threshold are worth."""
    accepted = unseen.distances <= calibration.threshold
    misses, false_alarms = (
        float(unseen.weights[wrong].sum() / unseen.weights[kind].sum())
        for wrong, kind in (
            (unseen.same_singer & ~accepted, unseen.same_singer),
            (~unseen.same_singer & accepted, ~unseen.same_singer),
        )
    )
    return {
        "log_loss": round(reliability.log_loss, 4),
        "brier": round(reliability.brier, 4),
        "calibration_error": round(reliability.calibration_error, 4),
        "misses": round(misses, 4),
        "false_alarms": round(false_alarms, 4),
        "pairs": len(unseen),
        "singers": unseen.singers,
    }


def _training() -> dict[str, Any]:
    """Say how the training went, without what the card has elsewhere."""
    report = _read(MODELS / "training.json")
    return {name: value for name, value in report.items() if name not in ("network", "feature")}


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def _report(calibration: Calibration, unseen: KnownPairs, reliability: Reliability, judged: dict[str, Any]) -> None:
    fitted = {name: value for name, value in calibration.model_dump().items() if name != "corpus"}
    rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in fitted.items()}
    PLOTS.mkdir(parents=True, exist_ok=True)
    (METRICS / "calibration.json").write_text(json.dumps({"validation": rounded, "test": judged}, indent=2) + "\n")
    distances = np.linspace(0, float(unseen.distances.max()), CURVE_POINTS)
    draw_calibration(
        reliability,
        unseen.distances,
        unseen.same_singer,
        unseen.weights,
        (distances, calibration.probabilities(distances)),
        calibration.threshold,
        PLOTS / "calibration.png",
    )


if __name__ == "__main__":
    run(main, __doc__)
