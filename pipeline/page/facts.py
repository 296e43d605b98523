"""The page in words: how training went, what the neighbours show, and what cannot be shown."""

import math
from dataclasses import dataclass
from typing import Any

from pipeline.analysis.collection import Collection

MEANINGS = {
    "feature": ("Spectrogram", "the network's input: mel bands, or a constant-Q transform"),
    "network": ("Network", "residual is the paper's; statistics pools cepstra; movement hears how they move, too"),
    "attention": ("Attention", "how it weighs the moments of a clip: by learned scores, by their loudness, or none"),
    "test_loss": ("Contrastive loss on unseen singers", "the smaller, the better the test singers are told apart"),
    "test_constant_loss": ("That loss of a constant embedding", "of a network that hears no difference between voices"),
    "test_positive_distance": ("Distance, same singer", "mean squared distance of two clips of one singer"),
    "test_negative_distance": ("Distance, two singers", "mean squared distance of clips of different singers"),
    "test_near_negatives": ("Still too close", "share of pairs of different singers nearer than the margin"),
    "validation_measure": ("Validated by", "what decides when to stop, on singers held out of the training"),
    "validation_loss": ("{measure} in validation", "of the weights kept"),
    "constant_loss": ("{measure} of a constant embedding", "in validation"),
    "epochs": ("Epochs trained", "until validation stopped improving or the limit was reached"),
    "steps": ("Steps trained", "each on a batch of its own"),
    "kept_epoch": ("Epoch kept", "the epoch of the weights kept"),
    "best_epoch": ("Best epoch", "the epoch of the best validation"),
    "health": ("Health", "good, or what went wrong: collapse, divergence, nothing learned"),
    "singers_without_pair": (
        "Singers without a pair",
        "training singers without two clips that may be paired",
    ),
    "parameters": ("Parameters", "number of learned weights"),
    "precision": ("Arithmetic", "number format used in training"),
    "device": ("Trained on", "processor or graphics card"),
    "torch": ("PyTorch", "version"),
}

TASKS = {
    "singer": ("Same singer?", "The nearest other performances vote on who is singing. Higher is better."),
    "singer_cross_song": (
        "Same singer, through another song?",
        "As before, but with same-song neighbours excluded: only style can help. Higher is better.",
    ),
    "song": (
        "Same song?",
        "The neighbours vote on what is sung. Pure singing style would not reveal it: lower is better.",
    ),
}
# Of the baselines the charts show the paper's and the one that is hardest to beat; the table shows all.
CHARTED = ("embedding", "baseline", "mfcc_means")

Intervals = dict[str, dict[str, dict[str, tuple[float, float]]]]


@dataclass(frozen=True)
class Fact:
    """A row of the table: name, value, meaning."""

    name: str
    value: str
    meaning: str


def facts(training: dict[str, Any]) -> list[Fact]:
    """Describe a training's metrics, known ones first and in words, others under their own names."""
    measure = training["validation_measure"].capitalize()
    known = [
        Fact(name.format(measure=measure), _format(training[key]), meaning)
        for key, (name, meaning) in MEANINGS.items()
        if key in training
    ]
    others = [Fact(key.replace("_", " "), _format(value), "") for key, value in training.items() if key not in MEANINGS]
    return known + others


def _format(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\u202f")
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def knn_charts(knn: dict[str, Any], intervals: Intervals) -> list[dict[str, Any]]:
    """Arrange accuracies for the page's bar charts.

    Parameters
    ----------
    knn : dict
        metrics/knn.json.
    intervals : dict
        By vectors, task and ``k..`` key: lower and upper end of the 95 % interval. Any may be missing.

    Returns
    -------
    list of dict
        One per task that could be computed: its texts, numbers of neighbours, and the accuracies of embedding,
        baselines and chance, with intervals if there are any.
    """
    charts = []
    for task, (title, caption) in TASKS.items():
        if task not in knn["chance"]:
            continue
        keys = sorted(knn["chance"][task])
        series = {
            vectors: {
                "accuracy": [knn[vectors][task][key] for key in keys],
                "interval": [intervals.get(vectors, {}).get(task, {}).get(key) for key in keys],
            }
            for vectors in CHARTED
        }
        charts.append(
            {
                "task": task,
                "title": title,
                "caption": caption,
                "ks": [int(key[1:]) for key in keys],
                "chance": [knn["chance"][task][key] for key in keys],
                **series,
            }
        )
    return charts


def reading(knn: dict[str, Any]) -> list[str]:
    """Describe the accuracies with one neighbour, or the fewest computed, in sentences."""
    sentences = []
    for task, statement in (
        ("singer", "is by the same singer"),
        ("singer_cross_song", "that sings another song is by the same singer"),
        ("song", "is of the same song"),
    ):
        if task not in knn["chance"]:
            continue
        key = min(knn["chance"][task])
        ours, theirs, means, chance = (knn[name][task][key] for name in (*CHARTED, "chance"))
        sentences.append(
            f"{_nearest(int(key[1:]))} {statement} in {_percent(ours)} of cases in the embedding, {_percent(theirs)} "
            f"in the handcrafted baseline, {_percent(means)} in a plain mean of MFCC, which learned nothing, and "
            f"{_percent(chance)} by chance."
        )
    return sentences


def _percent(share: float) -> str:
    """Format a share in percent, rounding half up as elsewhere: 18 of 80 are 23 %."""
    return f"{math.floor(100 * share + 0.5)}%"


def _nearest(k: int) -> str:
    return "The nearest performance" if k == 1 else f"The majority of the {k} nearest performances"


def unanswered(knn: dict[str, Any]) -> list[str]:
    """List the questions that these performances cannot answer."""
    return [
        f"“{title}” cannot be answered on these performances: it needs more than one "
        f"{'song' if task == 'song' else 'singer'}, and a neighbour of the same one that is not excluded."
        for task, (title, _) in TASKS.items()
        if task not in knn["chance"]
    ]


def corpus_notes(performances: Collection, style_columns: int) -> list[str]:
    """List what a single singer, a single song or a corpus without style columns leaves out."""
    notes = []
    if len(set(performances.singer)) == 1:
        notes.append("All performances are by one singer: nothing here can show whether voices are told apart.")
    if len(set(performances.song)) == 1:
        notes.append(
            "All performances are of one song: the neighbours listed are other performances of it, "
            "and nothing here can show whether style is recognised across songs."
        )
    if not style_columns:
        notes.append("The corpus does not describe style (no style_ columns): points can be coloured by names alone.")
    return notes


def sampling_notes(kind: str, shown: int, there: int, setting: str) -> list[str]:
    """Note that only some points are shown, if so, and the setting that decides it."""
    if shown == there:
        return []
    return [f"{shown} of {there} {kind} are on the maps, drawn at random ({setting})."]


def silence_notes(audible: int, performances: int, megabytes: float, setting: str) -> list[str]:
    """Note which share can be heard, if not all, and the setting that decides it."""
    if audible == performances:
        return []
    return [
        f"{audible} of {performances} performances ({audible / performances:.0%}), drawn at random, can be heard and "
        f"have a spectrogram: all of them would make this file larger than {megabytes:g} MB ({setting})."
    ]


def intervals(statistics: dict[str, Any]) -> Intervals:
    """Read the intervals of the accuracies off metrics/statistics.json; of one singer there are none."""
    return {
        vectors: {
            task: {k: (one["low"], one["high"]) for k, one in by_k.items() if "low" in one}
            for task, by_k in by_task.items()
        }
        for vectors, by_task in statistics["accuracy"].items()
    }
