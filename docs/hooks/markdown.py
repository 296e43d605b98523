"""Text of docstrings as Markdown: nothing outside code spans can be taken for a tag or a table cell."""

import re
from collections.abc import Sequence

from pipeline.studies.markdown_table import markdown

CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)


def as_markdown(text: str) -> str:
    """Convert a docstring; a ``<name>`` outside code becomes code, and every code span has one backtick."""
    pieces: list[str] = []
    end = 0
    for code in CODE.finditer(text):
        pieces += [_names_as_code(text[end : code.start()]), f"`{code[2]}`"]
        end = code.end()
    return "".join([*pieces, _names_as_code(text[end:])])


def _names_as_code(text: str) -> str:
    return re.sub(r"\S*<[^<>\s]+>(?:[^\s,:;)]*[^\s,:;).])?", lambda found: f"`{found[0]}`", text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Format a table; a bar inside a cell is escaped."""
    return markdown([[cell.replace("|", "&#124;") for cell in line] for line in (head, *rows)]) + "\n"
