"""The siamese network: its layers, objectives, pairs of clips, and training (paper sections 2 and 3.4)."""
