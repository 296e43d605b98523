from typing import Any

import pytest

from pipeline.analysis.baselines import BASELINES, EMBEDDING
from pipeline.page.standing import standings

KINDS = (EMBEDDING, *BASELINES)


@pytest.fixture
def statistics() -> dict[str, Any]:
    estimate = {"value": 0.625, "low": 0.5, "high": 0.875}
    return {
        "accuracy": {name: {"singer": {"k03": {"value": 0.1}, "k01": estimate}} for name in KINDS},
        "verification": {name: {"across_songs": {"eer": {"value": 0.08, "low": 0.0, "high": 0.2}}} for name in KINDS},
        "chance": {"singer": {"k01": 0.04, "k03": 0.05}},
    }


def test_every_kind_of_vectors_stands_in_the_table_and_chance_last(statistics: dict[str, Any]) -> None:
    table = standings(statistics)
    assert table.headings == ["Right singer", "Equal error rate, across songs"]
    assert [row.name for row in table.rows] == ["embedding", *BASELINES.values(), "chance"]
    assert table.rows[0].cells == ["63% (50 to 88)", "8% (0 to 20)"]
    assert table.rows[-1].cells == ["4%", "50%"]


def test_without_verification_and_intervals_there_are_fewer_figures(statistics: dict[str, Any]) -> None:
    statistics["verification"] = {}
    statistics["accuracy"][EMBEDDING]["singer"]["k01"] = {"value": 0.5}
    table = standings(statistics)
    assert table.headings == ["Right singer"]
    assert (table.rows[0].cells, table.rows[-1].cells) == (["50%"], ["4%"])
