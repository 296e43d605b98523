"""What was found, to read and to process."""

from typing import Any

from singing_style.validation.finding import Severity
from singing_style.validation.validate import Validation

MARKS = {Severity.STOP: "STOP", Severity.WARNING: "warning", Severity.NOTE: ""}


def tell(validation: Validation) -> str:
    """Say all that was found: facts first, then warnings, then what stops the pipeline, and the verdict."""
    order = [Severity.NOTE, Severity.WARNING, Severity.STOP]
    ordered = sorted(validation.findings, key=lambda finding: order.index(finding.severity))
    lines = [f"{MARKS[finding.severity]:8}{finding.subject:12}{finding.text}" for finding in ordered]
    return "\n".join([str(validation.source), *lines, verdict(validation)])


def verdict(validation: Validation) -> str:
    """Say in one line whether the pipeline can run."""
    count = {severity: sum(one.severity is severity for one in validation.findings) for severity in Severity}
    verdict = "not ready for the pipeline" if validation.stops else "ready for the pipeline"
    return f"{verdict} (stops: {count[Severity.STOP]}, warnings: {count[Severity.WARNING]})"


def as_json(validation: Validation) -> dict[str, Any]:
    """Give the findings and the table of recordings as JSON can hold them; what was not measured is null."""
    recordings = validation.recordings.astype(object).where(validation.recordings.notna(), None)
    return {
        "source": str(validation.source),
        "ready": not validation.stops,
        "findings": [
            {"severity": one.severity, "subject": one.subject, "text": one.text, "recordings": list(one.recordings)}
            for one in validation.findings
        ],
        "recordings": recordings.to_dict(orient="records"),
    }
