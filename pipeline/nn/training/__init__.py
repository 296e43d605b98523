"""Training of a network: steps, validation, stopping, checkpoints and the report."""
