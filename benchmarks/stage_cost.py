"""What a stage takes: time, the processor's time, and the most memory that it and the processes it starts hold."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

TOP = Path(__file__).parents[1]
# Seconds from one look at the processes to the next
INTERVAL = 0.2


@dataclass(frozen=True)
class Cost:
    """What a stage took.

    Attributes
    ----------
    seconds : float
        From start to end, imports included.
    core_seconds : float
        Time of the processor in all its processes, which other work on the machine hardly changes.
    mebibytes : float
        Peak of the memory of all its processes; what they share counts once.
    """

    seconds: float
    core_seconds: float
    mebibytes: float


def run_stage(stage: str, folder: Path) -> Cost:
    """Run a stage in a folder as DVC would.

    Parameters
    ----------
    stage : str
        Its name in dvc.yaml.
    folder : Path
        Holds params.yaml and data; what the stage says goes to ``logs/`` in it.

    Raises
    ------
    SystemExit
        The stage failed; the message names its log.
    """
    log = folder / "logs" / f"{stage}.txt"
    log.parent.mkdir(exist_ok=True)
    environment = os.environ | {"DVC_ROOT": str(folder), "PYTHONPATH": str(TOP)}
    command = [sys.executable, "-m", f"pipeline.{stage}"]
    started = time.monotonic()
    with (
        log.open("w") as said,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT) as running,
    ):
        try:
            core_seconds, peak = _watch(running)
        finally:
            running.terminate()
    if running.returncode:
        raise SystemExit(f"stage {stage} ended with {running.returncode}; see {log}")
    return Cost(time.monotonic() - started, core_seconds, peak)


def _watch(running: "subprocess.Popen[bytes]") -> tuple[float, float]:
    """Look at all processes until the first has ended; return their time and the peak of their memory in mebibytes."""
    core_seconds: dict[psutil.Process, float] = {}
    peak = 0
    while running.poll() is None:
        held = 0
        for process in _family(running.pid):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):  # it has just ended
                used = process.cpu_times()
                core_seconds[process] = used.user + used.system
                held += process.memory_full_info().pss
        peak = max(peak, held)
        time.sleep(INTERVAL)
    return sum(core_seconds.values()), peak / 2**20


def _family(number: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(number)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
