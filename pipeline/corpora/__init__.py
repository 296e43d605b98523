"""One file a corpus, one manifest schema for all, and the balanced split: unseen singers, unseen songs."""
