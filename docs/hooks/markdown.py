"""Text of sources as Markdown: what stands outside pieces of code is kept from being taken for tags or table cells."""

import re
from collections.abc import Sequence

CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)


def as_markdown(text: str) -> str:
    """Take the text of a docstring over; a ``<name>`` outside code becomes code, and every code has one backtick."""
    pieces: list[str] = []
    end = 0
    for code in CODE.finditer(text):
        pieces += [_names_as_code(text[end : code.start()]), f"`{code[2]}`"]
        end = code.end()
    return "".join([*pieces, _names_as_code(text[end:])])


def _names_as_code(text: str) -> str:
    return re.sub(r"\S*<[^<>\s]+>(?:[^\s,:;)]*[^\s,:;).])?", lambda found: f"`{found[0]}`", text)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out a table; a bar inside a cell is written out."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines) + "\n"
