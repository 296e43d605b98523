"""By how much the equal error rates of two results differ, on the same pairs of performances of different songs."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from pipeline.analysis.baselines import EMBEDDING, FILES
from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.collection import Collection
from pipeline.analysis.conditions import ACROSS_SONGS
from pipeline.analysis.evaluation import MOST_TRIALS, TRIALS_SEED
from pipeline.analysis.trial_errors import error_difference
from pipeline.analysis.trials import draw_trials, pair_distances
from pipeline.analysis.verification import verify
from pipeline.corpora.names import corpus_of
from pipeline.runtime.stage import EMBEDDINGS
from pipeline.sections.results import Statistics
from pipeline.studies.revisions import WORKSPACE
from pipeline.studies.runs import read_output

SINGERS_SEED = 9


class ErrorsCompared(NamedTuple):
    """Equal error rates, 0 to 1, of two results, and the second less the first, with its interval over singers."""

    one: float
    other: float
    difference: Estimate
    singers: int
    recordings: list[str]


def compare_errors(a: str, b: str, seed: int, settings: Statistics) -> ErrorsCompared:
    """Compare the embeddings of two results on the same corpus.

    Parameters
    ----------
    a, b : str
        Git revision, experiment, or `workspace`.
    seed : int
        Draws singers and, where there are too many, pairs.
    settings : Statistics

    Raises
    ------
    BadInputError
        A result is not there, or the two are not of the same performances.
    """
    one, two = _read_performances(a), _read_performances(b)
    one.check_same_rows(two, a, b)
    trials = draw_trials(
        one.singer, one.song, MOST_TRIALS, np.random.default_rng([seed, TRIALS_SEED]), within=corpus_of(one.singer)
    )
    bootstrap = Bootstrap.over(one.singer, settings.draws, settings.level, np.random.default_rng([seed, SINGERS_SEED]))
    first, second = (
        verify(pair_distances(its.vectors, trials), trials, bootstrap, settings.target_prior)[ACROSS_SONGS]
        for its in (one, two)
    )
    difference = error_difference(second, first, bootstrap)
    recordings = [str(name) for name in one.recording]
    return ErrorsCompared(first.eer.value, second.eer.value, difference, len(set(one.singer)), recordings)


def _read_performances(revision: str) -> Collection:
    path = EMBEDDINGS / FILES[EMBEDDING]
    if revision == WORKSPACE:
        return Collection.load(path)
    with TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        copy.write_bytes(read_output(revision, str(path)))
        return Collection.load(copy)
