"""Training the siamese network by gradient descent on the contrastive loss (paper 2.1 and 3.4)."""

import time
from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass, fields
from typing import Any

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from pipeline.errors import BadInputError
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import autocast
from pipeline.nn.early_stopping import EarlyStopping
from pipeline.nn.embedder import Embedder
from pipeline.nn.embedding import embed_clips
from pipeline.nn.health import diagnose
from pipeline.nn.loss import PairStatistics, contrastive_loss, pair_statistics, squared_distance
from pipeline.nn.pairs import Pairs, PairSampler
from pipeline.nn.processes import Processes
from pipeline.nn.trained import Trained

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

    def measure(self, network: Embedder, margin: float, device: torch.device, precision: torch.dtype) -> PairStatistics:
        """Embed every clip once, then compare the pairs."""
        vectors = torch.from_numpy(
            embed_clips(network, self.clips, batch=VALIDATION_BATCH, device=device, precision=precision)
        )
        distance = squared_distance(vectors[self.pairs.first], vectors[self.pairs.second])
        return pair_statistics(distance, torch.from_numpy(self.pairs.same), margin)


class Trainer:
    """Trains a network on pairs drawn afresh for every step.

    Parameters
    ----------
    network : Embedder
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
    processes : Processes, optional
        Those that share every batch; by default this one alone.

    Attributes
    ----------
    trained : Trained
        What came of it so far.
    waited : float
        Seconds in which a step waited for its clips.
    """

    def __init__(
        self,
        network: Embedder,
        clips: ClipBank,
        sampler: PairSampler,
        validation: Validation,
        settings: Settings,
        *,
        generator: np.random.Generator,
        device: torch.device,
        precision: torch.dtype,
        processes: Processes | None = None,
    ) -> None:
        self.network, self.clips, self.sampler, self.validation = network, clips, sampler, validation
        self.settings, self.generator, self.device, self.precision = settings, generator, device, precision
        self.optimiser = adam(network, settings.learning_rate, settings.l2)
        self.trained = Trained(EarlyStopping(settings.patience, settings.improvement))
        self.processes = processes or Processes(0, 1, device)
        self.processes.check(settings.pairs)
        self._shared = self.processes.wrap(network)
        self._same = torch.arange(settings.pairs) < settings.pairs // 2
        self._pending: list[Tensor] = []
        self.waited = 0.0

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return len(self.trained.history) + len(self._pending)

    def run(self, after_step: Callable[["Trainer"], None] | None = None) -> Trained:
        """Train until patience or the epochs run out.

        Parameters
        ----------
        after_step : callable, optional
            Called between two steps, where the state is whole; may raise to end the training.

        Raises
        ------
        BadInputError
            Loss or gradient is no longer a number, or a batch lacks one kind of pairs.
        """
        bar: tqdm[Any] = tqdm(
            total=self.settings.max_epochs,
            initial=self.trained.epochs,
            desc="train",
            unit=" epochs",
            mininterval=1.0,
            disable=not self.processes.first,
        )
        with bar:
            while not self._finished():
                self._pending.append(self.step(self.sampler.draw(self.settings.pairs, self.generator)))
                if self.steps % self.settings.steps_per_epoch == 0:
                    self._end_epoch(bar)
                if after_step:
                    after_step(self)
        self.take_down()
        return self.trained

    def step(self, pairs: Pairs) -> Tensor:
        """Take one step of gradient descent; return the squared distances, and last the gradient's norm."""
        if not np.array_equal(pairs.same, np.arange(self.settings.pairs) < self.settings.pairs // 2):
            raise BadInputError(f"a batch must hold {self.settings.pairs // 2} pairs of each kind, same-singer first")
        mine = self.processes.share(pairs)
        self.network.train()
        asked = time.monotonic()
        clips = self.clips.gather(np.concatenate([mine.first, mine.second]))
        self.waited += time.monotonic() - asked
        with autocast(self.device, self.precision):
            vectors = self._shared(clips)
        distance = squared_distance(*vectors.float().chunk(2))
        self.optimiser.zero_grad(set_to_none=True)
        same = torch.from_numpy(mine.same).to(self.device)
        contrastive_loss(distance, same, self.settings.margin).backward()
        norm = torch.nn.utils.get_total_norm([p.grad for p in self.network.parameters() if p.grad is not None])
        self.optimiser.step()
        return torch.cat([self.processes.gather(distance.detach()), norm.reshape(1)])

    def _finished(self) -> bool:
        epoch = self.trained.epochs
        return epoch >= self.settings.max_epochs or self.trained.stopping.should_stop(epoch)

    def _due(self) -> bool:
        epoch = self.trained.epochs
        return epoch % self.settings.validate_every == 0 or epoch == self.settings.max_epochs

    def _end_epoch(self, bar: "tqdm[Any]") -> None:
        self.trained.epochs += 1
        bar.update()
        if self._due():
            self.take_down()
            self._validate()
            bar.set_postfix(self._postfix())

    def take_down(self) -> None:
        """Move what the steps measured from the device into the history.

        Raises
        ------
        BadInputError
            Loss or gradient is no longer a number.
        """
        for row in torch.stack(self._pending).cpu() if self._pending else ():
            statistics = pair_statistics(row[:-1], self._same, self.settings.margin)
            step = len(self.trained.history) + 1
            norm = float(row[-1])
            _stop_unless_finite("loss", statistics.loss, step)
            _stop_unless_finite("gradient's norm", norm, step)
            self.trained.history.append({"step": step, **asdict(statistics), "gradient_norm": norm})
        self._pending.clear()

    def _validate(self) -> None:
        statistics = self._measure()
        _stop_unless_finite("validation loss", statistics.loss, self.steps)
        before = diagnose(self.trained.validation, self.settings.margin)
        self.trained.validation.append({"step": self.steps, **asdict(statistics)})
        if self.trained.stopping.update(self.trained.epochs, statistics.loss):
            self.trained.weights = _copy(self.network)
        finding = diagnose(self.trained.validation, self.settings.margin)
        if self.processes.first and finding and (before is None or before.name != finding.name):
            tqdm.write(f"step {self.steps}: {finding.line}")

    def _measure(self) -> PairStatistics:
        """Validate in the first process, for all."""
        numbers = [0.0] * len(fields(PairStatistics))
        if self.processes.first:
            found = self.validation.measure(self.network, self.settings.margin, self.device, self.precision)
            numbers = list(astuple(found))
        return PairStatistics(*self.processes.tell(numbers))

    def _postfix(self) -> dict[str, str]:
        recent = self.trained.history[-self.settings.validate_every :]
        return {
            "loss": f"{np.mean([row['loss'] for row in recent]):.4f}",
            "validation": f"{self.trained.validation[-1]['loss']:.4f}",
            "constant": f"{self.trained.validation[-1]['collapse']:.4f}",
        }


def adam(network: Embedder, learning_rate: float, l2: float) -> torch.optim.Adam:
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
        fused=True,  # one pass over all that an optimiser holds: for 203 million parameters, a third of a step
    )


def _stop_unless_finite(name: str, value: float, step: int) -> None:
    if not np.isfinite(value):
        raise BadInputError(f"training diverged: the {name} is {value} at step {step}; lower train.learning_rate")


def _copy(network: Embedder) -> dict[str, Tensor]:
    return {name: value.detach().to("cpu", copy=True).contiguous() for name, value in network.state_dict().items()}
