from dataclasses import asdict, replace
from types import SimpleNamespace

import pytest
import torch

from pipeline.audio.settings import SpectrogramSettings
from pipeline.nn.augmentation.strengths import AugmentationStrengths
from pipeline.nn.processes import Processes
from pipeline.nn.training.plan import Plan, kept_weights, make_trainer, pick
from pipeline.nn.training.trainer import Trainer, TrainingSettings
from tests.nn.conftest import CPU, OPTIONS, SETTINGS, SHAPE, tone_clips

PLAN = Plan(
    feature="mel",
    seed=7,
    objective=OPTIONS,
    training=replace(SETTINGS, max_epochs=3),
    augmentation=AugmentationStrengths(),
    validation_pairs=64,
    whiten=False,
    rate=22050,
    spectrogram=SpectrogramSettings(length=2048, hop=512, bins=12, bins_per_octave=24, cqt_min_hz=65.4, floor_db=60.0),
)


LIGHT = {"kind": "statistics", "frames": 16, "bins": 12, "cepstra": 5, "dropout": 0.0, "normalise": True}


def follow(plan: Plan) -> Trainer:
    return make_trainer(plan, SHAPE, tone_clips(1), tone_clips(2), Processes(0, 1, CPU), torch.float32)


def test_a_part_picks_what_its_fields_name_and_nothing_else() -> None:
    parameters = SimpleNamespace(**asdict(SETTINGS), loss="contrastive")
    assert pick(TrainingSettings, parameters) == SETTINGS
    del parameters.patience
    with pytest.raises(AttributeError, match="patience"):
        pick(TrainingSettings, parameters)


def test_a_plan_decides_the_training_and_its_seed_does() -> None:
    one, same, other = (follow(plan).run().history for plan in (PLAN, PLAN, replace(PLAN, seed=8)))
    assert one == same
    assert one != other


def test_the_weights_that_are_kept_are_whitened_only_if_wanted() -> None:
    trainer = follow(PLAN)
    trainer.run()
    trained = {name: value.clone() for name, value in trainer.trained.weights.items()}
    plain = kept_weights(trainer, tone_clips(1), whiten=False)
    assert all(torch.equal(plain[name], value) for name, value in trained.items())
    whitened = kept_weights(trainer, tone_clips(1), whiten=True)
    assert whitened.keys() == trained.keys()
    changed = {name for name, value in trained.items() if not torch.equal(whitened[name], value)}
    assert changed == {"output.weight", "output.bias"}


@pytest.mark.parametrize("whiten", [False, True])
def test_plain_means_are_scaled_whether_or_not_the_rest_is_whitened(*, whiten: bool) -> None:
    shape = LIGHT | {"embedding": 6, "means": 2}
    plan = replace(PLAN, objective=replace(OPTIONS, loss="supervised_contrastive"))
    trainer = make_trainer(plan, shape, tone_clips(1), tone_clips(2), Processes(0, 1, CPU), torch.float32)
    trained = {name: value.clone() for name, value in trainer.run().weights.items()}
    assert not trained["means_gain"].any()
    kept = kept_weights(trainer, tone_clips(1), whiten=whiten)
    changed = {name for name, value in trained.items() if not torch.equal(kept[name], value)}
    assert changed == {"means_gain", "means_shift"} | ({"output.weight", "output.bias"} if whiten else set())
