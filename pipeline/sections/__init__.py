"""The sections of params.yaml, as types; each says what its parameters mean and where in the paper they come from."""
