"""What the embeddings and the handcrafted baseline say about singers and songs (paper, section 4)."""
