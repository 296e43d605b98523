"""Products of sizes that no machine could give are refused by name; every amount is worked out by hand."""

from typing import Any

import pytest
import torch

from pipeline.errors import BadInputError
from pipeline.nn.networks.factory import make_network
from pipeline.params import Params, override, parse_params, read_raw
from pipeline.sections.demand import count_weights, memory_demands

RAW = read_raw()


def params(**settings: object) -> Params:
    return parse_params(override(RAW, {name.replace("__", "."): value for name, value in settings.items()}))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        # 1024 x 24 x 64 inputs of 4096 units, 4 numbers of 4 bytes each: 96 GiB; twice 16.8 million and the rest: 0.5
        (
            {"network__attention": False, "network__channels": 4096, "network__hidden": 4096},
            "clips.frames=256, features.bins=96, network.channels=4096, network.bottleneck=64, network.hidden=4096: "
            "385 GiB of weights, gradients and moments, above 256; lower one of them",
        ),
        # 2 x 4096 clips of 128 x 48 places of 4096 channels of 2 bytes
        (
            {"train__pairs": 4096, "network__channels": 4096},
            "train.pairs=4096, clips.frames=256, features.bins=96, network.channels=4096: 384 GiB of maps of a batch",
        ),
        # 2^17 clips of 2^14 x 96 numbers of 4 bytes
        (
            {"train__pairs": 65536, "clips__frames": 16384, "network__kind": "statistics"},
            "train.pairs=65536, clips.frames=16384, features.bins=96: 768 GiB of clips in a batch",
        ),
        # 4096 clips of 64 x 24 places of 4096 channels are 48 GiB; of 16 times the frames, 768
        (
            {"embed__batch": 4096, "network__channels": 4096, "clips__frames": 4096, "train__pairs": 2},
            "embed.batch=4096, clips.frames=4096, features.bins=96, network.channels=4096: 768 GiB of maps of clips",
        ),
        (
            {"knn__chance_draws": 10**5, "knn__neighbours": [1, 10**6]},
            "knn.chance_draws=100000, knn.neighbours=1000000: 745 GiB of random orders",
        ),
        (
            {"statistics__draws": 10**5, "corpus__demo__singers__test": 10**6},
            "statistics.draws=100000, corpus.demo.singers.test=1000000: 745 GiB of singers drawn",
        ),
        (
            {"corpus__demo__singers__train": 10**6, "corpus__demo__songs__train": 10**3},
            "corpus.demo.singers.train=1000000, corpus.demo.songs.train=1000, corpus.demo.seconds=10.0: "
            "2,777,778 hours of singing, above 10,000; lower one of them",
        ),
        (
            {"train__max_epochs": 10**6, "train__steps_per_epoch": 10**4},
            "train.max_epochs=1000000, train.steps_per_epoch=10000: 10,000,000,000 steps of training, above 1,000,000",
        ),
    ],
)
def test_products_of_sizes_are_refused_by_name(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInputError) as fault:
        params(**settings)
    assert said in str(fault.value)
    assert "\n" not in str(fault.value)


def test_what_does_not_apply_is_not_refused() -> None:
    params(corpus__name="ravdess-song", corpus__demo__singers__test=10**6, statistics__draws=10**5)
    params(train__singers=4096, train__clips=4096)
    params(network__kind="statistics", network__channels=4096, network__hidden=4096, network__attention=False)


def test_a_loss_and_a_network_that_are_not_counted_are_no_others() -> None:
    its = params()
    rest = (its.embed, its.clips, its.features, its.knn)
    train, network = its.train.model_copy(update={"loss": "triplet"}), its.network.model_copy(update={"kind": "wide"})
    with pytest.raises(AssertionError, match="triplet"):
        list(memory_demands(its.network, train, *rest))
    with pytest.raises(AssertionError, match="wide"):
        list(memory_demands(network, its.train, *rest))
    with pytest.raises(AssertionError, match="wide"):
        count_weights(network, 256, 96)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"network__attention": False},
        {"network__channels": 6, "network__bottleneck": 9, "network__cardinality": 3, "network__hidden": 5},
        {"network__kind": "statistics", "network__cepstra": 7, "network__embedding": 3},
        {"network__kind": "movement", "network__cepstra": 7, "network__movements": 5, "network__embedding": 3},
        {"network__kind": "statistics", "network__cepstra": 7, "network__embedding": 9, "network__means": 4},
    ],
)
@pytest.mark.parametrize(("frames", "bins"), [(256, 96), (30, 17)])
def test_weights_are_counted_without_the_network(settings: dict[str, Any], frames: int, bins: int) -> None:
    network = params(**settings).network
    with torch.device("meta"):
        made = make_network(network.shape(frames, bins, 43.0))
    assert count_weights(network, frames, bins) == sum(weight.numel() for weight in made.parameters())
