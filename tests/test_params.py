import copy
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipeline.errors import BadInputError
from pipeline.params import Params, load_params, override, parse_params

FILE = Path(__file__).parents[1] / "params.yaml"
RAW = YAML(typ="safe").load(FILE)
MASKS = {"time_masks": 1, "time_mask_frames": 9, "frequency_masks": 1, "frequency_mask_bins": 9}
MASKED = RAW["augmentation"] | MASKS


def changed(where: str, value: object) -> dict[str, Any]:
    raw = copy.deepcopy(RAW)
    *parents, last = where.split(".")
    section = raw
    for name in parents:
        section = section[name]
    section[last] = value
    return raw  # type: ignore[no-any-return]


def leaves(section: dict[str, Any], prefix: str = "") -> list[str]:
    found = []
    for name, value in section.items():
        found += leaves(value, f"{prefix}{name}.") if isinstance(value, dict) else [prefix + name]
    return found


def at(section: dict[str, Any], where: str) -> object:
    value: Any = section
    for name in where.split("."):
        value = value[name]
    return value


def test_defaults_are_the_papers() -> None:
    params = load_params(FILE)
    assert (params.resample.rate, params.frames.length, params.frames.hop) == (22050, 2048, 512)
    assert (params.features.bins, params.features.bins_per_octave, params.features.floor_db) == (96, 24, 60)
    assert (params.clips.frames, params.clips.hop, params.clips.min_voiced) == (256, 51, 128)
    network = params.network
    assert (network.attention, network.channels, network.bottleneck, network.cardinality) == (True, 128, 64, 4)
    assert (network.hidden, network.dropout, network.embedding) == (1024, 0.1, 16)
    train = params.train
    assert (train.margin, train.learning_rate, train.l2, train.pairs) == (1, 1e-4, 1e-6, 32)
    assert (train.loss, train.schedule, train.keep) == ("contrastive", "constant", "best")
    assert (train.cross_song, train.same_song, train.within_corpus) == (0, 0, 0)
    assert (train.validate_every, train.patience, train.improvement) == (50, 1000, 0.995)
    assert params.knn.neighbours == (1, 3, 5, 7)


@pytest.mark.parametrize(
    ("section", "changes"),
    [
        ("train", {"patience": 50}),
        ("train", {"patience": 10, "max_epochs": 10}),
        ("network", {"kind": "statistics", "cepstra": 95}),
        ("network", {"kind": "residual", "cepstra": 96}),
    ],
)
def test_what_a_training_can_do_is_not_refused(section: str, changes: dict[str, Any]) -> None:
    """The first validation comes before patience ends, and the paper's network has no cepstra."""
    assert isinstance(parse_params(RAW | {section: RAW[section] | changes}), Params)


