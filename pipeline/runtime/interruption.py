"""Noticing that a stage should end: a signal to stop, or the death of the process that started it.

A stage started by DVC keeps running when DVC is killed, and would write into the folders of the next run. It gets no
signal, but the system gives it another parent, so on every Unix it is enough to check ``getppid()`` now and then.
(Linux can send a signal instead, ``prctl(PR_SET_PDEATHSIG)``, but does so as soon as the *thread* that started the
process ends.)
"""

import os
import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any

import pipeline

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Seconds between two checks of the parent
WATCH_EVERY = 0.5


def end_with_parent() -> None:
    """Start a thread that sends this process SIGTERM once the process that started it has ended."""
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    while not _orphaned():
        time.sleep(WATCH_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)


def _orphaned() -> bool:
    return os.getppid() != pipeline.PARENT


class Interruption:
    """A context in which the first signal to stop is only noted; a second one ends the process as usual.

    Signals that the process was started to ignore (``nohup``) stay ignored.
    """

    def __init__(self) -> None:
        self._signal: signal.Signals | None = None
        self._previous: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Interruption":
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._previous[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._restore()

    def reason(self) -> str | None:
        """Return why the work should end now, or None if it need not."""
        if _orphaned():
            return "the process that started it has ended"
        return self._signal.name if self._signal else None

    def _note(self, number: int, _: FrameType | None) -> None:
        self._signal = signal.Signals(number)
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        self._previous.clear()
