"""Linear probe of a class: how well a word for the style can be read from vectors of singers never met before."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Estimate
from pipeline.analysis.probe import (
    LEAST_SINGERS,
    Codes,
    Floats,
    Labels,
    bootstrap,
    sum_by_singer,
)

STRENGTHS = 10.0 ** np.arange(-3, 3)
"""What the logistic regression's C is chosen from: the inverse of its penalty."""
MOST_STEPS = 1000
LEAST_CLASS_SINGERS = 2
"""A class that one singer alone shows cannot be learnt from the others."""


def learnable(classes: Labels, singer: Labels) -> NDArray[np.bool_]:
    """Mark the rows whose class is known (not empty) and shown by two singers or more."""
    shown: NDArray[np.bool_] = np.zeros(len(classes), bool)
    for name in set(classes.tolist()) - {""}:
        rows = classes == name
        shown |= rows & (len(np.unique(singer[rows])) >= LEAST_CLASS_SINGERS)
    return shown


def why_unlearnable(classes: Labels, singer: Labels) -> str | None:
    """Say why nothing can be said of classes that `learnable` has left, where that is so."""
    singers = len(np.unique(singer))
    if singers < LEAST_SINGERS:
        return f"known of {singers} singers in classes shown by two or more, {LEAST_SINGERS} are needed"
    return "the same everywhere" if len(np.unique(classes)) < 2 else None


def classify_held_out(vectors: NDArray[np.floating[Any]], classes: Labels, fold: Codes) -> Labels:
    """Classify each fold by a logistic regression on the other folds, all classes weighing the same.

    Standardisation and penalty come from the training part alone, as in `pipeline.analysis.probe.predict_held_out`;
    the penalty is that with the highest balanced accuracy, the strongest among equals.

    Parameters
    ----------
    vectors : ndarray of float, shape (n, d)
    classes : ndarray of str, shape (n,)
    fold : ndarray of int, shape (n,)

    Returns
    -------
    ndarray of str, shape (n,)
    """
    found = np.empty_like(classes)
    for held_out in np.unique(fold):
        train = fold != held_out
        strength = _best_strength(vectors[train], classes[train], fold[train])
        found[~train] = _classify(vectors[train], classes[train], vectors[~train], strength)
    return found


def balanced_accuracy(
    classes: Labels, found: Labels, singer: Labels, draws: int, generator: np.random.Generator
) -> Estimate:
    """Average over classes the share found rightly; chance is 1 / classes. The interval is over singers.

    Parameters
    ----------
    classes, found : ndarray of str, shape (n,)
    singer : ndarray, shape (n,)
    draws : int
        Bootstrap samples; a class that none of the singers drawn shows is left out of the sample's average.
    generator : numpy.random.Generator
    """
    member = classes[:, None] == np.unique(classes)
    right = member & (found == classes)[:, None]
    sums = sum_by_singer(np.hstack([member, right]).astype(np.float64), singer)
    return bootstrap(sums, _balanced_accuracy_of_sums, draws, generator)


def _balanced_accuracy_of_sums(sums: Floats) -> Floats:
    members, right = np.split(sums, 2, axis=-1)
    recall = np.where(members > 0, right / np.maximum(members, 1), np.nan)
    return np.asarray(np.nanmean(recall, axis=-1))


def _best_strength(vectors: NDArray[np.floating[Any]], classes: Labels, fold: Codes) -> float:
    from sklearn.metrics import recall_score

    scores = []
    for strength in STRENGTHS:
        found = np.empty_like(classes)
        for held_out in np.unique(fold):
            train = fold != held_out
            found[~train] = _classify(vectors[train], classes[train], vectors[~train], float(strength))
        scores.append(recall_score(classes, found, labels=np.unique(classes), average="macro"))
    return float(STRENGTHS[int(np.argmax(np.round(scores, 9)))])


def _classify(
    vectors: NDArray[np.floating[Any]], classes: Labels, asked: NDArray[np.floating[Any]], strength: float
) -> Labels:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if len(np.unique(classes)) < 2:
        return np.full(len(asked), classes[0])
    regression = LogisticRegression(C=strength, class_weight="balanced", max_iter=MOST_STEPS)
    model = make_pipeline(StandardScaler(), regression).fit(vectors, classes)
    classified: Labels = model.predict(asked)
    return classified
