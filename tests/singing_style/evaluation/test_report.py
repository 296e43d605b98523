import json

import numpy as np

from singing_style.evaluation.evaluate import evaluate
from singing_style.evaluation.labels import Label
from singing_style.evaluation.report import (
    as_plain,
    as_table,
    classes_table,
    differences_table,
    explanation,
    figures_table,
    headline,
)
from tests.singing_style.evaluation.made_up import collection, listed, on_a_line

ROWS = [(1, "a", "b"), (1, "a", "c"), (0, "a", "x"), (0, "a", "y")]


def test_the_first_line_is_the_answer() -> None:
    found = evaluate(on_a_line(a=0, b=1, c=5, x=-2, y=-4), listed(*ROWS))
    assert headline(found) == (
        "EER 50.0 % (no interval: singers unknown) on 4 strict trials, 2 targets and 2 impostors; chance is 50 %; the "
        "songs are not known, so strict means only that no file or recording is paired with itself"
    )
    assert figures_table(found) == [
        ["trials", "targets", "impostors", "EER %", "minDCF(0.01)", "mean rank"],
        ["strict", "2", "2", "50.0", "0.500", "-"],  # all trials are
    ]
    assert classes_table(found)[1:] == [["same singer", "2", "3.000"], ["other singer", "2", "3.000"]]
    assert list(explanation(found)) == [
        "list.txt: voxceleb, 5 recordings of unknown singers",
        "v.npz: euclidean distance; names matched exactly",
    ]


def test_strict_is_explained_where_songs_are_unknown() -> None:
    labels = {name: Label(song="ode") for name in "abcxy"}
    known = evaluate(on_a_line(a=0, b=1, c=5, x=-2, y=-4), listed(*ROWS), labels | {"x": Label(song="air")})
    # of one song no strict targets are left: the answer is about all trials
    assert headline(known).endswith("on all 4 trials, 2 targets and 2 impostors; chance is 50 %")
    of_their_own = {name: Label(song=name) for name in "abcxy"}
    whole = evaluate(on_a_line(a=0, b=1, c=5, x=-2, y=-4), listed(*ROWS), of_their_own)
    assert headline(whole).endswith("on 4 strict trials, 2 targets and 2 impostors; chance is 50 %")
    some = evaluate(on_a_line(a=0, b=1, c=5, x=-2, y=-4), listed(*ROWS), of_their_own | {"x": Label()})
    assert headline(some).endswith(
        "; the songs of 1 recording are not known, so strict means only that no file or recording is paired with itself"
    )


def test_intervals_and_differences_are_shown() -> None:
    found = evaluate([collection(), collection(noise=3.0, source="w.npz")])
    eer = found.measured[0].figures["strict"].errors.eer
    interval = f"(95 % interval over 6 singers {100 * eer.low:.1f} to {100 * eer.high:.1f} %)"
    assert headline(found).startswith(f"v.npz: EER {100 * eer.value:.1f} % {interval} on 432 strict trials, 72 targets")
    heading, first, second, *_ = figures_table(found)
    assert heading[:2] == ["trials", "vectors"]
    assert (first[:2], second[:2]) == (["all", "v.npz"], ["all", "w.npz"])
    (_, (words, *cells)) = differences_table(found)
    assert words == "w.npz less v.npz"
    assert all(cell[0] in "+-" and " to " in cell for cell in cells)


def test_the_file_holds_everything_and_only_what_json_can_express() -> None:
    found = evaluate([collection(), collection(noise=3.0, source="w.npz")])
    content = json.loads(json.dumps(as_plain(found), allow_nan=False))
    assert (content["singers"], content["recordings"], content["answer"]) == (6, 36, "strict")
    first = content["vectors"][0]
    assert set(first["figures"]) == set(found.measured[0].figures)
    assert set(first["figures"]["strict"]["eer"]) == {"value", "low", "high"}
    assert first["pairs"]["same singer, other song"]["number"] == 72
    assert content["differences"][0]["less"] == "v.npz"
    plain = as_plain(evaluate(on_a_line(a=0, b=1, c=5, x=-2, y=-4), listed(*ROWS)))
    assert plain["vectors"][0]["figures"]["all"]["eer"] == {"value": 0.5}
    assert plain["singers"] is None


def test_the_table_has_a_row_for_each_figure_and_difference() -> None:
    found = evaluate([collection(), collection(noise=3.0, source="w.npz")])
    table = as_table(found)
    assert len(table) == 2 * 6 + 1
    assert table.iloc[-1]["less"] == "v.npz"
    strict = table[(table["vectors"] == "v.npz") & (table["trials"] == "strict")].iloc[0]
    assert np.allclose(
        [strict["eer"], strict["eer_low"], strict["eer_high"]], found.measured[0].figures["strict"].errors.eer
    )
    assert (strict["targets"], strict["impostors"]) == (72, 360)
