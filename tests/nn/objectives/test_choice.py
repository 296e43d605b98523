from dataclasses import replace

import numpy as np
import pytest
import torch

from pipeline.errors import BadInputError
from pipeline.nn.objectives.choice import ClipLabels, choose_objective, validation_sampler
from pipeline.nn.objectives.contrastive import Contrastive
from pipeline.nn.objectives.margin_softmax import MarginSoftmax
from pipeline.nn.objectives.prototypical import Prototypical
from pipeline.nn.objectives.settings import Loss
from pipeline.nn.objectives.supervised_contrastive import SupervisedContrastive
from pipeline.nn.processes import Processes
from tests.nn.conftest import OPTIONS

CPU = torch.device("cpu")
CLIPS = ClipLabels(np.array(list("aaaabbbb")), np.array(list("xxyyxxyy")), np.full(8, ""))
ONE_SONG = replace(CLIPS, song=CLIPS.singer)
KINDS: dict[Loss, type] = {
    "contrastive": Contrastive,
    "supervised_contrastive": SupervisedContrastive,
    "prototypical": Prototypical,
    "margin_softmax": MarginSoftmax,
}


@pytest.mark.parametrize("loss", KINDS)
def test_the_name_chooses(loss: Loss) -> None:
    chosen = choose_objective(replace(OPTIONS, loss=loss), CLIPS, 4, np.random.SeedSequence(0), Processes(0, 1, CPU))
    assert type(chosen) is KINDS[loss]
    measured = ("contrastive loss", 0.25) if loss == "contrastive" else ("equal error rate", 0.5)
    assert (chosen.validation_measure, chosen.constant_loss) == measured


@pytest.mark.parametrize("loss", list(KINDS)[1:])
def test_what_compares_all_clips_of_a_batch_needs_one_process(loss: Loss) -> None:
    with pytest.raises(
        BadInputError, match=f"params.yaml: train.loss: {loss} compares all clips of a batch, but each of 2 proc"
    ):
        choose_objective(replace(OPTIONS, loss=loss), CLIPS, 4, np.random.SeedSequence(0), Processes(0, 2, CPU))


@pytest.mark.parametrize("loss", ["contrastive", "supervised_contrastive", "prototypical"])
def test_one_song_a_singer_at_cross_song_1_is_refused(loss: Loss) -> None:
    options = replace(OPTIONS, loss=loss, cross_song=1.0)
    with pytest.raises(BadInputError, match="train.cross_song"):
        choose_objective(options, ONE_SONG, 4, np.random.SeedSequence(0), Processes(0, 1, CPU))


def test_a_loss_without_an_objective_is_no_other_loss() -> None:
    options = replace(OPTIONS, loss="triplet")  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match="triplet"):
        choose_objective(options, CLIPS, 4, np.random.SeedSequence(0), Processes(0, 1, CPU))
    with pytest.raises(AssertionError, match="triplet"):
        validation_sampler(options, CLIPS)


def test_a_seed_gives_the_classes_their_first_weights() -> None:
    def weights(seed: int) -> torch.Tensor:
        options = replace(OPTIONS, loss="margin_softmax")
        made = choose_objective(options, CLIPS, 4, np.random.SeedSequence(seed), Processes(0, 1, CPU))
        return next(made.head.parameters())

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


@pytest.mark.parametrize(("loss", "share"), [("contrastive", 0.5), ("prototypical", 1.0)])
def test_validation_of_a_group_loss_has_no_pair_of_one_singer_and_one_song(loss: Loss, share: float) -> None:
    """Where cross_song is above 0; the contrastive loss is validated by pairs like the training's."""
    sampler = validation_sampler(replace(OPTIONS, loss=loss, cross_song=0.5), CLIPS)
    pairs = sampler.draw(2000, np.random.default_rng(0))
    differ = (CLIPS.song[pairs.first] != CLIPS.song[pairs.second])[pairs.same].mean()
    assert differ == pytest.approx(share + (1 - share) * 2 / 3, abs=0.04)
