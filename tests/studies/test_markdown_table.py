"""Tables and their cells, by hand."""

import pytest

from pipeline.studies.markdown_table import markdown, with_interval


def test_the_first_row_is_the_head() -> None:
    assert markdown([["", "b"], ["1", "2"], ["3", ""]]) == "|  | b |\n| --- | --- |\n| 1 | 2 |\n| 3 |  |"


@pytest.mark.parametrize(
    ("estimate", "unit", "form", "written"),
    [
        ({"value": 0.5}, 1, ".2f", "0.50"),
        ({"value": 0.5, "low": 0.25, "high": 0.75}, 100, ".1f", "50.0 (25.0 to 75.0)"),
        ({"value": -0.5, "low": -1, "high": 0.25}, 1, "+.1f", "-0.5 (-1.0 to +0.2)"),
    ],
)
def test_an_interval_stands_in_brackets(estimate: dict[str, float], unit: float, form: str, written: str) -> None:
    assert with_interval(estimate, unit, form) == written
