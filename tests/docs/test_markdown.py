"""Text of sources as Markdown."""

from docs.hooks.markdown import as_markdown, table


def test_names_in_angles_become_code_and_code_stays() -> None:
    assert as_markdown("Reads data/raw/<corpus.name>: all") == "Reads `data/raw/<corpus.name>`: all"
    assert as_markdown("``<singer>/sing``, as is `x < y`, and 1 < 2") == "`<singer>/sing`, as is `x < y`, and 1 < 2"
    assert as_markdown("writes out/<part>-NNN.h5. Then") == "writes `out/<part>-NNN.h5`. Then"


def test_a_bar_in_a_cell_ends_no_cell() -> None:
    assert table(("a", "b"), [("1|2", "3")]) == "| a | b |\n| --- | --- |\n| 1&#124;2 | 3 |\n"
