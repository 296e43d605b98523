"""The same recording under two names: it counts twice, and in two parts it leaks test data into training."""

from pathlib import Path

import pandas as pd

from pipeline.runtime.counting import counted
from pipeline.runtime.files import content_hash

COLUMNS = ("recording", "split", "same_as", "its_split")


def find_duplicates(manifest: pd.DataFrame, corpus: Path) -> pd.DataFrame:
    """Find recordings whose files hold the same bytes.

    Parameters
    ----------
    manifest : DataFrame
        Columns recording, path (relative to the corpus folder) and split.
    corpus : Path
        The corpus folder; missing files are skipped.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: one row for each recording that equals an earlier one (by name), with the first such.
    """
    present = manifest[[(corpus / path).is_file() for path in manifest["path"]]].sort_values("recording")
    sizes = pd.Series([(corpus / path).stat().st_size for path in present["path"]], index=present.index, dtype=object)
    suspects = present[sizes.duplicated(keep=False)]  # files of different sizes need no reading
    contents = pd.Series([content_hash(corpus / path) for path in suspects["path"]], index=suspects.index, dtype=object)
    repeated = contents.duplicated(keep=False)
    rows = [
        (other.recording, other.split, first.recording, first.split)
        for _, same in suspects[repeated].groupby(contents[repeated])
        for first, *others in [list(same.itertuples())]
        for other in others
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).sort_values("recording", ignore_index=True)


def describe_duplicates(duplicates: pd.DataFrame) -> str:
    """Report how many recordings are duplicates, and how many of them across parts, naming the first."""
    if duplicates.empty:
        return ""
    leaks = duplicates[duplicates["split"] != duplicates["its_split"]]
    worst = leaks if len(leaks) else duplicates
    named = "; ".join(f"{row.recording} = {row.same_as}" for row in worst.head(3).itertuples())
    across = f", {len(leaks)} of them across parts, which leaks into the test" if len(leaks) else ""
    have = counted(len(duplicates), "recording has", "recordings have")
    return f"{have} the same content as another{across} ({named})"
