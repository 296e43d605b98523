import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.storage.frames import FrameTables


@given(st.lists(st.integers(3, 9), min_size=1, max_size=5), st.data())
def test_stretches_are_those_of_the_joined_tables(lengths: list[int], data: st.DataObject) -> None:
    whole = np.arange(2 * sum(lengths), dtype=np.float16).reshape(-1, 2)
    ends = np.cumsum(lengths)
    frames = FrameTables(np.split(whole, ends[:-1]))
    inside = [f for end, n in zip(ends, lengths, strict=True) for f in range(end - n, end - 2)]
    first = np.array(data.draw(st.lists(st.sampled_from(inside), min_size=1, max_size=8)))
    found = np.empty((len(first), 3, 2), np.float16)
    frames.gather(first, 3, found)
    assert found.tolist() == [whole[f : f + 3].tolist() for f in first]
    assert (len(frames), frames.bins, frames.bytes, frames.mapped) == (len(whole), 2, whole.nbytes, False)
