import pytest

from singing_style.cli.wrapping import print_terms, print_wrapped


def test_sentences_are_broken_between_words_and_not_before_a_percent_sign(capsys: pytest.CaptureFixture[str]) -> None:
    """With the number and its sign the first line would be 101 long, without the sign 99."""
    print_wrapped([f"{'a' * 96} 50 % of it", "short"])
    assert capsys.readouterr().out == f"{'a' * 96}\n  50 % of it\nshort\n"


def test_meanings_stand_beside_their_terms(capsys: pytest.CaptureFixture[str]) -> None:
    print_terms({"EER": "a rate", "rank": f"{'b' * 94} end"})
    assert capsys.readouterr().out == f"EER   a rate\nrank  {'b' * 94}\n      end\n"
    print_terms({"EER": "a rate", "long " * 8: "below"})
    assert capsys.readouterr().out == f"EER  a rate\n{'long ' * 8}\n     below\n"
