"""Networks from clips to embeddings, and their common interface."""