def test_scientific_notation_is_a_number(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(FILE.read_text().replace("learning_rate: 0.0001", "learning_rate: 1e-4"))
    assert load_params(path).train.learning_rate == 1e-4


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ("train.learning_rte", 1e-4, "train.learning_rte: unknown parameter; did you mean learning_rate?"),
        ("traim", {}, "traim: unknown parameter; did you mean train?"),
        ("network.attention", "no", "network.attention: should be a valid boolean, got 'no'"),
        ("network.attention", 1, "network.attention: should be a valid boolean, got 1"),
        ("train.max_epochs", 2.5, "train.max_epochs"),
        ("train.max_epochs", 0, "train.max_epochs: should be greater than or equal to 1, got 0"),
        ("train.pairs", 7, "train.pairs: should be a multiple of 2, got 7"),
        ("train.loss", "triplet", "train.loss: should be 'contrastive', 'supervised_contrastive', 'prototypical' or"),
        ("train.cross_song", True, "train.cross_song: should be a valid number, got True"),
        ("train.within_corpus", 1.5, "train.within_corpus: should be less than or equal to 1, got 1.5"),
        ("train.singers", 1, "train.singers: should be greater than or equal to 2, got 1"),
        ("feature", "chroma", "feature: should be 'mel' or 'cqt', got 'chroma'"),
        ("corpus.name", "opera", "corpus.name: should be 'demo', 'manifest', 'halves', 'acapella', 'damp-balanced'"),
        ("ablation.seeds", [0, 0], "seeds must not name the same value twice"),
        ("ablation.corpus", "demo", "ablation.corpus: should be 'manifest', 'halves', 'acapella', 'damp-balanced'"),
        ("corpus.name", ["demo", "opera"], "corpus.name.1: should be 'demo', 'manifest', 'halves', "),
        ("corpus.name", ["demo", "vocalset", "demo"], "corpus.name: names demo twice; name each corpus once"),
        ("corpus.demo.voices", "high", "corpus.demo.voices: should be 'alike' or 'mixed', got 'high'"),
        ("corpus.demo.singers.train", 1, "corpus.demo.singers.train: should be greater than or equal to 2, got 1"),
        ("corpus.demo.effort", 2.5, "corpus.demo.effort: should be less than or equal to 2, got 2.5"),
        ("corpus.demo.effort", -1.0, "corpus.demo.effort: should be greater than or equal to 0, got -1.0"),
        ("corpus.demo.effort", float("nan"), "corpus.demo.effort: should be"),
        ("corpus.demo.channel", 5.0, "corpus.demo.channel: should be less than or equal to 4, got 5.0"),
        ("corpus.demo.channel", "phone", "corpus.demo.channel: should be a valid number, got 'phone'"),
        ("max_bad_share", 1.5, "max_bad_share"),
        ("train.learning_rate", float("nan"), "train.learning_rate: should be a finite number"),
        ("network.cardinality", 5, "network: bottleneck must be a multiple of cardinality"),
        ("clips.min_voiced", 256, "clips: min_voiced must be below frames"),
        ("voice.min_hz", 2000.0, "voice: min_hz must lie below max_hz"),
        ("voice.min_hz", 5.0, "voice.min_hz and voice.max_hz must give periods"),
        ("features.bins", 240, "the CQT would end at 66976 Hz, above half of resample.rate"),
        ("knn.neighbours", [], "knn.neighbours"),
        ("knn.neighbours", [1, "3"], "knn.neighbours.1: should be a valid integer, got '3'"),
        ("seed", None, "seed"),
        ("corpus.manifest.split", "songs", "corpus.manifest.split: should be 'balanced' or 'by_singers'"),
        ("paper.seeds", [0, 1, 0], "paper: seeds must not name the same value twice"),
        ("paper.features", ["mel", "chroma"], "paper.features.1: should be 'mel' or 'cqt', got 'chroma'"),
        ("paper.attention", ["yes"], "paper.attention.0: should be a valid boolean, got 'yes'"),
        ("paper.epochs", 0, "paper.epochs: should be greater than or equal to 1, got 0"),
        ("corpus.manifest.singer_shares.test", 0.5, "must sum to 1"),
        ("augmentation.room_s", 0.5, "augmentation: share must be above 0 for room_s to act"),
        ("augmentation.time_masks", 2, "augmentation: time_masks and time_mask_frames must both be 0 or both be above"),
        ("augmentation.equaliser_db", 40.0, "augmentation.equaliser_db: should be less than or equal to 20, got 40.0"),
        (
            "augmentation",
            MASKED | {"time_mask_frames": 256},
            "augmentation.time_mask_frames must be below clips.frames",
        ),
        ("augmentation", MASKED | {"frequency_mask_bins": 96}, "frequency_mask_bins must be below features.bins"),
        (
            "network",
            RAW["network"] | {"kind": "statistics", "cepstra": 96},
            "network.cepstra must be below features.bins, 96: lower it",
        ),
        (
            "network",
            RAW["network"] | {"kind": "statistics", "embedding": 200, "means": 96},
            "network.means must be below features.bins, 96: lower it",
        ),
        ("network", RAW["network"] | {"means": 16}, "means must be below embedding, 16: some dimensions are learned"),
        (
            "network",
            RAW["network"] | {"kind": "movement", "cepstra": 200},
            "network.cepstra must be below features.bins",
        ),
        (
            "train.patience",
            49,
            "train.patience=49 ends a training before its first validation, of epoch 50: raise it, or lower "
            "train.validate_every",
        ),
        (
            "train",
            RAW["train"] | {"patience": 9, "max_epochs": 10},
            "train.patience=9 ends a training before its first validation, of epoch 10: raise it, or lower ",
        ),
    ],
)
def test_a_fault_is_named_in_one_line(where: str, value: object, said: str) -> None:
    with pytest.raises(BadInputError) as fault:
        parse_params(changed(where, value), source="params.yaml")
    message = str(fault.value)
    assert message.startswith("params.yaml: ")
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    "where",
    [
        *(f"network.{name}" for name in ("channels", "bottleneck", "cardinality", "hidden", "embedding")),
        *(f"network.{name}" for name in ("cepstra", "movements", "means")),
        *(f"train.{name}" for name in ("pairs", "singers", "clips", "validation_pairs")),
        "embed.batch",
        "frames.length",
        "clips.frames",
        "features.bins",
        "features.bins_per_octave",
        "knn.chance_draws",
        "statistics.draws",
        "probe.draws",
    ],
)
def test_absurd_sizes_are_refused_before_memory_is_taken(where: str) -> None:
    with pytest.raises(BadInputError, match=f"{where}: should be less than or equal to [0-9]+, got 1000000000"):
        parse_params(changed(where, 10**9))


