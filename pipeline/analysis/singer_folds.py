"""Cross-validation that leaves singers and songs out together: what is tested, no training has heard."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.collection import Names
from pipeline.errors import BadInputError


@dataclass(frozen=True, eq=False)
class Fold:
    """One way of parting clips or performances.

    Attributes
    ----------
    train, test : ndarray of bool, shape (n,)
        Of other singers and other songs; what shares only one of both with the test part is in neither.
    """

    train: NDArray[np.bool_]
    test: NDArray[np.bool_]


def singer_folds(
    singer: Names, song: Names, folds: int, kinds: Mapping[str, str], generator: np.random.Generator
) -> list[Fold]:
    """Part singers into folds, each tested once on half of the songs, with training on the other half.

    Singers of each kind, such as men and women, are dealt in turn, so that a fold has as many of each as can be. A
    random half of the songs is tested, in the next fold the other half, then halves drawn anew.

    Parameters
    ----------
    singer, song : ndarray of str, shape (n,)
        Of each clip or performance.
    folds : int
        At least 2.
    kinds : mapping of str to str
        Kind of each singer; those without one are one kind.
    generator : numpy.random.Generator
        Draws the order of the singers, and the halves.

    Raises
    ------
    BadInputError
        There are not two singers for the test of every fold and two for its training, or not two songs for each.
    """
    names, songs = np.unique(singer), np.unique(song)
    if len(names) < 2 * folds or folds < 2 or len(songs) < 4:
        raise BadInputError(
            f"{folds} folds need {2 * folds} singers and 4 songs; there are {len(names)} and {len(songs)}: ask for "
            "fewer folds, at least 2, or bring more"
        )
    dealt = sorted(generator.permutation(names).tolist(), key=lambda name: kinds.get(name, ""))
    tested = {name: place % folds for place, name in enumerate(dealt)}
    fold_of = np.array([tested[name] for name in singer.tolist()])
    parted = []
    for fold in range(folds):
        if fold % 2 == 0:
            half = np.isin(song, generator.permutation(songs)[: len(songs) // 2])
        asked = half if fold % 2 == 0 else ~half
        parted.append(Fold(train=(fold_of != fold) & ~asked, test=(fold_of == fold) & asked))
    return parted
