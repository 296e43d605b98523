"""What is stored between stages, and between a stage's end and its next start: shards and checkpoints."""
