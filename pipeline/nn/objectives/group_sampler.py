"""Drawing groups of clips: a number of singers times a number of clips of each, evenly over the corpora."""

import numpy as np

from pipeline.errors import BadInputError
from pipeline.nn.objectives.objective import Batch, LabelCodes, PairDiscounts
from pipeline.nn.pairs import Indices, rows_by_code


class GroupSampler:
    """Draws singers, then clips of each, from different songs as far as possible; no clip twice in a batch.

    Every corpus contributes the same number of singers, whatever its size; where the number does not divide, randomly
    drawn corpora contribute one more. A corpus with fewer singers than its share contributes all of them, and the
    others do not fill its places, since a large corpus would drown it. A singer with too few clips contributes all of
    them. So a batch may be smaller.

    Parameters
    ----------
    labels : LabelCodes
        Of the clips of the training part.
    discounts : PairDiscounts
        At 1, `cross_song` allows only clips of different songs to be pulled together, `same_song` requires singers who
        share a song, and `within_corpus` two singers in each corpus.
    singers, clips : int
        Singers per batch, and clips of each.
    partner : bool
        Draw only singers with two clips that may be pulled together; the others are left out.

    Raises
    ------
    BadInputError
        A corpus lacks the singers that this requires.
    """

    def __init__(
        self, labels: LabelCodes, discounts: PairDiscounts, *, singers: int, clips: int, partner: bool
    ) -> None:
        self._labels, self._discounts, self._singers, self._clips = labels, discounts, singers, clips
        self._songs = [_by(labels.song, clips) for clips in rows_by_code(labels.singer, len(labels.singers))]
        self._without_pair = np.array([partner and not self._has_partner(songs) for songs in self._songs], bool)
        corpora = [np.unique(labels.singer[labels.corpus == code]) for code in range(len(labels.corpora))]
        self._corpora = [singers[~self._without_pair[singers]] for singers in corpora]
        self._check()

    def singers_without_pair(self) -> list[str]:
        """List the singers without two clips that may be pulled together."""
        return [str(name) for name in self._labels.singers[self._without_pair]]

    def draw(self, generator: np.random.Generator) -> Batch:
        """Draw a batch; the clips of a singer share a voice."""
        share, over = divmod(self._singers, len(self._corpora))
        more = generator.permutation(len(self._corpora)) < over
        clips = [
            self._clips_of(int(singer), generator)
            for one_more, singers in zip(more, self._corpora, strict=True)
            for singer in generator.choice(singers, min(share + int(one_more), len(singers)), replace=False)
        ]
        voices = np.repeat(np.arange(len(clips)), [len(one) for one in clips])
        return Batch(np.concatenate(clips), voices)

    def _clips_of(self, singer: int, generator: np.random.Generator) -> Indices:
        songs = self._songs[singer]
        order = generator.permutation(len(songs))
        places = _deal(self._clips, [len(songs[song]) for song in order])
        drawn = [generator.choice(songs[song], n, replace=False) for song, n in zip(order, places, strict=True) if n]
        return np.concatenate(drawn)

    def _has_partner(self, songs: list[Indices]) -> bool:
        return len(songs) > 1 or (self._discounts.cross_song < 1 and len(songs[0]) > 1)

    def _check(self) -> None:
        names = [f"corpus {name}: " if name else "" for name in self._labels.corpora]
        if len(self._labels.singers) < 2:
            raise BadInputError(f"training needs two singers; the clips have {len(self._labels.singers)}")
        if self._singers < 2 * len(names):
            raise BadInputError(
                f"params.yaml: train.singers: {self._singers} is fewer than two for each of {len(names)} corpora"
            )
        for name, singers in zip(names, self._corpora, strict=True):
            if not len(singers):
                songs = self._discounts.cross_song == 1
                wanted = "clips of two songs, as train.cross_song 1 requires" if songs else "two clips"
                raise BadInputError(f"{name}there must be a singer with {wanted}; there is none")
            if self._discounts.within_corpus == 1 and len(singers) < 2:
                raise BadInputError(f"{name}train.within_corpus 1 needs two usable singers; there is one")
        if sum(map(len, self._corpora)) < 2:
            raise BadInputError("training needs two singers with two clips, or songs (train.cross_song); there is one")
        if self._discounts.same_song == 1 and not _share_a_song(self._labels):
            raise BadInputError("train.same_song 1 needs a song sung by two singers; there is none")


def _by(kind: Indices, clips: Indices) -> list[Indices]:
    """Group clips by their code."""
    return [clips[kind[clips] == code] for code in np.unique(kind[clips])]


def _deal(places: int, sizes: list[int]) -> list[int]:
    """Deal places in rounds, one to each that has room left; return how many each got."""
    dealt = [0] * len(sizes)
    for level in range(max(sizes)):
        for number, size in enumerate(sizes):
            if size > level and sum(dealt) < places:
                dealt[number] += 1
    return dealt


def _share_a_song(labels: LabelCodes) -> bool:
    sung = np.unique(np.stack([labels.song, labels.singer]), axis=1)
    return bool(np.any(np.bincount(sung[0]) > 1))
