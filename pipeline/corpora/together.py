"""Names of singers and songs where several corpora are taken together: ``<corpus>::<name>``."""

import numpy as np
from numpy.typing import NDArray

SEPARATOR = "::"


def corpus_of(names: NDArray[np.str_]) -> NDArray[np.str_]:
    """Give the corpus that each name is of: the part before ``::``, empty where there is none."""
    return np.array([name.partition(SEPARATOR)[0] if SEPARATOR in name else "" for name in names], np.str_)
