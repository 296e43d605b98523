import pytest

from pipeline.runtime.counting import counted


@pytest.mark.parametrize(("number", "said"), [(0, "0 clips"), (1, "1 clip"), (2, "2 clips")])
def test_only_one_is_singular(number: int, said: str) -> None:
    assert counted(number, "clip") == said


def test_what_is_said_of_one_and_of_several_may_be_given() -> None:
    assert counted(1, "corpus is", "corpora are") == "1 corpus is"
    assert counted(3, "corpus is", "corpora are") == "3 corpora are"
