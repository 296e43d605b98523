"""Random changes of clips for training."""
