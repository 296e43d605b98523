"""What products of sizes in params.yaml ask for: refused before any work where no machine could give it.

Every amount is a lower bound, of what a run holds at once whatever the device and the precision.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from pipeline.sections.corpora import Corpus
from pipeline.sections.learning import Embed, Network, Train
from pipeline.sections.listening import Clips, Features
from pipeline.sections.results import Knn, Statistics

GIB = 2**30
LIMIT_BYTES = 256 * GIB
LIMIT_HOURS = 10_000
LIMIT_STEPS = 10**9
# Bytes of a number: of single precision, of the shortest that maps are held in, and of what NumPy draws.
SINGLE, SHORT, DRAWN = 4, 2, 8
# Training keeps of each weight its gradient and two moments of Adam.
KEPT_OF_A_WEIGHT = 4
STEM_KERNEL, GROUPED_KERNEL = 10 * 10, 5 * 5
MODULATION_BANDS = 7


@dataclass(frozen=True)
class Demand:
    """An amount that some fields ask for together.

    Attributes
    ----------
    fields : mapping
        Their values by name.
    amount, limit : float
    unit : str
    what : str
        What there is so much of.
    """

    fields: Mapping[str, object]
    amount: float
    limit: float
    unit: str
    what: str

    def fault(self) -> str:
        """Return one line that names the fields, the amount and the remedy; empty where it is within the limit."""
        if self.amount <= self.limit:
            return ""
        fields = ", ".join(f"{name}={value}" for name, value in self.fields.items())
        return f"{fields}: {self.amount:,.0f} {self.unit} of {self.what}, above {self.limit:,.0f}; lower one of them"


def memory_demands(
    network: Network, train: Train, embed: Embed, clips: Clips, features: Features, knn: Knn
) -> Iterator[Demand]:
    """Yield what is held in memory at once, as far as the parameters alone decide it."""
    sizes = {"clips.frames": clips.frames, "features.bins": features.bins}
    match train.loss:
        case "contrastive":
            batch, drawn = {"train.pairs": train.pairs}, 2 * train.pairs
        case "supervised_contrastive" | "prototypical" | "margin_softmax":
            batch, drawn = {"train.singers": train.singers, "train.clips": train.clips}, train.singers * train.clips
            yield _memory(batch, drawn**2 * SINGLE, "similarities between the clips of a batch")
        case _:
            assert_never(train.loss)
    clip = clips.frames * features.bins
    yield _memory(batch | sizes, drawn * clip * SINGLE, "clips in a batch")
    yield _memory({"embed.batch": embed.batch} | sizes, embed.batch * clip * SINGLE, "clips embedded at a time")
    yield from _network_demands(network, batch, drawn, embed, clips, features)
    held = knn.chance_draws * max(knn.neighbours) * DRAWN
    yield _memory({"knn.chance_draws": knn.chance_draws, "knn.neighbours": max(knn.neighbours)}, held, "random orders")


def _network_demands(
    network: Network, batch: dict[str, int], drawn: int, embed: Embed, clips: Clips, features: Features
) -> Iterator[Demand]:
    sizes = {"clips.frames": clips.frames, "features.bins": features.bins}
    match network.kind:
        case "residual":
            names: tuple[str, ...] = ("channels", "bottleneck", "hidden")
        case "statistics" | "movement":
            names = ("cepstra", "embedding")
        case _:
            assert_never(network.kind)
    fields = sizes | {f"network.{name}": getattr(network, name) for name in names}
    weights = count_weights(network, clips.frames, features.bins)
    yield _memory(fields, weights * KEPT_OF_A_WEIGHT * SINGLE, "weights, gradients and moments")
    if network.kind == "residual":
        sizes["network.channels"] = network.channels
        half = network.channels * (clips.frames // 2) * (features.bins // 2)
        yield _memory(batch | sizes, drawn * half * SHORT, "maps of a batch")
        quarter = network.channels * (clips.frames // 4) * (features.bins // 4)
        yield _memory({"embed.batch": embed.batch} | sizes, embed.batch * quarter * SHORT, "maps of clips embedded")


def corpus_demands(corpus: Corpus, statistics: Statistics) -> Iterator[Demand]:
    """Yield what the demo choir asks for, of which alone the parameters say how many singers there are."""
    if "demo" not in corpus.name:
        return
    demo = corpus.demo
    singers, songs = demo.singers.model_dump(), demo.songs.model_dump()
    for part in singers:
        fields = {f"corpus.demo.singers.{part}": singers[part], f"corpus.demo.songs.{part}": songs[part]}
        hours = singers[part] * songs[part] * demo.seconds / 3600
        yield Demand(fields | {"corpus.demo.seconds": demo.seconds}, hours, LIMIT_HOURS, "hours", "singing")
    yield _memory(
        {"statistics.draws": statistics.draws, "corpus.demo.singers.test": demo.singers.test},
        statistics.draws * demo.singers.test * DRAWN,
        "singers drawn",
    )


def time_demands(train: Train) -> Iterator[Demand]:
    """Yield the steps of a training."""
    fields = {"train.max_epochs": train.max_epochs, "train.steps_per_epoch": train.steps_per_epoch}
    yield Demand(fields, train.max_epochs * train.steps_per_epoch, LIMIT_STEPS, "steps", "training")


def count_weights(network: Network, frames: int, bins: int) -> int:
    """Count the weights of the network that `pipeline.nn.networks.factory.make_network` would make, without it.

    Parameters
    ----------
    network : Network
    frames, bins : int
        Shape of a clip.
    """
    match network.kind:
        case "residual":
            return _count_residual(network, frames, bins)
        case "statistics":
            moving = 0
        case "movement":
            moving = network.movements
        case _:
            assert_never(network.kind)
    summaries = 4 * network.cepstra + moving * (MODULATION_BANDS + 1)
    norms = 2 * (network.cepstra + summaries)
    return bins * (network.cepstra + moving) + norms + (summaries + 1) * (network.embedding - network.means)


def _count_residual(network: Network, frames: int, bins: int) -> int:
    channels, inner, hidden = network.channels, network.bottleneck, network.hidden
    steps, width = frames // 4, channels * (bins // 4)
    stem = channels * (STEM_KERNEL + 1) + 2 * channels
    grouped = inner * (inner // network.cardinality * GROUPED_KERNEL + 1) + 2 * inner
    block = inner * (channels + 1) + 2 * inner + grouped + channels * (inner + 1) + 2 * channels
    attention, first = (width + 1, width) if network.attention else (0, steps * width)
    dense = hidden * (first + 1) + 2 * hidden * (hidden + 1) + network.embedding * (hidden + 1)
    return stem + block + attention + dense


def _memory(fields: Mapping[str, object], held: int, what: str) -> Demand:
    return Demand(fields, held / GIB, LIMIT_BYTES / GIB, "GiB", what)
