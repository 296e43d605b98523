"""Pages that show what another file of the repository says: README, CONTRIBUTING, the changelog, the licence.

A line that ends with ``<!-- include: README.md, section paper -->`` is replaced, when the site is built, by that
section; one with ``<!-- include: NOTICE, as text -->`` by the whole file, word for word. Where the Markdown is read as
it lies, the line is a link to it.
"""

import posixpath
import re
from pathlib import Path

INCLUDE = re.compile(
    r"^.*<!-- include: (?P<file>[^\s,]+)(?:, section (?P<section>\w+))?(?P<text>, as text)? -->$", re.M
)
LINK = re.compile(r"\]\((?![a-z]+:|#)(?P<target>[^)\s]+)\)")
# Files outside docs/ that have a page.
PAGES = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "CHANGELOG.md": "project/changelog.md",
    "NOTICE": "project/licence.md",
    "LICENSE": "project/licence.md",
    "CITATION.cff": "project/licence.md",
    "benchmarks/RESULTS.md": "benchmarks/results.md",
}


def fill_in(markdown: str, page: str, root: Path) -> str:
    """Replace the lines that include something.

    Parameters
    ----------
    markdown : str
    page : str
        The page's file, relative to docs/, from which links are to lead.
    root : Path
        The repository, in which the included files lie.

    Raises
    ------
    ValueError
        A file has no such section.
    """

    def included(found: re.Match[str]) -> str:
        content = (root / found["file"]).read_text().strip()
        if found["text"]:
            return f"```text\n{content}\n```"
        return as_seen_from(page, section_of(content, found["section"]) if found["section"] else content)

    return INCLUDE.sub(included, markdown)


def section_of(text: str, name: str) -> str:
    """Return what stands between ``<!-- section: name -->`` and ``<!-- end of section -->``."""
    _, begun, rest = text.partition(f"<!-- section: {name} -->\n")
    section, ended, _ = rest.partition("<!-- end of section -->")
    if not begun or not ended:
        raise ValueError(f"there is no whole section {name}")
    return section.strip()


def as_seen_from(page: str, markdown: str) -> str:
    """Let links that lead from the repository's top folder lead from a page of docs/.

    Examples
    --------
    >>> as_seen_from("how-to/paper.md", "[one](docs/how-to/seeds.md#runs), [two](CONTRIBUTING.md), [three](#here)")
    '[one](seeds.md#runs), [two](../project/contributing.md), [three](#here)'
    """

    def moved(found: re.Match[str]) -> str:
        path, hash_, anchor = found["target"].partition("#")
        inside = PAGES.get(path, path.removeprefix("docs/"))
        return f"]({posixpath.relpath(inside, posixpath.dirname(page) or '.')}{hash_}{anchor})"

    return LINK.sub(moved, markdown)
