"""Ways to part a corpus into training, validation and test; one file a way."""
