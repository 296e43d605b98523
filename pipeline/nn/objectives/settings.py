"""Which objectives there are.

Free of numpy and torch, so that the sections of params.yaml can name them at no cost.
"""

from typing import Literal

# What compares all clips of a batch, some of each singer; beside these there is the paper's loss over pairs.
GroupLoss = Literal["supervised_contrastive", "prototypical", "margin_softmax"]
Loss = Literal["contrastive", GroupLoss]
