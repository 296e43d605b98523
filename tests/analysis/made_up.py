"""Performances of every kind of vectors, for the tests of the stages that compare them."""

from pathlib import Path

from pipeline.analysis.baselines import EMBEDDING, FILES, UNTRAINED
from pipeline.analysis.collection import Collection


def files_of(folder: str) -> list[Path]:
    """List the performances that a stage writes into its folder: the embedding's, or the baseline's."""
    embedded = folder.endswith("embeddings")
    return [Path(folder, file) for name, file in FILES.items() if (name in (EMBEDDING, UNTRAINED)) == embedded]


def save_all(performances: Collection, folder: str) -> None:
    """Save the same vectors as every kind that a folder holds."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for path in files_of(folder):
        performances.save(path)
