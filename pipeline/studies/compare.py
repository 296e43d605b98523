"""Compare two commits, branches or experiments: how much better one is, and whether that may be chance.

Reads data/outcomes/outcomes.csv of both through DVC (`workspace` reads the file in the work tree), pairs the
performances by recording, and tests the difference over singers: an exact sign-flip test, and a bootstrap interval.
Where data/corpus/manifest.csv says that a recording of one is another song or singer than in the other, as in choirs of
two seeds, the two are not compared.
"""

import argparse
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.analysis.baselines import BASELINES, EMBEDDING
from pipeline.analysis.bootstrap import Bootstrap, Estimate
from pipeline.analysis.permutation import sign_flip
from pipeline.errors import BadInputError
from pipeline.params import load_params
from pipeline.runtime.counting import counted
from pipeline.runtime.program import one_line_faults, parser
from pipeline.runtime.stage import CORPUS, OUTCOMES
from pipeline.studies.compare_errors import SINGERS_SEED, compare_errors
from pipeline.studies.revisions import WORKSPACE, check_revision
from pipeline.studies.summary import KEEP

FILE = OUTCOMES / "outcomes.csv"
MANIFEST = CORPUS / "manifest.csv"
# What the manifest says of a recording, and by which another singer or song of the same name is known.
ALWAYS, STYLE = ("singer", "song"), "style_"
COLUMNS = {"recording", "singer", "vectors", "task", "k", "right"}
ASKED = {"singer": "the singer", "singer_cross_song": "the singer through other songs", "song": "the song"}
ERRORS = "eer"


def main() -> None:
    """Run from the command line."""
    arguments = _parse()
    with one_line_faults("compare"):
        if arguments.task == ERRORS:
            print(describe_errors(arguments.a, arguments.b))
        else:
            print(compare(arguments.a, arguments.b, arguments.task, arguments.k, arguments.vectors))


def compare(a: str, b: str, task: str = "singer", k: int = 1, vectors: str = "embedding") -> str:
    """Describe in plain words how B differs from A, and how certain that is.

    Parameters
    ----------
    a, b : str
        Git revision, experiment, or `workspace`.
    task : {"singer", "singer_cross_song", "song"}, optional
    k : int, optional
        Neighbours.
    vectors : str, optional
        `EMBEDDING` or one of `BASELINES`.

    Raises
    ------
    BadInputError
        A revision is unknown or holds no outcomes, the two share no recording, or one of them is not the same in both.
    """
    params = load_params()
    check_revision(a)
    check_revision(b)
    one, two = (_select(read_outcomes(revision), revision, task, k, vectors) for revision in (a, b))
    pairs = one.merge(two, on="recording", suffixes=("_a", "_b"))
    if pairs.empty:
        raise BadInputError(f"{a} and {b} share no recording; compare two results on the same corpus and split")
    _check_same_corpus(a, b, pairs.index)
    singers = pairs["singer_a"].to_numpy(str)
    difference = (pairs["right_b"] - pairs["right_a"]).to_numpy(np.int64)
    generator = np.random.default_rng([params.seed, SINGERS_SEED])
    bootstrap = Bootstrap.over(singers, params.statistics.draws, params.statistics.level, generator)
    gain = bootstrap.mean(difference.astype(np.float64))
    certainty = _describe_certainty(gain, params.statistics.level, sign_flip(difference, singers), len(set(singers)))
    of = counted(len(pairs), "performance")
    shares = f"{pairs['right_b'].mean():.1%} against {pairs['right_a'].mean():.1%} of {of}"
    alone = len(one) + len(two) - 2 * len(pairs)
    only = counted(alone, "performance that only one of them holds is", "performances that only one of them holds are")
    aside = f"; {only} left out" if alone else ""
    return (
        f"{b} finds {ASKED[task]} {_describe_gain(gain.value)} {a} ({certainty}): {shares}, {vectors}, k = {k}{aside}"
    )


def describe_errors(a: str, b: str) -> str:
    """Describe in plain words by how much B's equal error rate across songs differs from A's.

    Raises
    ------
    BadInputError
        A revision is unknown, a result is not there, or the two are not of the same performances of the same corpus.
    """
    params = load_params()
    check_revision(a)
    check_revision(b)
    found = compare_errors(a, b, params.seed, params.statistics)
    _check_same_corpus(a, b, pd.Index(found.recordings))
    value, low, high = (100 * end for end in found.difference)
    return (
        f"{b} has an equal error rate across songs of {100 * found.other:.2f} %, {a} of {100 * found.one:.2f} %: "
        f"{value:+.2f} points ({100 * params.statistics.level:g} % interval {low:+.2f} to {high:+.2f}, "
        f"{counted(found.singers, 'singer')})"
    )


