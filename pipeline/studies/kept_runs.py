"""What the runs of a study gave, in a file of metrics/ that Git carries into every clone.

A result stands there under the name of its experiment, which ends with the fingerprint of sources, data and parameters;
as long as these are those of today, a run that has one is not repeated, wherever it was made. Once they are others, a
result that names the commit it was run on still stands in for the run, until the run is made anew.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import BadInputError
from pipeline.runtime.metrics import read_fields
from pipeline.studies.fingerprint import fingerprint
from pipeline.studies.runs import Experiment, find_experiment
from pipeline.studies.series import Planned, Run

Result = dict[str, Any]


@dataclass(frozen=True)
class KeptRuns:
    """The file of a study, whose list ``runs`` names the ``experiment`` of each.

    Attributes
    ----------
    path : Path
    remedy : str
        The command that writes it.
    """

    path: Path
    remedy: str

    def read(self) -> dict[str, Result]:
        """Return the results by experiment; none where there is no file, or one of before results were kept.

        Raises
        ------
        BadInputError
            The file is damaged.
        """
        if not self.path.exists():
            return {}
        # the command alone would read the file again, and without it all runs would be made anew
        advice = f"`git restore {self.path}`, or take that run out of it, and run `{self.remedy}`"
        return {run["experiment"]: run for run in read_fields(self.path, advice).get("runs", [])}

    def hold(self, run: Planned) -> bool:
        """Return whether a run has a result, here or among this clone's experiments."""
        return run.experiment.name in self.read() or bool(find_experiment(run.experiment))

    def gather(
        self, runs: Sequence[Run], failed: Mapping[str, str], result: Callable[[Run, str], Result]
    ) -> tuple[list[tuple[Run, Result]], dict[str, str]]:
        """Collect the results of the runs that are finished, at the present sources or else at those of a commit.

        Parameters
        ----------
        runs : sequence of Planned
            All runs, finished or not.
        failed : mapping of str to str
            Why a run has no result, by name of experiment.
        result : callable
            Reads what a run gave, the name of its ``experiment`` included, from its commit. Where it also names the
            ``commit`` that was run, the result outlives the sources.

        Returns
        -------
        found : list of (Planned, dict)
            In the order of the runs.
        missing : dict of str to str
            The runs without a result, and why.

        Raises
        ------
        BadInputError
            No run is finished.
        """
        kept = self.read()
        found, missing = [], {}
        for run in runs:
            name = run.experiment.name
            if name in kept:
                found.append((run, kept[name]))
            elif revision := find_experiment(run.experiment):
                found.append((run, result(run, revision)))
            else:
                before, why = _find_earlier(run.experiment, kept)
                if before:
                    found.append((run, before))
                else:
                    missing[str(run)] = failed.get(name, why or "not run")
        if not found:
            raise BadInputError("no run is done: " + "; ".join(f"{name}: {why}" for name, why in missing.items()))
        return found, missing


def _find_earlier(experiment: Experiment, kept: dict[str, Result]) -> tuple[Result | None, str]:
    """Find what the same settings and targets gave on an earlier commit; of several results, the last.

    Returns
    -------
    result : dict or None
    why : str
        Why there is none although one is kept: its commit cannot be read, as in a shallow clone.
    """
    label, why = experiment.name.rpartition("-")[0], ""
    for name, result in reversed(kept.items()):
        if "commit" in result and name.rpartition("-")[0] == label:
            try:
                then = fingerprint(result["commit"], experiment.targets, experiment.settings)
            except BadInputError as fault:
                why = f"its result of commit {result['commit']} cannot be checked ({fault}); `git fetch --unshallow`"
                continue
            if name == f"{label}-{then}":
                return result, ""
    return None, why
