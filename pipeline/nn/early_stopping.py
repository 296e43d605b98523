"""When to stop, and which weights to keep (paper 3.4, and the code of its reference [2])."""

import math
from dataclasses import dataclass, field


@dataclass
class EarlyStopping:
    """Stops when the validation loss has made no progress for `patience` epochs.

    Progress is a loss below `improvement` times the best so far (99.5 % in the paper). The best weights are those of
    the lowest loss, even where it is too small a step to count as progress.

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
        """Take note of a validation loss; tell whether it is the lowest so far."""
        if loss < self.improvement * self.best:
            self.progress_epoch = epoch
        if loss >= self.best:
            return False
        self.best, self.best_epoch = loss, epoch
        return True

    def should_stop(self, epoch: int) -> bool:
        """Tell whether patience has run out."""
        return epoch - self.progress_epoch >= self.patience
