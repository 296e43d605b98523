from dataclasses import replace

import numpy as np
import pytest

from pipeline.analysis.bootstrap import Estimate
from singing_style.evaluation.asking import Asked
from singing_style.evaluation.evaluate import Evaluation, evaluate
from singing_style.evaluation.in_words import differences_in_words, has_width, legend, plainly
from singing_style.evaluation.report import differences_table, figures_table
from tests.singing_style.evaluation.made_up import collection, listed, on_a_line

KNOWN = {"clear_right": 71, "clear_wrong": 0, "unclear_with": 4, "unclear_without": 1, "nobody": 4, "undecided": 0}
STRANGERS = {"clear": 3, "unclear": 40, "nobody": 37, "undecided": 0}
ASKED = Asked("v.npz", 80, KNOWN, STRANGERS)


def beside_means() -> Evaluation:
    return evaluate([replace(collection(), by_model=True), collection(noise=3.0, source="MFCC means")])


def with_rates(value: float, low: float, high: float, *less: float) -> Evaluation:
    """Two sets of vectors, whose equal error rates and their difference are set."""
    found = beside_means()
    for its in found.measured:
        figures = its.figures["strict"]
        errors = replace(figures.errors, eer=Estimate(value, low, high))
        its.figures["strict"] = replace(figures, errors=errors)
    found.differences["MFCC means", "v.npz"]["eer"] = Estimate(*less)
    return found


def test_the_answers_come_first_and_then_the_threshold() -> None:
    found = with_rates(0.152, 0.052, 0.231, 0.01, -0.02, 0.05)
    means = Asked("MFCC means", 80, KNOWN | {"clear_right": 69, "clear_wrong": 2}, STRANGERS)
    assert plainly(found, [ASKED, means])[:3] == [
        "Asked about each of the 80 recordings with itself left out, `similar` would say: 71 clearly the right singer, "
        "0 clearly a wrong one, 5 unclear (the right singer among those named in 4), 4 nobody here; about strangers "
        "(the same recordings with their singer left out): 3 of 80 clearly somebody.",
        "By MFCC means it would say: 69 clearly the right singer, 2 clearly a wrong one, 5 unclear (the right singer "
        "among those named in 4), 4 nobody here; about strangers (the same recordings with their singer left out): 3 "
        "of 80 clearly somebody.",
        "As one threshold for pairs of recordings it errs in 15 % (95 %: 5 to 23 %; chance is 50 %).",
    ]


def test_undecided_answers_and_lonely_recordings_are_counted() -> None:
    found = beside_means()
    some = replace(ASKED, known=KNOWN | {"nobody": 2, "undecided": 1}, why="it is short")
    lines = plainly(found, [some])
    assert "5 unclear (the right singer among those named in 4), 2 nobody here, 1 undecided; about" in lines[0]
    assert "Asked about each of the 79 recordings with itself left out" in lines[0]
    assert lines[1] == "Undecided, for the first of them: it is short."
    assert lines[2] == "1 recording is the only one of their singer, and asked about as strangers alone."
    nothing = dict.fromkeys(KNOWN, 0) | {"undecided": 6}
    lines = plainly(found, [Asked("v.npz", 6, nothing, dict.fromkeys(STRANGERS, 0) | {"undecided": 6}, "why")])
    assert lines[0] == "Asked about each of the 6 recordings with itself left out, `similar` would leave all undecided."
    assert plainly(found, [replace(ASKED, recordings=160)])[0].startswith("Asked about 80 of 160 with itself left out")


@pytest.mark.parametrize(
    ("less", "said"),
    [
        ((0.01, -0.02, 0.05), "1.0 points more than the model (95 %: -2.0 to 5.0); the difference may be chance."),
        ((-0.01, -0.05, 0.02), "1.0 points less than the model (95 %: -2.0 to 5.0); the difference may be chance."),
        ((0.04, 0.01, 0.07), "4.0 points more than the model (95 %: 1.0 to 7.0); so the model does better."),
        ((-0.04, -0.07, -0.01), "4.0 points less than the model (95 %: 1.0 to 7.0); so MFCC means do better."),
        ((0.0, 0.0, 0.0), "as often as the model; it takes more singers to know whether that is chance."),
    ],
)
def test_whether_a_difference_matters_is_said(less: tuple[float, float, float], said: str) -> None:
    rate = "MFCC means, which have learned nothing, err in 15 % (95 %: 5 to 23 %; chance is 50 %), "
    assert differences_in_words(with_rates(0.152, 0.052, 0.231, *less)) == [rate + said]


def test_an_interval_without_width_is_none() -> None:
    assert has_width(Estimate(0.3, 0.2, 0.4))
    assert not has_width(Estimate(0.3, 0.3, 0.3))
    assert not has_width(Estimate(0.3, np.nan, np.nan))
    found = with_rates(0.322, 0.322, 0.322, 0.0, 0.0, 0.0)
    words = "As one threshold for pairs of recordings it errs in 32 % (no interval: it takes more singers; chance is"
    assert plainly(found, [ASKED])[1].startswith(words)
    assert next(row for row in figures_table(found) if row[0] == "strict")[4] == "32.2"
    assert differences_table(found)[1][:2] == ["MFCC means less the model", "+0.0"]
    assert "(... to ...)" not in legend(found)


def test_the_legend_explains_what_there_is() -> None:
    terms = legend(beside_means())
    assert list(terms) == [
        *("all", "strict", "strict, same sex", "targets across songs, impostors within", "targets", "impostors"),
        *("EER %", "minDCF(0.01)", "mean rank", "(... to ...)", "median distance"),
    ]
    assert terms["strict"] == "pairs that share no file, recording or song"
    rows = [(1, "a", "b"), (1, "a", "c"), (0, "a", "x"), (0, "a", "y")]
    plain = legend(evaluate(on_a_line(a=0, b=1, c=5, x=-2, y=-4), listed(*rows)))
    assert list(plain) == ["strict", "targets", "impostors", "EER %", "minDCF(0.01)", "median distance"]
    assert plain["strict"].endswith("; the songs are not known here, so two of one song may be paired")


def test_of_several_models_none_is_called_the_model() -> None:
    one, two = replace(collection(), by_model=True), replace(collection(source="w.npz"), by_model=True)
    assert [its.called for its in evaluate([one, two]).measured] == ["v.npz", "w.npz"]
    assert [its.called for its in evaluate(one).measured] == ["the model"]
