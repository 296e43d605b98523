"""The sections of params.yaml, as types; each says what its parameters mean and where in the paper they come from.

The text below a field is its meaning in the reference of parameters, which is generated from here.
"""
