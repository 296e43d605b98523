"""Networks from clips to embeddings, and the interface that they share."""
