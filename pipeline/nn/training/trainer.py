"""Training of the siamese network by gradient descent on an objective: the contrastive loss or another (paper 3.4)."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, astuple, dataclass, fields
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from pipeline.errors import BadInputError
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import autocast
from pipeline.nn.networks.embedder import Embedder
from pipeline.nn.objectives.loss import PairStatistics
from pipeline.nn.objectives.objective import Batch, Objective
from pipeline.nn.processes import Processes
from pipeline.nn.training.averaging import WeightAverage
from pipeline.nn.training.health import Diagnosis, diagnose
from pipeline.nn.training.optimiser import adam, one_cycle
from pipeline.nn.training.trained import EarlyStopping, Trained
from pipeline.nn.training.validation import ValidationPairs

# Changes clips (n, 1, frames, bins), given which of them share a voice (n,); draws from the generator alone.
Augment = Callable[[Tensor, NDArray[np.int64], np.random.Generator], Tensor]

# What helps where steps led to numbers too large.
LOWER = "lower train.learning_rate"


@dataclass(frozen=True)
class TrainingSettings:
    """How to train; `pipeline.sections.learning.Train` documents each field.

    Attributes
    ----------
    learning_rate, l2, improvement : float
    steps_per_epoch, max_epochs, validate_every, patience : int
        `validate_every` and `patience` count epochs.
    schedule : {"constant", "one_cycle"}
        Schedule of the learning rate.
    keep : {"best", "last"}
        Which weights to keep.
    average : float
        Decay of the average of the weights that is validated and kept; 0 keeps the weights themselves.
    """

    learning_rate: float
    l2: float
    steps_per_epoch: int
    max_epochs: int
    validate_every: int
    patience: int
    improvement: float
    schedule: Literal["constant", "one_cycle"] = "constant"
    keep: Literal["best", "last"] = "best"
    average: float = 0.0


class Trainer:
    """Trains a network on clips drawn afresh for every step.

    Parameters
    ----------
    network : Embedder
        On `device`, its dropout seeded.
    bank : ClipBank
        The clips of the training part.
    objective : Objective
        Draws from the same clips, and computes the loss.
    validation : ValidationPairs
        Decides when to stop, and which weights to keep.
    settings : TrainingSettings
        How to train.
    generator : numpy.random.Generator
        Source of the clips of every step.
    device, precision
        Where and how to compute.
    processes : Processes, optional
        Those that share every batch; by default this one alone.
    augmentation : callable, optional
        Changes the clips of every step; draws from a generator of its own, spawned from `generator`.

    Attributes
    ----------
    average : WeightAverage or None
        What is validated and kept in place of the weights, where one is asked for.
    trained : Trained
        The result so far.
    waited : float
        Seconds that steps have waited for their clips.
    """

    def __init__(
        self,
        network: Embedder,
        bank: ClipBank,
        objective: Objective,
        validation: ValidationPairs,
        settings: TrainingSettings,
        *,
        generator: np.random.Generator,
        device: torch.device,
        precision: torch.dtype,
        processes: Processes | None = None,
        augmentation: Augment | None = None,
    ) -> None:
        self.network, self.bank, self.objective, self.validation = network, bank, objective, validation
        self.settings, self.generator, self.device, self.precision = settings, generator, device, precision
        self.augmentation, self.augmentation_generator = augmentation, generator.spawn(1)[0]
        self.optimiser = adam(network, settings.learning_rate, settings.l2, objective.head)
        self.average = WeightAverage(network, settings.average) if settings.average else None
        self.trained = Trained(EarlyStopping(settings.patience, settings.improvement))
        self.processes = processes or Processes(0, 1, device)
        self._shared = self.processes.wrap(network)
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
            Called between two steps, where the state is complete; may raise to end the training.

        Raises
        ------
        BadInputError
            Loss or gradient is no longer a number, or a batch has nothing to compare.
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
                self._pending.append(self.step(self.objective.draw(self.generator)))
                if self.steps % self.settings.steps_per_epoch == 0:
                    self._end_epoch(bar)
                if after_step:
                    after_step(self)
        self.collect_history()
        return self.trained

    def step(self, batch: Batch) -> Tensor:
        """Run one step of gradient descent; return the objective's measurements, followed by the gradient's norm."""
        self.network.train()
        clips = self._gather(batch)
        with autocast(self.device, self.precision):
            vectors = self._shared(clips)
        loss, measured = self.objective.loss(vectors.float(), batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        trained = (*self.network.parameters(), *self.objective.head.parameters())
        norm = torch.nn.utils.get_total_norm([p.grad for p in trained if p.grad is not None])
        self._set_learning_rate()
        self.optimiser.step()
        if self.average:
            self.average.update(self.steps + 1)
        return torch.cat([measured, norm.reshape(1)])

    def _gather(self, batch: Batch) -> Tensor:
        started = time.monotonic()
        spectrograms = self.bank.gather(batch.clip_numbers)
        self.waited += time.monotonic() - started
        if not self.augmentation:
            return spectrograms
        return self.augmentation(spectrograms, batch.voices, self.augmentation_generator)

    def _set_learning_rate(self) -> None:
        if self.settings.schedule == "one_cycle":
            share = one_cycle(self.steps, self.settings.max_epochs * self.settings.steps_per_epoch)
            for group in self.optimiser.param_groups:
                group["lr"] = share * self.settings.learning_rate

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
            self.collect_history()
            self._validate()
            bar.set_postfix(self._postfix())

    def collect_history(self) -> None:
        """Move the measurements of the latest steps from the device into the history.

        Raises
        ------
        BadInputError
            Loss or gradient is no longer a number.
        """
        for row in torch.stack(self._pending).cpu() if self._pending else ():
            step = len(self.trained.history) + 1
            named = {"step": step, **self.objective.row(row[:-1]), "gradient_norm": float(row[-1])}
            remedy = LOWER if step > 1 else _remedy_at_the_start(self.precision)
            _stop_unless_finite("loss", named["loss"], step, remedy)
            _stop_unless_finite("gradient's norm", named["gradient_norm"], step, remedy)
            self.trained.history.append(named)
        self._pending.clear()

    def _validate(self) -> None:
        """Judge the weights, or their average, and keep them where they are the best so far."""
        with self.average.in_place() if self.average else nullcontext():
            self._judge()

    def _judge(self) -> None:
        statistics, error = self._measure()
        _stop_unless_finite("validation loss", statistics.loss, self.steps)
        before = self.diagnose()
        self.trained.validation.append({"step": self.steps, **asdict(statistics), "equal_error_rate": error})
        better = self.trained.stopping.update(self.trained.epochs, statistics.loss)
        if better or self.settings.keep == "last":
            self.trained.weights = _copy(self.network)
        diagnosis = self.diagnose()
        if self.processes.first and diagnosis and (before is None or before.name != diagnosis.name):
            tqdm.write(f"step {self.steps}: {diagnosis.line}")

    def diagnose(self) -> Diagnosis | None:
        """Diagnose the training by the validations so far."""
        return diagnose(self.trained.validation, *self.objective.width)

    def _measure(self) -> tuple[PairStatistics, float]:
        """Validate in the first process, and share the result with the others."""
        numbers = [0.0] * (len(fields(PairStatistics)) + 1)
        if self.processes.first:
            found, error = self.validation.measure(self.network, self.objective, self.device, self.precision)
            numbers = [*astuple(found), error]
        *statistics, error = self.processes.broadcast(numbers)
        return PairStatistics(*statistics), error

    def _postfix(self) -> dict[str, str]:
        recent, validation = self.trained.history[-self.settings.validate_every :], self.trained.validation[-1]
        return {
            "loss": f"{np.mean([row['loss'] for row in recent]):.4f}",
            f"validation {self.objective.validation_measure}": f"{validation['loss']:.4f}",
            "constant_loss": f"{validation['constant_loss']:.4f}",
        }


def _stop_unless_finite(name: str, value: float, step: int, remedy: str = LOWER) -> None:
    if not np.isfinite(value):
        raise BadInputError(f"training diverged: the {name} is {value} at step {step}; {remedy}")


def _remedy_at_the_start(precision: torch.dtype) -> str:
    """Return what can help where the first step, whose weights are those that were drawn, gives no number."""
    exact = "" if precision == torch.float32 else "set train.precision to float32, "
    return (
        f"nothing was learned before it, so no learning rate helps: {exact}make the clips anew (`dvc repro --force "
        "shards`), or return train.margin, train.temperature and the section augmentation to their defaults"
    )


def _copy(network: Embedder) -> dict[str, Tensor]:
    return {name: value.detach().to("cpu", copy=True).contiguous() for name, value in network.state_dict().items()}