@pytest.mark.parametrize(
    "where",
    [where for where in leaves(RAW) if type(at(RAW, where)) is int and not where.endswith("seed")],
)
def test_no_whole_number_is_without_a_limit(where: str) -> None:
    with pytest.raises(BadInputError, match=f"{where}: should be less than or equal to [0-9]+, got 1000000000"):
        parse_params(changed(where, 10**9))


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        ("features.cqt_min_hz", 1e-3, "longest filter would last"),
        ("features.bins_per_octave", 4096, "longest filter would last"),
        ("frames.hop", 1, "frames.hop: should be greater than or equal to 32, got 1"),
        ("tsne.perplexity", 1e9, "tsne.perplexity: should be less than or equal to 1000"),
        ("knn.neighbours", [10**9], "knn.neighbours.0: should be less than or equal to 1000000"),
        ("statistics.seconds", [6.0] * 101, "statistics.seconds: Tuple should have at most 100 items"),
    ],
)
def test_what_takes_memory_by_another_way_is_refused(where: str, value: object, said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        parse_params(changed(where, value))


def test_every_fault_is_named() -> None:
    raw = changed("train.pairs", "many")
    raw["feture"] = "mel"
    with pytest.raises(BadInputError, match="(?s)train.pairs.*feture: unknown parameter; did you mean feature"):
        parse_params(raw)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("train.pairs", "train.pairs: unknown parameter; did you mean train?"),
        ("fe.ature", "fe.ature: unknown parameter; did you mean feature?"),
        (".", ".: unknown parameter; known are seed"),
    ],
)
def test_a_name_with_a_dot_is_only_a_name(name: str, said: str) -> None:
    with pytest.raises(BadInputError, match=re.escape(said)):
        parse_params(RAW | {name: 64})
    corpus = RAW["corpus"] | {"demo": RAW["corpus"]["demo"] | {"singers.train": 3}}
    with pytest.raises(BadInputError, match=r"corpus\.demo\.singers\.train: unknown parameter; did you mean singers\?"):
        parse_params(RAW | {"corpus": corpus})


@pytest.mark.parametrize("where", leaves(RAW))
def test_no_parameter_may_be_missing(where: str) -> None:
    raw = changed(where, 0)
    *parents, last = where.split(".")
    section = raw
    for name in parents:
        section = section[name]
    del section[last]
    with pytest.raises(BadInputError, match=f"{where}: missing"):
        parse_params(raw)


@given(where=st.sampled_from(leaves(RAW)), value=st.sampled_from(["7", None, [], {}, "", [None], "true"]))
def test_values_of_another_type_are_refused(where: str, value: object) -> None:
    accepts_text = where in {"look.recording", "corpus.manifest.table", "corpus.damp_balanced.table"}
    if accepts_text and isinstance(value, str):
        assert isinstance(parse_params(changed(where, value)), Params)
        return
    with pytest.raises(BadInputError, match=where):
        parse_params(changed(where, value))


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no such file; run from the top folder"):
        load_params(tmp_path / "params.yaml")
    (tmp_path / "params.yaml").write_text("seed: [1,\nfeature")
    with pytest.raises(BadInputError, match="params.yaml: not YAML") as fault:
        load_params(tmp_path / "params.yaml")
    assert "\n" not in str(fault.value)


def test_override_sets_by_path_and_leaves_the_original() -> None:
    before = copy.deepcopy(RAW)
    expected = RAW | {"seed": 3, "train": RAW["train"] | {"max_epochs": 7}}
    assert override(RAW, {"train.max_epochs": 7, "seed": 3}) == expected
    assert before == RAW


def test_override_through_a_value_is_refused() -> None:
    with pytest.raises(BadInputError, match="seed.x: unknown parameter; seed holds no others"):
        override(RAW, {"seed.x": 1})
