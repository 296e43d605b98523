"""What every corpus hands over."""

from dataclasses import dataclass, field

import pandas as pd

from pipeline.runtime.recordings import LeftOut


@dataclass(frozen=True)
class Loaded:
    """A corpus whose audio is in place.

    Attributes
    ----------
    manifest : DataFrame
        One row a recording; see `pipeline.corpora.schema`.
    left_out : list of LeftOut
        Recordings that could not be used, and why.
    report : str
        What else there is to tell, such as how the corpus was split; may have several lines.
    """

    manifest: pd.DataFrame
    left_out: list[LeftOut] = field(default_factory=list)
    report: str = ""
