"""Everything that is wrong with a corpus, before anyone waits for it."""

from singing_style.validation.finding import Finding, Severity
from singing_style.validation.validate import Validation, validate

__all__ = ["Finding", "Severity", "Validation", "validate"]
