"""One training of `make ablation`: on the singers and songs that a fold leaves in, tested on those it leaves out."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from pipeline.analysis.collection import Collection
from pipeline.analysis.singer_folds import Fold, singer_folds
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.embedding import embed_clips
from pipeline.nn.processes import Processes
from pipeline.storage.shard import ClipSet, join_clips, read_shards
from pipeline.training import Plan, make_trainer

FOLDS_SEED = 41
BATCH = 64


def leave_out(clips: ClipSet | Collection, folds: int, kinds: Mapping[str, str], seed: int) -> list[Fold]:
    """Draw the folds of a seed; see `singer_folds`."""
    return singer_folds(clips.singer, clips.song, folds, kinds, np.random.default_rng([seed, FOLDS_SEED]))


def train_fold(
    choir: Path,
    alike: Path,
    real: Path,
    target: Path,
    plan: Plan,
    corpora: tuple[str, ...],
    fold: int,
    folds: int,
    kinds: dict[str, str],
    versions: tuple[str, str],
) -> None:
    """Train on the singers and songs that a fold leaves in, or on nothing, and embed those that it leaves out.

    Parameters
    ----------
    choir, alike, real : Path
        The shards of the choir, of one whose voices are alike, and of the real corpus.
    target : Path
        Gets the test performances, as `Collection.save` writes them.
    plan : Plan
    corpora : tuple of str
        What to train on, of these three; with none, the network stays as it was drawn.
    fold, folds : int
        Which one, counted from 0, and of how many.
    kinds : dict of str to str
        Men and women of the real corpus.
    versions : tuple of str
        Of what else the result depends on.
    """
    everyone = read_shards(real.parent, "real")
    part = leave_out(everyone, folds, kinds, plan.seed)[fold]
    left_in, test = everyone[part.train], everyone[part.test]
    parts = [left_in if name == "real" else read_shards(choir.parent, name) for name in corpora or ("real",)]
    alone = Processes(0, 1, torch.device("cpu"))
    trainer = make_trainer(plan, join_clips(parts), left_in, alone, torch.float32)
    if corpora:
        trainer.network.load_state_dict(trainer.run().weights)
    vectors = embed_clips(
        trainer.network, ClipBank(test, alone.device), batch=BATCH, device=alone.device, precision=torch.float32
    )
    Collection(vectors, test.recording, test.singer, test.song, test.start).performances().save(target)
