import pandas as pd

from pipeline.analysis.seeds import over_seeds
from pipeline.analysis.table_one import table_one


def test_ours_stand_beside_the_papers() -> None:
    rows = [
        ("mel with attention", 0, "parameters", 5321361.0),
        ("mel with attention", 1, "parameters", 5321361.0),
        ("mel with attention", 0, "test_loss", 0.1),
        ("mel with attention", 1, "test_loss", 0.2),
        ("mel with attention", 0, "singer_k01", 0.5),
        ("baseline", 0, "song_k01", 0.75),
    ]
    table = table_one(over_seeds(pd.DataFrame(rows, columns=["variant", "seed", "measure", "value"])), 1)
    head, rule, *body = table.splitlines()
    assert "| singer (k = 1) | singer, from other songs (k = 1) | song (k = 1) |" in head
    assert rule.count("---") == head.count("|") - 1
    assert body == [
        "| cqt without attention | - | 200000k | - | 0.3916 | - | - | - |",
        "| cqt with attention | - | 5300k | - | 0.3932 | - | - | - |",
        "| mel without attention | - | 200000k | - | 0.3351 | - | - | - |",
        "| mel with attention | 5,321,361 | 5300k | 0.1500 (0.1000 to 0.2000) | 0.3315 | 0.50 | - | - |",
        "| baseline | - |  | - |  | - | - | 0.75 |",
    ]
