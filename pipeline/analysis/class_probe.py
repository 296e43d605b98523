"""Linear probe of a class: how well a word for the style can be read from vectors of unseen singers."""

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.bootstrap import Estimate
from pipeline.analysis.leave_one_out import Codes, Labels, Vectors
from pipeline.analysis.probe import LEAST_SINGERS, Floats, bootstrap, sum_by_singer
from pipeline.runtime.counting import counted

# Values of the logistic regression's C, the inverse of its penalty, to choose from
STRENGTHS = 10.0 ** np.arange(-3, 3)
MOST_STEPS = 1000
# A class shown by a single singer cannot be learnt from the others
LEAST_CLASS_SINGERS = 2


def learnable(classes: Labels, singer: Labels) -> NDArray[np.bool_]:
    """Mark the rows whose class is known (not empty) and shown by at least two singers."""
    shown: NDArray[np.bool_] = np.zeros(len(classes), bool)
    for name in set(classes.tolist()) - {""}:
        rows = classes == name
        shown |= rows & (len(np.unique(singer[rows])) >= LEAST_CLASS_SINGERS)
    return shown


def why_unlearnable(classes: Labels, singer: Labels) -> str | None:
    """Explain why the classes that `learnable` keeps cannot be probed; None where they can."""
    singers = len(np.unique(singer))
    if singers < LEAST_SINGERS:
        return f"known of {counted(singers, 'singer')} in classes shown by two or more, {LEAST_SINGERS} are needed"
    return "the same everywhere" if len(np.unique(classes)) < 2 else None


def classify_held_out(vectors: Vectors, classes: Labels, fold: Codes) -> Labels:
    """Classify each fold by a logistic regression fitted to the other folds, all classes weighted equally.

    Standardisation and penalty come from the training part alone, as in `pipeline.analysis.probe.predict_held_out`;
    the penalty is the one with the highest balanced accuracy, the strongest of several.

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
    """Average the share classified rightly over the classes, with an interval over singers; chance is 1 / classes.

    Parameters
    ----------
    classes, found : ndarray of str, shape (n,)
    singer : ndarray, shape (n,)
    draws : int
        Bootstrap samples; a class shown by none of the singers drawn is left out of that sample's average.
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


def _best_strength(vectors: Vectors, classes: Labels, fold: Codes) -> float:
    from sklearn.metrics import recall_score

    scores = []
    for strength in STRENGTHS:
        found = np.empty_like(classes)
        for held_out in np.unique(fold):
            train = fold != held_out
            found[~train] = _classify(vectors[train], classes[train], vectors[~train], float(strength))
        scores.append(recall_score(classes, found, labels=np.unique(classes), average="macro"))
    return float(STRENGTHS[int(np.argmax(np.round(scores, 9)))])


def _classify(vectors: Vectors, classes: Labels, asked: Vectors, strength: float) -> Labels:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if len(np.unique(classes)) < 2:
        return np.full(len(asked), classes[0])
    regression = LogisticRegression(C=strength, class_weight="balanced", max_iter=MOST_STEPS)
    model = make_pipeline(StandardScaler(), regression).fit(vectors, classes)
    classified: Labels = model.predict(asked)
    return classified
