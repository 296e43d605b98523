"""What embeddings and the handcrafted baseline reveal of singers and songs (paper, section 4)."""
