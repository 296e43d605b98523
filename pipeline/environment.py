"""Record beside the metrics on what the network was trained.

Reads models/environment.json; writes metrics/environment.json, which stands in Git: Python and packages, processor and
its features, device, precision, threads. A model that comes from a cache keeps the record of where it was trained.
"""

import json

from pipeline.errors import BadInputError
from pipeline.runtime.stage import METRICS, MODELS, run

FILE = "environment.json"


def main() -> str:
    """Copy the record."""
    try:
        environment = json.loads((MODELS / FILE).read_text())
        said = f"trained on {environment['device']} in {environment['precision']} with {environment['threads']} threads"
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise BadInputError(f"{MODELS / FILE}: no record ({fault!r}); run `dvc repro train`") from fault
    METRICS.mkdir(exist_ok=True)
    (METRICS / FILE).write_text(json.dumps(environment, indent=2) + "\n")
    return said


if __name__ == "__main__":
    run(main, __doc__)
