"""A source-filter choir: singers of known style, public-domain melodies, changing recording channels."""
