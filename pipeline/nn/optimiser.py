"""The paper's optimiser (paper 3.4)."""

import torch
from torch import nn

from pipeline.nn.embedder import Embedder


def adam(network: Embedder, learning_rate: float, l2: float, head: nn.Module | None = None) -> torch.optim.Adam:
    """Make the paper's optimiser: Adam, with the penalty ``l2 x sum w^2`` on the weights.

    The penalty's gradient is ``2 l2 w``: Adam's (coupled) weight decay of twice `l2`, on kernels and the attention's
    w alone; what the `head` trains beside the network has none.
    """
    weights = network.weight_tensors()
    held = {id(weight) for weight in weights}
    others = [parameter for parameter in network.parameters() if id(parameter) not in held]
    others += list(head.parameters()) if head else []
    return torch.optim.Adam(
        [{"params": weights, "weight_decay": 2 * l2}, {"params": others, "weight_decay": 0.0}],
        lr=learning_rate,
        fused=True,  # one pass over all that an optimiser holds: for 203 million parameters, a third of a step
    )
