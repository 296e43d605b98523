import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import BadInputError
from pipeline.params import parse_params, read_raw
from pipeline.studies.search import check_space

RAW = read_raw(Path(__file__).parents[2] / "params.yaml")


def check(*, epochs: int = 150, train: dict[str, Any] | None = None, **changed: Any) -> None:
    raw = copy.deepcopy(RAW)
    raw["search"]["epochs"] = epochs
    raw["train"] |= train or {}
    one = {"parameter": "network.dropout", "low": 0.0, "high": 0.5, "log": False}
    raw["search"]["space"] = [one | changed]
    check_space(parse_params(raw, source="params.yaml"), raw)


def test_the_default_space_can_be_searched() -> None:
    check_space(parse_params(RAW), RAW)
    check(parameter="network.hidden", low=16, high=64)


def test_what_is_searched_is_checked_with_the_epochs_of_the_search() -> None:
    """A trial of 10 epochs is validated at its end, so that a patience of 10 suffices; of 150, it is after 50."""
    check(epochs=10, parameter="train.patience", low=10, high=1000)
    with pytest.raises(BadInputError, match=r"search.space.0: train.patience=10 ends a training before its first"):
        check(parameter="train.patience", low=10, high=1000)
    with pytest.raises(BadInputError, match=r"^params.yaml: search.epochs: train.patience=10 ends a training"):
        check(train={"max_epochs": 10, "patience": 10})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"parameter": "network.droput"}, "search.space.0: network.droput: unknown parameter; did you mean dropout?"),
        ({"parameter": "netwrok.dropout"}, "search.space.0: netwrok: unknown parameter; did you mean network?"),
        ({"parameter": "seed.x"}, "seed.x: unknown parameter; seed holds no others"),
        ({"parameter": "network.attention"}, "network.attention: should be a valid boolean, got 0.0"),
        ({"parameter": "network"}, "search.space.0: network: should be an object, got 0.0"),
        ({"high": 1.0}, "search.space.0: network.dropout: should be less than 1, got 1.0"),
        ({"parameter": "network.hidden", "low": 8.5, "high": 9.5}, "network.hidden: should be a valid integer"),
        ({"low": 0.5}, "search.space.0: low must lie below high"),
        ({"log": True}, "search.space.0: low must be above 0 where log is true"),
        ({"lo": 0.1}, "search.space.0.lo: unknown parameter; did you mean low?"),
        ({"low": "0.1"}, "search.space.0.low"),
        ({"parameter": "train.max_epochs", "low": 1, "high": 9}, "train.max_epochs, which search.epochs sets"),
    ],
)
def test_a_space_that_cannot_be_searched_is_one_line(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInputError) as fault:
        check(**changed)
    assert said in str(fault.value)
    assert "\n" not in str(fault.value)
    assert str(fault.value).count("network.dropout: ") <= 1


def test_without_optuna_it_says_in_one_line_how_to_get_it() -> None:
    """It is an extra: who only embeds recordings need not install it."""
    without = (
        "import runpy, sys; sys.modules['optuna'] = None; "
        "runpy.run_module('pipeline.studies.search', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "search: error: Optuna is not installed; run pip install '.[search]'\n"
