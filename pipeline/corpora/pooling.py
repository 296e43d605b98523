"""Several corpora as one: a manifest in which singers, songs and recordings of two corpora never share a name."""

from collections.abc import Mapping

import pandas as pd

from pipeline.corpora.gathering import Loaded
from pipeline.corpora.names import SEPARATOR
from pipeline.corpora.schema import validate_manifest
from pipeline.runtime.recordings import LeftOut


def pool(corpora: Mapping[str, Loaded]) -> Loaded:
    """Pool corpora, each with its own split.

    Parameters
    ----------
    corpora : mapping of str to Loaded
        By name; paths are relative to a folder of that name.

    Returns
    -------
    Loaded
        Singers and songs are called ``<corpus>::<name>``, recordings ``<corpus>.<recording>``. The column ``corpus``
        names the corpus of each recording. Style columns of one corpus are empty in the rows of the others.

    Raises
    ------
    BadInputError
        One of them would not be valid alone, for instance because a part lacks singers; the message names it.
    """
    for name, its in corpora.items():
        validate_manifest(its.manifest, f"corpus {name}")
    return Loaded(
        pd.concat([named_apart(its.manifest, name) for name, its in corpora.items()], ignore_index=True),
        [LeftOut(f"{name}.{one.recording}", one.reason) for name, its in corpora.items() for one in its.left_out],
        "\n".join(f"corpus {name}\n{its.report}" for name, its in corpora.items() if its.report),
    )


def named_apart(manifest: pd.DataFrame, corpus: str) -> pd.DataFrame:
    """Prefix recordings, paths, singers and songs of a manifest with their corpus, and insert the column ``corpus``."""
    table = manifest.assign(
        recording=[f"{corpus}.{name}" for name in manifest["recording"]],
        path=[f"{corpus}/{path}" for path in manifest["path"]],
        singer=[f"{corpus}{SEPARATOR}{name}" for name in manifest["singer"]],
        song=[f"{corpus}{SEPARATOR}{name}" for name in manifest["song"]],
    )
    table.insert(0, "corpus", corpus)
    return table
