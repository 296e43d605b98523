import math
from itertools import product

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.over_seeds import over_seeds
from pipeline.studies.paper_claims import TABLE_1, Claim, ClaimCount, count_seeds, paper_claims, sum_up, table_one

CLAIM = Claim("x is below y", "table 1", "loss", "x", "y")


def figures(x: dict[int, float], y: dict[int, float]) -> pd.DataFrame:
    rows = [(name, seed, "loss", value) for name, its in (("x", x), ("y", y)) for seed, value in its.items()]
    rows += [("x", 0, "other", 9.0), ("y", 0, "other", 1.0)]
    return pd.DataFrame(rows, columns=["variant", "seed", "measure", "value"])


def test_seeds_are_counted_by_hand() -> None:
    """Holds in seed 0, is equal in 1, fails in 2; 3 and 4 have one side only."""
    verdict = count_seeds(CLAIM, figures({0: 1.0, 1: 2.0, 2: 6.0, 3: 0.0}, {0: 2.0, 1: 2.0, 2: 5.0, 4: 1.0}))
    assert (verdict.held, verdict.seeds, verdict.less, verdict.more) == (1, 3, 3.0, 3.0)
    assert verdict.describe() == "in part: x is below y (1 of 3 seeds; x 3.000, y 3.000)"


@pytest.mark.parametrize(("y", "answer"), [(2.0, "yes"), (0.5, "no"), (1.0, "no")])
def test_yes_and_no(y: float, answer: str) -> None:
    assert count_seeds(CLAIM, figures({7: 1.0}, {7: y})).describe().startswith(f"{answer}: x is below y (")


def test_what_was_not_run_is_not_known() -> None:
    verdict = count_seeds(CLAIM, figures({0: 1.0}, {}))
    assert (verdict.held, verdict.seeds) == (0, 0)
    assert math.isnan(verdict.less)
    assert verdict.describe() == "not known: x is below y (no seed has both)"


@pytest.mark.slow
@given(st.dictionaries(st.integers(0, 5), st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_a_claim_and_its_opposite_share_the_seeds_that_are_not_equal(values: dict[int, tuple[int, int]]) -> None:
    table = figures({s: float(x) for s, (x, _) in values.items()}, {s: float(y) for s, (_, y) in values.items()})
    opposite = Claim("y is below x", "", "loss", "y", "x")
    equal = sum(x == y for x, y in values.values())
    assert count_seeds(CLAIM, table).held + count_seeds(opposite, table).held == len(values) - equal


def test_sum_up_by_hand() -> None:
    verdicts = [ClaimCount(CLAIM, held, seeds, 0, 0) for held, seeds in [(3, 3), (2, 3), (0, 3), (1, 1), (0, 0)]]
    assert sum_up(verdicts) == "of the paper's 5 rankings, 2 hold in every seed, 1 in some and 1 in none; 1 not known"


def test_claims_about_loss_are_those_of_table_1() -> None:
    claims = [claim for claim in paper_claims(["mel", "cqt"], [True, False], 1) if claim.source == "table 1"]
    assert len(claims) == 4
    for claim in claims:
        assert TABLE_1[claim.less][1] < TABLE_1[claim.more][1], claim.text


def test_every_variant_stands_against_the_baseline_and_names_what_it_compares() -> None:
    claims = paper_claims(["mel", "cqt"], [True, False], 3)
    variants = {
        f"{feature} {kind}" for feature, kind in product(["mel", "cqt"], ["with attention", "without attention"])
    }
    better = {claim.more for claim in claims if claim.less == "baseline" and claim.measure == "singer_k03"}
    lesser = {claim.less for claim in claims if claim.more == "baseline" and claim.measure == "song_k03"}
    assert better == lesser == variants == set(TABLE_1)
    assert len({claim.text for claim in claims}) == len(claims) == 4 + 4 + 8


def test_what_the_paper_says_of_no_spectrogram_by_name_is_marked() -> None:
    claims = paper_claims(["mel", "cqt"], [True, False], 1)
    assert {claim.source for claim in claims if claim.extrapolated} == {"figure 3", "section 4"}
    assert {claim.source for claim in claims if not claim.extrapolated} == {"table 1"}


def test_claims_need_both_sides() -> None:
    assert {claim.source for claim in paper_claims(["cqt"], [True], 1)} == {"figure 3"}


def test_ours_stand_beside_the_papers() -> None:
    rows = [
        ("mel with attention", 0, "parameters", 5321361.0),
        ("mel with attention", 1, "parameters", 5321361.0),
        ("mel with attention", 0, "test_loss", 0.1),
        ("mel with attention", 1, "test_loss", 0.2),
        ("mel with attention", 0, "singer_k01", 0.5),
        ("baseline", 0, "song_k01", 0.75),
        ("mel with attention", 0, "steps", 100.0),
        ("mel with attention", 1, "steps", 200.0),
        ("baseline", 0, "eer_across_songs", 0.25),
        ("baseline", 1, "eer_across_songs", 0.5),
    ]
    table = table_one(over_seeds(pd.DataFrame(rows, columns=["variant", "seed", "measure", "value"])), 1, 3)
    head, rule, *body = table.splitlines()
    assert "| singer (k = 1) | singer, from other songs (k = 1) | song (k = 1) | EER across songs |" in head
    assert rule.count("---") == head.count("|") - 1
    assert body == [
        "| cqt without attention | 0 of 3 | - | - | 200000k | - | 0.3916 | - | - | - | - |",
        "| cqt with attention | 0 of 3 | - | - | 5300k | - | 0.3932 | - | - | - | - |",
        "| mel without attention | 0 of 3 | - | - | 200000k | - | 0.3351 | - | - | - | - |",
        "| mel with attention | 2 of 3 | 150 (100 to 200) | 5,321,361 | 5300k | 0.1500 (0.1000 to 0.2000) | 0.3315 | "
        "0.50 | - | - | - |",
        "| baseline | 2 of 3 | - | - |  | - |  | - | - | 0.75 | 37.5 (25.0 to 50.0) % |",
    ]
