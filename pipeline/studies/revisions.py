"""What results are called: commits, branches, tags and experiments; and what there is where a name is unknown."""

import difflib
import re

from pipeline.errors import BadInputError
from pipeline.studies.fingerprint import git

WORKSPACE = "workspace"
# What Git calls branches, tags and experiments; DVC keeps others of its own under refs/exps.
NAMED = re.compile(r"refs/(?:heads|tags|exps/[0-9a-f]{2}/[0-9a-f]{38})/(.+)")
MOST = 6


def check_revision(revision: str) -> None:
    """Check that a result can be called so: there is such a commit, branch, tag or experiment, or it is `workspace`.

    Raises
    ------
    BadInputError
        There is none, or more than one; the message says what there is, the closest names first.
    """
    from dvc.exceptions import DvcException
    from dvc.repo import Repo
    from dvc.scm import RevError, resolve_rev

    if revision == WORKSPACE:
        return
    try:
        with Repo() as repo:
            resolve_rev(repo.scm, revision)
    except RevError:
        raise BadInputError(f"{revision}: {_explain(revision, list_names())}") from None
    except DvcException as fault:
        raise BadInputError(f"{revision}: {' '.join(str(fault).split())}") from None


def list_names() -> list[str]:
    """List branches, tags and experiments; the same name may occur twice."""
    found = map(NAMED.fullmatch, git("for-each-ref", "--format=%(refname)").splitlines())
    return [its[1] for its in found if its]


def _explain(revision: str, names: list[str]) -> str:
    if revision in names:
        command = f"git for-each-ref 'refs/exps/*/*/{revision}'"
        return f"several experiments are called so; say which commit you mean (`{command}` lists them)"
    known = sorted({*names, "HEAD", WORKSPACE}, key=lambda name: (-_closeness(name, revision), name))
    more = f" and {len(known) - MOST} more" if len(known) > MOST else ""
    return (
        f"no commit, branch, tag or experiment is called so; there are {', '.join(known[:MOST])}{more} "
        "(`make experiments` lists experiments)"
    )


def _closeness(name: str, revision: str) -> float:
    return difflib.SequenceMatcher(None, name.casefold(), revision.casefold()).ratio()
