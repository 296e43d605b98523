import threading

import pytest
import torch

from pipeline.nn.fast.workers import side_by_side


def test_results_come_in_order() -> None:
    assert side_by_side(lambda piece: piece**2, 20) == [piece**2 for piece in range(20)]


def test_a_piece_has_one_thread_and_the_caller_keeps_its_own() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(5)  # no other test asks for so many, so the pool is a new one
    try:
        assert set(side_by_side(lambda _: torch.get_num_threads(), 8)) == {1}
        assert torch.get_num_threads() == 5
    finally:
        torch.set_num_threads(before)


def test_a_fault_reaches_the_caller() -> None:
    def fail(piece: int) -> None:
        raise ValueError(f"piece {piece} on {threading.current_thread().name}")

    with pytest.raises(ValueError, match="piece 0 on clips"):
        side_by_side(fail, 3)
