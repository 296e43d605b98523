"""What an evaluation takes: trials, vectors, the labels of their recordings, and the folders that names begin with."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import BadInputError
from singing_style.evaluation.asking import Asked, ask, labelled_anew
from singing_style.evaluation.evaluate import Evaluation, evaluate
from singing_style.evaluation.labels import Label, Labelled, labels_from_names, read_labels
from singing_style.evaluation.named_vectors import Distance, NamedVectors
from singing_style.evaluation.recordings import Embedding
from singing_style.evaluation.sources import is_of_recordings, read_all
from singing_style.evaluation.trial_list import TrialList
from singing_style.sounds import PassedOver


@dataclass(frozen=True, eq=False)
class Material:
    """What was gathered.

    Attributes
    ----------
    trials : TrialList or None
        None for all pairs.
    vectors : list of NamedVectors
        In the order in which their files and folders were named; then means of MFCCs, if wanted.
    labels : dict of str to Label or None
        None where those of the vectors are to be taken, if they have any.
    roots : list of path
        Folders that names may begin with on one side and not on the other.
    embedding : Embedding or None
        What became of the recordings, if there were any to embed.
    passed_over : PassedOver or None
        What the labelled folder holds besides sound.
    """

    trials: TrialList | None
    vectors: list[NamedVectors]
    labels: dict[str, Label] | None
    roots: list[Path]
    embedding: Embedding | None
    passed_over: PassedOver | None

    def evaluate(self, distance: Distance | None = None, *, skip_missing: bool = False) -> Evaluation:
        """Measure the vectors on the trials; see `singing_style.evaluation.evaluate.evaluate`."""
        return evaluate(
            self.vectors,
            self.trials,
            self.labels,
            roots=self.roots,
            distance=distance,
            skip_missing=skip_missing,
            without=self.embedding.unusable if self.embedding else (),
        )

    def ask(self, *, progress: bool = False) -> list[Asked]:
        """Ask who sings in the recordings, by each of the vectors that can be asked; by none on a list of trials."""
        asked = []
        for its in [] if self.trials else self.vectors:
            labels = self.labels or its.labels
            if its.index and (index := labelled_anew(its.index, labels)):
                asked.append(ask(index, its.source, progress=progress))
        return asked


def gather_material(
    what: Sequence[Path],
    listed: TrialList | None,
    labelled: Path | None = None,
    *,
    singer_from: str | None = None,
    protocol: str = "own",
    root: Path | None = None,
    model: Path | None = None,
    workers: int | None = None,
    join: bool = False,
    skip_missing: bool = False,
    means: bool = False,
    progress: bool = False,
) -> Material:
    """Read vectors and labels, and embed the recordings of a folder.

    Parameters
    ----------
    what : sequence of Path
        Files of vectors, and one folder or table of recordings at most.
    listed : TrialList or None
        The trials; without them the folder is also what is labelled.
    labelled : Path, optional
        Who sings what; see `read_labels`, also for `singer_from` and `protocol`.
    root : Path, optional
        A further folder that names may begin with.
    model, workers, join, skip_missing, means, progress
        See `singing_style.evaluation.sources.read_all`.

    Raises
    ------
    BadInputError
        What was named does not go together, or cannot be read.
    """
    places = [place for place in what if is_of_recordings(place)]
    if join and not places:
        raise BadInputError("--join: says how recordings are heard; name their folder instead of vectors")
    if len(places) > 1:
        raise BadInputError(f"{places[1]}: a second folder of recordings; embed one, and name the file of its vectors")
    collection = labelled or (places[0] if places and not listed else None)
    if protocol != "own" and not collection:
        raise BadInputError(f"--protocol {protocol}: says how a folder is laid out; name it with --labelled")
    known = read_labels(collection, singer_from, protocol) if collection else None
    roots = [one for one in (root, known and known.roster.folder, *places) if one]
    sets, embedding = read_all(
        what,
        listed,
        known,
        roots,
        model,
        workers,
        join=join,
        skip_missing=skip_missing,
        means=means,
        progress=progress,
    )
    labels = _choose_labels(sets, listed, known, embedding, singer_from)
    return Material(listed, sets, labels, roots, embedding, known.roster.passed_over if known else None)


def _choose_labels(
    sets: Sequence[NamedVectors],
    listed: TrialList | None,
    known: Labelled | None,
    embedding: Embedding | None,
    singer_from: str | None,
) -> dict[str, Label] | None:
    """Choose the labels of what was embedded; else those that were read, or those that the names hold."""
    if embedding and not listed:
        return dict(embedding.vectors.labels)
    if known:
        return known.labels
    if singer_from:
        return labels_from_names([*listed.first, *listed.second] if listed else sets[0].names, singer_from)
    return None
