from typing import Any

from pipeline.studies.ablation_goals import goals_table


def row(eer: float, singer: float, song: float) -> dict[str, Any]:
    shares = {"eer": eer, "singer_cross_song": singer, "song": song}
    return {name: {"value": value} for name, value in shares.items()} | {"eer_by_seed": [eer - 0.01, eer + 0.02]}


def test_each_goal_is_met_or_missed() -> None:
    rows = {
        "all of it": row(0.114, 0.97, 0.53),
        "the choir alone": row(0.201, 0.5, 0.5),
        "handcrafted baseline": row(0.2, 0.9, 0.73),
    }
    assert [line.split(" | ")[1:] for line in goals_table(rows).splitlines()[2:]] == [
        ["at most 10.0 %", "11.4 % (10.4 % to 13.4 % over the seeds)", "**no** |"],
        ["at least 97.0 %", "97.0 %", "yes |"],
        ["below the baseline's 73.0 %", "53.0 %", "yes |"],
        ["at most 20.0 %", "20.1 %", "**no** |"],
    ]
