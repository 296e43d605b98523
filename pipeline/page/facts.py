"""The page in plain words: how training went, what the neighbours tell, and what cannot be shown."""

import math
from dataclasses import dataclass
from typing import Any

from pipeline.analysis.collection import Collection

MEANINGS = {
    "feature": ("Spectrogram", "what the network sees: mel bands, or a constant-Q transform"),
    "network": ("Network", "residual is the paper's; statistics the light one that pools cepstra"),
    "attention": ("Attention", "whether it weighs the moments of a clip, or takes them all as they come"),
    "test_loss": ("Loss on unseen singers", "the smaller, the better the test singers are told apart"),
    "collapse_loss": ("Loss of a constant answer", "what a network scores that calls all voices the same"),
    "validation_loss": ("Best validation loss", "the lowest seen during training"),
    "test_positive_distance": ("Distance, same singer", "mean squared distance of two clips of one singer"),
    "test_negative_distance": ("Distance, two singers", "mean squared distance of clips of different singers"),
    "test_active_negatives": ("Still too close", "share of pairs of different singers nearer than the margin"),
    "epochs": ("Epochs trained", "rounds of training until it stopped improving or reached its limit"),
    "best_epoch": ("Best epoch", "the round of that loss"),
    "health": ("Health", "good, or what went wrong: collapse, divergence, nothing learned"),
    "singers_without_pair": ("Singers without a pair", "training singers with one clip, who serve as strangers only"),
    "parameters": ("Parameters", "numbers that the network learned"),
    "precision": ("Arithmetic", "number format of the training"),
    "device": ("Trained on", "processor or graphics card"),
    "torch": ("PyTorch", "version"),
}

TASKS = {
    "singer": ("Same singer?", "The nearest other performances vote on who sings. Higher is better."),
    "singer_cross_song": (
        "Same singer, through another song?",
        "As before, but neighbours that sing the same song are barred: only style can help. Higher is better.",
    ),
    "song": (
        "Same song?",
        "The neighbours vote on what is sung. A pure singing style would not know: lower is better.",
    ),
}
VECTORS = ("embedding", "baseline")

Intervals = dict[str, dict[str, dict[str, tuple[float, float]]]]


@dataclass(frozen=True)
class Fact:
    """A row of the table: what is measured, the value, what it means."""

    name: str
    value: str
    meaning: str


def facts(training: dict[str, Any]) -> list[Fact]:
    """Tell a training's metrics, known ones first and in words, others under their own names."""
    known = [Fact(name, _say(training[key]), meaning) for key, (name, meaning) in MEANINGS.items() if key in training]
    others = [Fact(key.replace("_", " "), _say(value), "") for key, value in training.items() if key not in MEANINGS]
    return known + others


def _say(value: Any) -> str:
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
        By vectors, task and ``k..`` key: lower and upper end of the 95 % interval. May lack anything.

    Returns
    -------
    list of dict
        One a task that could be computed: its words, numbers of neighbours, and for embedding, baseline and
        chance the accuracies, with intervals where there are any.
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
            for vectors in VECTORS
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
    """Say in sentences what the accuracies with one neighbour, or the fewest there are, mean."""
    said = []
    for task, ask in (
        ("singer", "is by the same singer"),
        ("singer_cross_song", "that sings another song is by the same singer"),
        ("song", "is of the same song"),
    ):
        if task not in knn["chance"]:
            continue
        key = min(knn["chance"][task])
        ours, theirs, chance = (knn[name][task][key] for name in ("embedding", "baseline", "chance"))
        said.append(
            f"{_nearest(int(key[1:]))} {ask} in {_percent(ours)} of the cases in the embedding, in "
            f"{_percent(theirs)} in the handcrafted baseline, and in {_percent(chance)} by chance."
        )
    return said


def _percent(share: float) -> str:
    """Round a half up, as figures are rounded elsewhere: 18 of 80 are 23 %."""
    return f"{math.floor(100 * share + 0.5)}%"


def _nearest(k: int) -> str:
    return "The nearest performance" if k == 1 else f"The majority of the {k} nearest performances"


def unanswered(knn: dict[str, Any]) -> list[str]:
    """Say which questions these performances cannot answer."""
    return [
        f"“{title}” cannot be answered on these performances: it needs more than one "
        f"{'song' if task == 'song' else 'singer'}, and a neighbour of the same one that is not barred."
        for task, (title, _) in TASKS.items()
        if task not in knn["chance"]
    ]


def corpus_notes(performances: Collection, style_columns: int) -> list[str]:
    """Say what one singer, one song or a corpus without style columns leaves out."""
    notes = []
    if len(set(performances.singer)) == 1:
        notes.append("All performances are by one singer: nothing here can show whether voices are told apart.")
    if len(set(performances.song)) == 1:
        notes.append(
            "All performances are of one song: the neighbours listed are other performances of it, "
            "and nothing here can show whether style is heard through other songs."
        )
    if not style_columns:
        notes.append("The corpus says nothing of style (no style_ columns): points can be coloured by names alone.")
    return notes


def sampling_notes(kind: str, shown: int, there: int) -> list[str]:
    """Say that only some points are shown, where that is so."""
    if shown == there:
        return []
    return [f"{shown} of {there} {kind} are on the maps, drawn at random (report.max_points)."]


def silence_notes(audible: int, performances: int, megabytes: float) -> list[str]:
    """Say which share can be heard, where it is not all."""
    if audible == performances:
        return []
    return [
        f"{audible} of {performances} performances ({audible / performances:.0%}), drawn at random, can be heard and "
        f"have a spectrogram: all of them would make this file larger than {megabytes:g} MB (report.max_megabytes)."
    ]


def lead(performances: Collection) -> str:
    """Count performances, singers and songs in one line."""
    counts = [("performance", len(performances))]
    counts += [(name, len(set(getattr(performances, name)))) for name in ("singer", "song")]
    performed, singers, songs = (f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts)
    return f"{performed} by {singers} of {songs}"


def intervals(statistics: dict[str, Any] | None) -> Intervals:
    """Read the intervals of the accuracies off metrics/statistics.json; of one singer there are none."""
    return {
        vectors: {
            task: {k: (one["low"], one["high"]) for k, one in by_k.items() if "low" in one}
            for task, by_k in by_task.items()
        }
        for vectors, by_task in (statistics or {}).get("accuracy", {}).items()
    }
