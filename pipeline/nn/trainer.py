"""Training the siamese network by gradient descent on the contrastive loss (paper 2.1 and 3.4)."""

from dataclasses import asdict, dataclass, field

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from tqdm import tqdm

from pipeline.errors import BadInputError
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import autocast
from pipeline.nn.early_stopping import EarlyStopping
from pipeline.nn.embedding import embed_clips
from pipeline.nn.loss import PairStatistics, contrastive_loss, pair_statistics, squared_distance
from pipeline.nn.network import StyleNetwork
from pipeline.nn.pairs import Pairs, PairSampler

State = dict[str, Tensor]
VALIDATION_BATCH = 32


@dataclass(frozen=True)
class Settings:
    """How to train; `pipeline.params.Train` says what each means.

    Attributes
    ----------
    margin, learning_rate, l2, improvement : float
    pairs, steps_per_epoch, max_epochs, validate_every, patience : int
        `validate_every` and `patience` count epochs.
    """

    margin: float
    learning_rate: float
    l2: float
    pairs: int
    steps_per_epoch: int
    max_epochs: int
    validate_every: int
    patience: int
    improvement: float


@dataclass(frozen=True)
class Validation:
    """A fixed list of pairs over the clips of the validation part."""

    clips: ClipBank
    pairs: Pairs

    def measure(
        self, network: StyleNetwork, margin: float, device: torch.device, precision: torch.dtype
    ) -> PairStatistics:
        """Embed every clip once, then compare the pairs."""
        vectors = torch.from_numpy(
            embed_clips(network, self.clips, batch=VALIDATION_BATCH, device=device, precision=precision)
        )
        distance = squared_distance(vectors[self.pairs.first], vectors[self.pairs.second])
        return pair_statistics(distance, torch.from_numpy(self.pairs.same), margin)


@dataclass
class Trained:
    """What training leaves behind.

    Attributes
    ----------
    history : list of dict
        One row a step: step, loss, collapse, positive_distance, negative_distance, active_negatives, gradient_norm.
    validation : list of dict
        One row a validation: the same without the gradient norm.
    epochs : int
        Epochs run.
    weights : dict of str to Tensor
        Those of the lowest validation loss, on the processor.
    stopping : EarlyStopping
        Holds the lowest validation loss and its epoch.
    """

    stopping: EarlyStopping
    history: list[dict[str, float]] = field(default_factory=list)
    validation: list[dict[str, float]] = field(default_factory=list)
    epochs: int = 0
    weights: State = field(default_factory=dict)

    def history_table(self) -> pd.DataFrame:
        """Give the history as a table."""
        return pd.DataFrame(self.history)

    def validation_table(self) -> pd.DataFrame:
        """Give the validations as a table."""
        return pd.DataFrame(self.validation)


class Trainer:
    """Trains a network on pairs drawn afresh for every step.

    Parameters
    ----------
    network : StyleNetwork
        On `device`, its dropout seeded.
    clips : ClipBank
        The clips of the training part.
    sampler : PairSampler
        Over the same clips.
    validation : Validation
        Decides when to stop, and which weights to keep.
    settings : Settings
        How to train.
    generator : numpy.random.Generator
        Source of the pairs.
    device, precision
        Where and how to compute.
    """

    def __init__(
        self,
        network: StyleNetwork,
        clips: ClipBank,
        sampler: PairSampler,
        validation: Validation,
        settings: Settings,
        *,
        generator: np.random.Generator,
        device: torch.device,
        precision: torch.dtype,
    ) -> None:
        self.network, self.clips, self.sampler, self.validation = network, clips, sampler, validation
        self.settings, self.generator, self.device, self.precision = settings, generator, device, precision
        self.optimiser = adam(network, settings.learning_rate, settings.l2)
        self.trained = Trained(EarlyStopping(settings.patience, settings.improvement))
        self._same = torch.arange(settings.pairs, device=device) < settings.pairs // 2
        self._pending: list[Tensor] = []

    def run(self) -> Trained:
        """Train until patience or the epochs run out.

        Raises
        ------
        BadInputError
            The loss is no longer a number.
        """
        with tqdm(total=self.settings.max_epochs, desc="train", unit=" epochs", mininterval=1.0) as bar:
            while not self._finished():
                for _ in range(self.settings.steps_per_epoch):
                    self._pending.append(self.step(self.sampler.draw(self.settings.pairs, self.generator)))
                self.trained.epochs += 1
                bar.update()
                if self._due():
                    self._flush()
                    self._validate()
                    bar.set_postfix(self._postfix())
        return self.trained

    def step(self, pairs: Pairs) -> Tensor:
        """Take one step of gradient descent; return the squared distances, and last the gradient's norm."""
        self.network.train()
        clips = self.clips.gather(np.concatenate([pairs.first, pairs.second]))
        with autocast(self.device, self.precision):
            vectors = self.network(clips)
        distance = squared_distance(*vectors.float().chunk(2))
        self.optimiser.zero_grad(set_to_none=True)
        contrastive_loss(distance, self._same, self.settings.margin).backward()
        norm = torch.nn.utils.get_total_norm([p.grad for p in self.network.parameters() if p.grad is not None])
        self.optimiser.step()
        return torch.cat([distance.detach(), norm.reshape(1)])

    def _finished(self) -> bool:
        epoch = self.trained.epochs
        return epoch >= self.settings.max_epochs or self.trained.stopping.should_stop(epoch)

    def _due(self) -> bool:
        epoch = self.trained.epochs
        return epoch % self.settings.validate_every == 0 or epoch == self.settings.max_epochs

    def _flush(self) -> None:
        same = self._same.cpu()
        for row in torch.stack(self._pending).cpu():
            statistics = pair_statistics(row[:-1], same, self.settings.margin)
            step = len(self.trained.history) + 1
            if not np.isfinite(statistics.loss):
                raise BadInputError(
                    f"training diverged: the loss is {statistics.loss} at step {step}; lower train.learning_rate"
                )
            self.trained.history.append({"step": step, **asdict(statistics), "gradient_norm": float(row[-1])})
        self._pending.clear()

    def _validate(self) -> None:
        statistics = self.validation.measure(self.network, self.settings.margin, self.device, self.precision)
        self.trained.validation.append({"step": len(self.trained.history), **asdict(statistics)})
        if self.trained.stopping.update(self.trained.epochs, statistics.loss):
            self.trained.weights = _copy(self.network)

    def _postfix(self) -> dict[str, str]:
        recent = self.trained.history[-self.settings.validate_every :]
        return {
            "loss": f"{np.mean([row['loss'] for row in recent]):.4f}",
            "validation": f"{self.trained.validation[-1]['loss']:.4f}",
            "constant": f"{self.trained.validation[-1]['collapse']:.4f}",
        }


def adam(network: StyleNetwork, learning_rate: float, l2: float) -> torch.optim.Adam:
    """Make the paper's optimiser: Adam, with the penalty ``l2 x sum w^2`` on the weights.

    The penalty's gradient is ``2 l2 w``: Adam's (coupled) weight decay of twice `l2`, on kernels and the attention's
    w alone.
    """
    weights = network.weight_tensors()
    held = {id(weight) for weight in weights}
    others = [parameter for parameter in network.parameters() if id(parameter) not in held]
    return torch.optim.Adam(
        [{"params": weights, "weight_decay": 2 * l2}, {"params": others, "weight_decay": 0.0}],
        lr=learning_rate,
    )


def _copy(network: StyleNetwork) -> State:
    return {name: value.detach().to("cpu", copy=True).contiguous() for name, value in network.state_dict().items()}
