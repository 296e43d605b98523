"""Corpora: one file each, one manifest schema for all, and splits into disjoint singers and songs."""
