"""Numbers that settings may hold, as pydantic checks them: in params.yaml and in the header of a model file."""

from typing import Annotated

from pydantic import Field

# Of what takes minutes rather than memory; a slip of the keyboard lies beyond.
Count = Annotated[int, Field(ge=1, le=10**6)]
# Of what has to be told apart.
Several = Annotated[int, Field(ge=2, le=10**6)]
# What memory grows with; far above it, a slip of the keyboard would take all there is.
Size = Annotated[int, Field(ge=1, le=4096)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
WholeNumber = Annotated[int, Field(ge=0)]
