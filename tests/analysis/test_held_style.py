from pipeline.analysis.held_style import describe_held_style, held_style, target_in_words


def score(low: float, **others: float) -> dict[str, float]:
    return {"r2": low + 0.1, "low": low, "high": low + 0.2, **others}


SCORES = {
    "centroid_hz": score(0.9),
    "style_breathiness_db": score(0.2),
    "style_vibrato_rate_hz": score(0.4),
    "style_jitter_cents": score(-0.3),
    "style_dynamics_db": score(0.0),
    "style_mood": score(0.3, chance=0.5),
}


def test_held_is_whose_interval_lies_above_chance_the_best_first() -> None:
    held, not_held = held_style(SCORES)
    assert held == ["vibrato rate", "breathiness"]
    assert not_held == ["mood", "dynamics", "jitter"]


def test_a_sentence_says_both() -> None:
    assert describe_held_style("The embedding", SCORES) == (
        "The embedding holds 2 of 5 parameters of style: vibrato rate, breathiness; not mood, dynamics, jitter."
    )


def test_who_holds_nothing_says_so() -> None:
    assert describe_held_style("The embedding", {"style_mood": score(-0.1)}) == (
        "The embedding holds 0 of 1 parameter of style: a linear rule reads none of them beyond chance."
    )


def test_where_style_is_not_known_there_is_nothing_to_say() -> None:
    assert describe_held_style("The embedding", {"centroid_hz": score(0.9)}) == ""


def test_units_are_left_out_and_words_are_not() -> None:
    names = ["style_tilt_db_per_octave", "style_formant_1_shift", "style_scoop_cents", "style_attack_s"]
    assert [target_in_words(name) for name in names] == ["tilt", "formant 1", "scoop", "attack"]
