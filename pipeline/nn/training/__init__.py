"""How a network is trained: steps, validation, stopping, checkpoints and the report."""
