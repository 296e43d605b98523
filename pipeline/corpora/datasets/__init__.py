"""Corpora, one file each: where the recordings are, and who sings what."""
