"""The result of a training, and early stopping (paper 3.4, and the code of its reference [2])."""

import math
from dataclasses import dataclass, field

import pandas as pd
from torch import Tensor

from pipeline.nn.objectives.loss import Row


@dataclass
class EarlyStopping:
    """Stops a training when the validation loss has made no progress for `patience` epochs.

    Progress is a loss below `improvement` times the best so far (99.5 % in the paper). The best weights are those of
    the lowest loss, even if the improvement is too small to count as progress.

    Parameters
    ----------
    patience : int
        Epochs.
    improvement : float
        Factor, 0 to 1.
    """

    patience: int
    improvement: float
    best: float = field(default=math.inf, init=False)
    best_epoch: int = field(default=0, init=False)
    progress_epoch: int = field(default=0, init=False)

    def update(self, epoch: int, loss: float) -> bool:
        """Record a validation loss, and return whether it is the lowest so far."""
        if loss < self.improvement * self.best:
            self.progress_epoch = epoch
        if loss >= self.best:
            return False
        self.best, self.best_epoch = loss, epoch
        return True

    def should_stop(self, epoch: int) -> bool:
        """Return whether patience has run out."""
        return epoch - self.progress_epoch >= self.patience


@dataclass
class Trained:
    """The result of a training, so far or at its end.

    Attributes
    ----------
    history : list of dict
        One row per step: step, loss, constant_loss, positive_distance, negative_distance, near_negatives,
        gradient_norm.
    validation : list of dict
        One row per validation: the same without the gradient norm, and the equal error rate of the pairs;
        `PairStatistics` documents the others.
    epochs : int
        Number of epochs run.
    weights : dict of str to Tensor
        The weights of the lowest validation loss, or of the last validation, on the processor.
    stopping : EarlyStopping
        Holds the lowest validation loss and its epoch.
    """

    stopping: EarlyStopping
    history: list[Row] = field(default_factory=list)
    validation: list[Row] = field(default_factory=list)
    epochs: int = 0
    weights: dict[str, Tensor] = field(default_factory=dict)

    def history_table(self) -> pd.DataFrame:
        """Return the history as a table."""
        return pd.DataFrame(self.history)

    def validation_table(self) -> pd.DataFrame:
        """Return the validations as a table."""
        return pd.DataFrame(self.validation)
