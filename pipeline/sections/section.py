"""What every section of params.yaml is: frozen, strict, no unknown keys."""

from pydantic import BaseModel, ConfigDict, model_validator

from pipeline.model.numbers import Count, Several, Share


class Section(BaseModel):
    """A section of params.yaml: frozen, strict, no unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Counts(Section):
    """A whole number for each part of the corpus."""

    train: Count
    """in the training part"""
    validation: Count
    """in the validation part"""
    test: Count
    """in the test part"""


class SingerCounts(Counts):
    """The same of singers: with one in a part there is no impostor pair (paper 2.1)."""

    train: Several
    """in the training part"""
    validation: Several
    """in the validation part"""
    test: Several
    """in the test part"""


class Shares(Section):
    """A share for each part of the corpus; the three sum to one."""

    train: Share
    """in the training part"""
    validation: Share
    """in the validation part"""
    test: Share
    """in the test part"""

    @model_validator(mode="after")
    def _sum_to_one(self) -> "Shares":
        if abs(self.train + self.validation + self.test - 1) > 1e-6:
            raise ValueError("train, validation and test must sum to 1")
        return self
