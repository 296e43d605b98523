"""Where things rest between the stages, and between a stage's end and its next start: shards and checkpoints."""
