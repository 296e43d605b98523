"""The sections of params.yaml as types, with the meaning of each parameter and its place in the paper.

The text below a field is its meaning in the reference of parameters, which is generated from these modules.
"""
