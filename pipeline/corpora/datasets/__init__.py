"""Corpora, one file each: where their recordings lie, and who sings what."""
