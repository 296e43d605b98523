"""What a training leaves behind: its history, its validations and the best weights."""

from dataclasses import dataclass, field

import pandas as pd
from torch import Tensor

from pipeline.nn.early_stopping import EarlyStopping

Row = dict[str, float]
"""Numbers of one step or of one validation, by name."""


@dataclass
class Trained:
    """What training leaves behind.

    Attributes
    ----------
    history : list of dict
        One row a step: step, loss, collapse, positive_distance, negative_distance, active_negatives, gradient_norm.
    validation : list of dict
        One row a validation: the same without the gradient norm; `PairStatistics` says what each is.
    epochs : int
        Epochs run.
    weights : dict of str to Tensor
        Those of the lowest validation loss, or of the last validation, on the processor.
    stopping : EarlyStopping
        Holds the lowest validation loss and its epoch.
    """

    stopping: EarlyStopping
    history: list[Row] = field(default_factory=list)
    validation: list[Row] = field(default_factory=list)
    epochs: int = 0
    weights: dict[str, Tensor] = field(default_factory=dict)

    def history_table(self) -> pd.DataFrame:
        """Give the history as a table."""
        return pd.DataFrame(self.history)

    def validation_table(self) -> pd.DataFrame:
        """Give the validations as a table."""
        return pd.DataFrame(self.validation)
