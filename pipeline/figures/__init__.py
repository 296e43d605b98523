"""Figures: each module composes one and writes it as a PNG, the same bytes every time."""
