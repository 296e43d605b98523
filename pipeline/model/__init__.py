"""What is released: how a model listens, what its distances mean, its card and its file."""
