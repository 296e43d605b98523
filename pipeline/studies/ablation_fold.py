"""One fold of `make ablation`: trained on some singers and songs, tested on unseen ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.analysis.collection import Collection, Names
from pipeline.errors import BadInputError
from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.embedding import embed_clips
from pipeline.nn.processes import Processes
from pipeline.nn.training.plan import Plan, kept_weights, make_trainer
from pipeline.nn.untrained import estimate_statistics
from pipeline.sections.learning import Network
from pipeline.storage.shard import ClipSet, join_clips, read_shards

FOLDS_SEED, STATISTICS_SEED = 41, 43
BATCH = 64


@dataclass(frozen=True, eq=False)
class Fold:
    """One division of clips or performances into training and test.

    Attributes
    ----------
    train, test : ndarray of bool, shape (n,)
        They share neither singers nor songs; what shares only one of these with the test part is in neither.
    """

    train: NDArray[np.bool_]
    test: NDArray[np.bool_]


def singer_folds(
    singer: Names, song: Names, folds: int, kinds: Mapping[str, str], generator: np.random.Generator
) -> list[Fold]:
    """Divide singers into folds, each tested once on half of the songs, with training on the other half.

    Singers of each kind, such as men and women, are assigned in turn, so that kinds are spread evenly over the folds.
    One fold tests a random half of the songs, the next fold the other half; then new halves are drawn.

    Parameters
    ----------
    singer, song : ndarray of str, shape (n,)
        Of each clip or performance.
    folds : int
        At least 2.
    kinds : mapping of str to str
        Kind of each singer; those without one form a kind of their own.
    generator : numpy.random.Generator
        Draws the order of the singers, and the halves.

    Raises
    ------
    BadInputError
        There are fewer than two singers for the test of every fold, or fewer than two songs for training and for test.
    """
    names, songs = np.unique(singer), np.unique(song)
    if len(names) < 2 * folds or folds < 2 or len(songs) < 4:
        raise BadInputError(
            f"{folds} folds need {2 * folds} singers and 4 songs; there are {len(names)} and {len(songs)}: ask for "
            "fewer folds, at least 2, or add recordings"
        )
    dealt = sorted(generator.permutation(names).tolist(), key=lambda name: kinds.get(name, ""))
    tested = {name: place % folds for place, name in enumerate(dealt)}
    fold_of = np.array([tested[name] for name in singer.tolist()])
    parted = []
    for fold in range(folds):
        if fold % 2 == 0:
            half = np.isin(song, generator.permutation(songs)[: len(songs) // 2])
        asked = half if fold % 2 == 0 else ~half
        parted.append(Fold(train=(fold_of != fold) & ~asked, test=(fold_of == fold) & asked))
    return parted


def leave_out(clips: ClipSet | Collection, folds: int, kinds: Mapping[str, str], seed: int) -> list[Fold]:
    """Draw the folds of a seed; see `singer_folds`."""
    return singer_folds(clips.singer, clips.song, folds, kinds, np.random.default_rng([seed, FOLDS_SEED]))


def train_fold(
    choir: Path,
    alike: Path,
    real: Path,
    target: Path,
    plan: Plan,
    network: Network,
    corpora: tuple[str, ...],
    fold: int,
    folds: int,
    kinds: dict[str, str],
    versions: tuple[str, str],
) -> None:
    """Train on a fold's training singers and songs, or not at all, and embed its test performances.

    Untrained, the network takes its batch statistics from the real corpus's training clips.

    Parameters
    ----------
    choir, alike, real : Path
        The shards of the choir, of the choir whose voices are alike, and of the real corpus.
    target : Path
        Receives the test performances, as `Collection.save` writes them.
    plan : Plan
    network : Network
    corpora : tuple of str
        The training corpora, some of these three; with none, the network stays untrained.
    fold, folds : int
        Number of the fold, from 0, and of all folds.
    kinds : dict of str to str
        Sex of the real corpus's singers.
    versions : tuple of str
        Versions of everything else that the result depends on.
    """
    everyone = read_shards(real.parent, "real")
    part = leave_out(everyone, folds, kinds, plan.seed)[fold]
    left_in, test = everyone[part.train], everyone[part.test]
    parts = [left_in if name == "real" else read_shards(choir.parent, name) for name in corpora or ("real",)]
    alone = Processes(0, 1, torch.device("cpu"))
    heard_in_training = join_clips(parts)
    frame_rate = plan.rate / plan.spectrogram.hop
    shape = network.shape(heard_in_training.clip_frames, heard_in_training.bins, frame_rate)
    trainer = make_trainer(plan, shape, heard_in_training, left_in, alone, torch.float32)
    if corpora:
        trainer.run()
        trainer.network.load_state_dict(kept_weights(trainer, heard_in_training, whiten=plan.whiten))
    else:
        generator = np.random.default_rng([plan.seed, STATISTICS_SEED])
        heard = ClipBank(left_in, alone.device)
        estimate_statistics(trainer.network, heard, generator, device=alone.device, precision=torch.float32)
    vectors = embed_clips(
        trainer.network, ClipBank(test, alone.device), batch=BATCH, device=alone.device, precision=torch.float32
    )
    Collection(vectors, test.recording, test.singer, test.song, test.start).performances().save(target)
