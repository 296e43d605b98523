"""Embedding clips with a trained network."""

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from pipeline.nn.clip_bank import ClipBank
from pipeline.nn.device import autocast
from pipeline.nn.networks.embedder import Embedder


def embed_clips(
    network: Embedder,
    bank: ClipBank,
    *,
    batch: int,
    device: torch.device,
    precision: torch.dtype,
    label: str | None = None,
) -> NDArray[np.float32]:
    """Embed every clip of a bank, in evaluation mode (running statistics, no dropout).

    Parameters
    ----------
    network : Embedder
        Its mode is restored afterwards.
    bank : ClipBank
        n clips.
    batch : int
        Clips per batch.
    device, precision
        Device and precision to compute in.
    label : str, optional
        Label of a progress bar; without it there is none.

    Returns
    -------
    ndarray of float32, shape (n, embedding)
    """
    was_training = network.training
    network.eval()
    starts = tqdm(range(0, len(bank), batch), desc=label, unit=" batches", disable=label is None, mininterval=1.0)
    with torch.inference_mode(), autocast(device, precision):
        vectors = [network(bank.gather(np.arange(start, min(start + batch, len(bank))))).float() for start in starts]
    network.train(was_training)
    # moved to the processor once: a GPU is not waited for after every batch
    return torch.cat(vectors).cpu().numpy()
