import numpy as np
import pandas as pd

from pipeline.page.results import MOST_STEPS, columns


def test_short_tables_stay_whole_and_what_is_not_finite_is_none() -> None:
    table = pd.DataFrame({"step": [1, 2, 3], "loss": [0.123456789, np.nan, np.inf]})
    assert columns(table) == {"step": [1, 2, 3], "loss": [0.12346, None, None]}
    assert columns(table.iloc[:0]) == {"step": [], "loss": []}


def test_long_tables_are_thinned_evenly() -> None:
    steps = columns(pd.DataFrame({"step": range(3 * MOST_STEPS - 1)}))["step"]
    assert steps == list(range(0, 3 * MOST_STEPS - 1, 3))
