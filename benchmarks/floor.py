"""The floor of a training step: its matrix products and convolutions, which no arrangement can leave out.

Counted are those of the first layer and the block (paper 3.4), forward and backward, for the paper's shapes: of one
clip 128 x 48 positions, each a patch of 11 x 11 numbers, filled up to 128, against 128 channels in four places.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.profiler import ProfilerActivity, profile

from benchmarks.ratio import seconds
from pipeline.nn.fast.layers import BlockKernels
from pipeline.nn.fast.workers import side_by_side

HEIGHT, WIDTH = 128, 48
POSITIONS = HEIGHT * WIDTH
PATCH, CHANNELS, BOTTLENECK, GROUPS, KERNEL = 128, 128, 64, 4, 5
PRODUCTS = frozenset({"aten::mm", "aten::addmm", "aten::bmm", "aten::mkldnn_convolution", "aten::convolution_backward"})


def floor_work(clips: int, dtype: torch.dtype) -> Callable[[], None]:
    """Prepare a clip's products and convolutions, and return what does them for every clip, one thread a clip."""
    draws = torch.Generator().manual_seed(0)

    def noise(*shape: int) -> Tensor:
        return torch.randn(shape, generator=draws).to(dtype)

    patches, stem, spread = noise(POSITIONS, PATCH), noise(PATCH, 4 * CHANNELS), noise(POSITIONS, 4 * CHANNELS)
    wide, narrow = noise(POSITIONS, CHANNELS), noise(POSITIONS, BOTTLENECK)
    kernel = noise(BOTTLENECK, BOTTLENECK // GROUPS, KERNEL, KERNEL).to(memory_format=torch.channels_last)
    block = BlockKernels(noise(CHANNELS, BOTTLENECK), kernel, noise(BOTTLENECK, CHANNELS), GROUPS)

    def one_clip(_: int) -> None:
        patches @ stem
        spread.T @ patches
        wide @ block.reduce
        wide.T @ narrow
        narrow @ block.reduce.T
        block.convolve(narrow, HEIGHT, WIDTH)
        block.convolve_back(narrow, narrow, HEIGHT, WIDTH)
        narrow @ block.expand
        narrow.T @ wide
        wide @ block.expand.T

    def all_clips() -> None:
        side_by_side(one_clip, clips)

    return all_clips


def share_in_products(step: Callable[[], object]) -> float:
    """Measure the share of the threads' time that a step spends in matrix products and convolutions."""
    every_thread = torch._C._profiler._ExperimentalConfig(profile_all_threads=True)
    with profile(activities=[ProfilerActivity.CPU], experimental_config=every_thread) as recorded:
        whole = seconds(step)
    microseconds: float = sum(one.self_cpu_time_total for one in recorded.key_averages() if one.key in PRODUCTS)
    return microseconds / 1e6 / (whole * torch.get_num_threads())
