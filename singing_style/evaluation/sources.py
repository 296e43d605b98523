"""What is to be evaluated: files of vectors, and a folder or table of recordings to embed."""

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import BadInputError
from singing_style.evaluation.labels import Labelled
from singing_style.evaluation.named_vectors import NamedVectors
from singing_style.evaluation.recordings import Embedding, embed_labelled, embed_listed, find_listed
from singing_style.evaluation.trial_list import TrialList
from singing_style.evaluation.vector_file import read_vectors
from singing_style.model import StyleModel


def is_of_recordings(place: Path) -> bool:
    """Return whether this is a folder, or a table with columns path and singer, rather than vectors."""
    if place.is_dir():
        return True
    if place.suffix.lower() != ".csv" or not place.is_file():
        return False
    with place.open(encoding="utf-8-sig", errors="replace") as file:
        header = re.split("[,;\t]", file.readline().strip())
    return {"path", "singer"} <= {name.strip(' "') for name in header}


def read_all(
    what: Sequence[Path],
    listed: TrialList | None,
    known: Labelled | None,
    roots: Sequence[Path],
    model: Path | None,
    workers: int | None,
    *,
    join: bool = False,
    skip_missing: bool = False,
    means: bool = False,
    progress: bool = False,
) -> tuple[list[NamedVectors], Embedding | None]:
    """Read the files of vectors, and then embed the recordings, of which there is one folder or table at most.

    Parameters
    ----------
    what : sequence of Path
    listed : TrialList or None
        Only the recordings that it names are embedded; without it those that are labelled.
    known : Labelled or None
        The labels, needed where recordings are to be embedded without a list.
    roots : sequence of Path
        Folders that names may begin with.
    model : Path or None
        See `singing_style.StyleModel.load`.
    workers : int or None
    join, skip_missing, progress : bool, optional
    means : bool, optional
        Also return means of MFCCs of the recordings.

    Returns
    -------
    list of NamedVectors
        In the order given; then the means.
    Embedding or None
        What became of the recordings.
    """
    sets = {place: read_vectors(place) for place in what if not is_of_recordings(place)}
    place = next((place for place in what if is_of_recordings(place)), None)
    if place is None:
        return [sets[one] for one in what], None
    folder = place if place.is_dir() else place.parent
    here = known is not None and known.roster.folder.resolve() == folder.resolve()
    if listed:
        paths = list(known.labels) if known and here else None
        found = find_listed(listed, folder, roots, paths, skip_missing=skip_missing)
        embedding = embed_listed(StyleModel.load(model), found, folder, workers, progress=progress)
    elif known and not here:
        raise BadInputError(
            f"{place}: the labels are of other recordings, in {known.roster.folder}; pass --trials LIST, or that folder"
        )
    elif known:
        style = StyleModel.load(model)
        embedding = embed_labelled(style, known, str(place), workers, join=join, progress=progress)
    else:
        raise BadInputError(f"{place}: nothing says who sings; pass --trials LIST or --labelled FOLDER")
    found_sets = [embedding.vectors if one == place else sets[one] for one in what]
    return found_sets + [embedding.means] * means, embedding
