"""Sentences and explained terms, broken into lines that fit a window of 100 columns."""

import textwrap
from collections.abc import Iterable, Mapping

import typer

from pipeline.errors import printable

WIDTH = 100
# Characters of a term that has its meaning beside it.
LONGEST = 36
# A space at which no line is broken.
TIED = "\N{NO-BREAK SPACE}"


def print_wrapped(lines: Iterable[str]) -> None:
    """Print each text, broken between words; what follows its first line is indented, so that it is seen to belong."""
    for line in lines:
        typer.echo(_filled(printable(line), "", "  "))


def print_terms(terms: Mapping[str, str]) -> None:
    """Print terms in a column, and beside each, or below one that is very long, what it means."""
    width = max(len(term) for term in terms if len(term) <= LONGEST)
    for term, meaning in terms.items():
        if len(term) > LONGEST:
            typer.echo(printable(term))
        first = printable(term) if len(term) <= LONGEST else ""
        typer.echo(_filled(printable(meaning), f"{first:{width}}  ", " " * (width + 2)))


def _filled(text: str, first: str, others: str) -> str:
    """Break a text between words, but not between a number and its percent sign."""
    kept = textwrap.fill(
        text.replace(" %", f"{TIED}%"),
        WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return kept.replace(TIED, " ")
