"""Clips changed at random for training."""
