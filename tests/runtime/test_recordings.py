import os
from pathlib import Path

import pandas as pd
import pytest
from threadpoolctl import threadpool_info

from pipeline.errors import BadInputError, BadRecordingError
from pipeline.runtime.recordings import Done, LeftOut, for_each_recording

pytestmark = pytest.mark.slow


def square(number: int) -> int:
    if number < 0:
        raise BadRecordingError(f"{number} is negative")
    return number**2


def crash(number: int) -> int:
    return 1 // number


def threads(_: int) -> list[int]:
    import numpy as np

    np.ones((2, 2)) @ np.ones((2, 2))
    return [pool["num_threads"] for pool in threadpool_info()]


def folder(_: int) -> str:
    return str(Path.cwd())


def run(numbers: list[int], max_bad_share: float = 0.5) -> Done[int]:
    names = [f"r{number}" for number in numbers]
    return for_each_recording(square, names, [(n,) for n in numbers], label="square", max_bad_share=max_bad_share)


def test_results_come_in_the_order_given() -> None:
    numbers = list(range(40, 0, -1))
    done = run(numbers)
    assert list(done.results.items()) == [(f"r{number}", number**2) for number in numbers]
    assert done.left_out == []
    assert done.summary() == "40 recordings"


def test_bad_recordings_are_left_out_by_name_and_cost_nothing_else(tmp_path: Path) -> None:
    done = run([3, -1, 2])
    assert done.results == {"r3": 9, "r2": 4}
    assert done.left_out == [LeftOut("r-1", "-1 is negative")]
    assert done.summary() == "2 recordings, 1 left out (r-1: -1 is negative)"
    done.write_report(tmp_path / "left_out.csv")
    assert pd.read_csv(tmp_path / "left_out.csv").to_dict("records") == [
        {"recording": "r-1", "reason": "-1 is negative"}
    ]


def test_names_that_are_no_text_are_written_out(tmp_path: Path) -> None:
    odd = os.fsdecode(b'new\nline "\xff".wav')
    done = Done({"good": 1}, [LeftOut(odd, "silent")])
    assert done.summary() == '1 recording, 1 left out (new\\nline "\\udcff".wav: silent)'
    done.write_report(tmp_path / "left_out.csv")
    assert pd.read_csv(tmp_path / "left_out.csv")["recording"].tolist() == ['new\\nline "\\udcff".wav']


def test_stops_past_the_share_of_bad_recordings() -> None:
    assert len(run([1, 2, 3, -4], max_bad_share=0.25).left_out) == 1
    with pytest.raises(BadInputError, match=r"2 of 4 recordings.*max_bad_share 0.25.*r-4: -4 is negative"):
        run([1, 2, -3, -4], max_bad_share=0.25)


def test_stops_when_nothing_is_left() -> None:
    with pytest.raises(BadInputError, match="1 of 1 recording cannot"):
        run([-1], max_bad_share=1.0)


def test_our_own_mistakes_are_not_taken_for_bad_recordings() -> None:
    with pytest.raises(ZeroDivisionError):
        for_each_recording(crash, ["a"], [(0,)], label="crash", max_bad_share=1.0)


@pytest.mark.parametrize("recordings", [1, 4])
def test_each_recording_has_one_thread(recordings: int) -> None:
    names = [str(number) for number in range(recordings)]
    done = for_each_recording(threads, names, [(0,)] * recordings, label="threads", max_bad_share=0)
    for pools in done.results.values():
        assert set(pools) == {1}


def test_works_in_the_callers_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run([1, 2, 3])
    monkeypatch.chdir(tmp_path)
    done = for_each_recording(folder, ["a", "b"], [(1,), (2,)], label="folder", max_bad_share=0)
    assert set(done.results.values()) == {str(tmp_path)}
