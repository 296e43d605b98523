"""Checks of a corpus: everything that is wrong with it, before the pipeline runs."""

from singing_style.validation.finding import Finding, Severity
from singing_style.validation.validate import Validation, validate

__all__ = ["Finding", "Severity", "Validation", "validate"]