def _parse() -> argparse.Namespace:
    options = parser("pipeline.studies.compare", __doc__)
    options.add_argument("a", metavar="A", help="a commit, branch, tag or experiment, or `workspace`")
    options.add_argument("b", metavar="B", help="another")
    options.add_argument(
        "--task", choices=[*ASKED, ERRORS], default="singer", help="eer: the error rate of the embedding across songs"
    )
    options.add_argument("--k", type=int, default=1, help="neighbours (default: 1); not for eer")
    options.add_argument("--vectors", choices=[EMBEDDING, *BASELINES], default=EMBEDDING, help="not for eer")
    return options.parse_args()


def read_outcomes(revision: str) -> pd.DataFrame:
    """Read whether each performance was classified rightly; columns as in `pipeline.analysis.classification.tabulate`.

    Raises
    ------
    BadInputError
        The revision is unknown, or holds no such table, in the cache or at all.
    """
    return _read_table(revision, FILE, COLUMNS, {"recording": str, "singer": str, "song": str})


def _read_table(revision: str, file: Path, columns: set[str], types: type | dict[str, type]) -> pd.DataFrame:
    try:
        text = file.read_text(encoding="utf-8") if revision == WORKSPACE else _read_revision(revision, file)
        table = pd.read_csv(StringIO(text), dtype=types, keep_default_na=False)
    except FileNotFoundError:
        raise BadInputError(
            f"{revision}: no {file} there, nor in the cache; a result of your own that is not committed is called "
            f"{WORKSPACE}, or commit it ({KEEP}); for any other run `dvc repro` (or `dvc fetch`) on it"
        ) from None
    except ValueError as fault:
        raise BadInputError(f"{revision}: {file} is not its table: {' '.join(str(fault).split())}") from None
    missing = columns - set(table)
    if missing:
        raise BadInputError(f"{revision}: {file} lacks {', '.join(sorted(missing))}; run `dvc repro` on it")
    return table


def _check_same_corpus(a: str, b: str, recordings: pd.Index) -> None:
    """Check that recordings of one name are of one singer, song and style: choirs of two seeds share their names."""
    one, two = (
        _read_table(revision, MANIFEST, {"recording", *ALWAYS}, str).set_index("recording").reindex(recordings)
        for revision in (a, b)
    )
    told = [name for name in one.columns.intersection(two.columns) if name in ALWAYS or name.startswith(STYLE)]
    for name in told:
        differing = recordings[one[name].ne(two[name])]
        if len(differing):
            raise BadInputError(
                f"{a} and {b} are of different corpora: {MANIFEST} gives {differing[0]} the {name} "
                f"{one.loc[differing[0], name]} and {two.loc[differing[0], name]}; compare results on the same corpus, "
                "of the demo choir with the same seed"
            )


def _read_revision(revision: str, file: Path) -> str:
    import dvc.api
    from dvc.exceptions import DvcException, FileMissingError, PathMissingError
    from dvc_data.index import DataIndexDirError
    from scmrepo.exceptions import SCMError

    try:
        return str(dvc.api.read(str(file), rev=revision, encoding="utf-8"))
    except (PathMissingError, FileMissingError, DataIndexDirError):
        raise FileNotFoundError(file) from None
    except (DvcException, SCMError) as fault:
        raise BadInputError(f"{revision}: {' '.join(str(fault).split())}") from None


def _select(table: pd.DataFrame, revision: str, task: str, k: int, vectors: str) -> pd.DataFrame:
    chosen = table[(table["task"] == task) & (table["k"] == k) & (table["vectors"] == vectors)]
    if chosen.empty:
        known = ", ".join(
            sorted({f"{name} k={number}" for name, number in zip(table["task"], table["k"], strict=True)})
        )
        raise BadInputError(f"{revision}: no outcomes of {vectors} for {task} with k={k}; there are {known or 'none'}")
    return chosen.set_index("recording")[["singer", "right"]]


def _describe_gain(gain: float) -> str:
    if gain == 0:
        return "exactly as often as"
    return f"{100 * abs(gain):.1f} points {'more' if gain > 0 else 'less'} often than"


def _describe_certainty(gain: Estimate, level: float, p: float, singers: int) -> str:
    """Describe the interval in the direction of the sentence: how much more often, or how much less."""
    if singers < 2:
        return "one singer only: whether that is chance cannot be known"
    low, high = sorted(100 * end * (-1 if gain.value < 0 else 1) for end in (gain.low, gain.high))
    small = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    return f"{100 * level:g} % interval {low:.1f} to {high:.1f}, {small}, {counted(singers, 'singer')}"


if __name__ == "__main__":
    main()
