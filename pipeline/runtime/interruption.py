"""Noticing that a stage should end: a signal to stop, or the death of the process that started it.

A stage that is started by DVC is left running when DVC is killed, and would write into the folders of the next run.
Nothing tells it, but the system hands it to another parent; so looking at ``getppid()`` now and then is enough, on
every Unix. (Linux could send a signal instead, ``prctl(PR_SET_PDEATHSIG)``, but does so already when the *thread* that
started the process ends.)
"""

import os
import signal
import threading
import time
from types import FrameType, TracebackType
from typing import Any

import pipeline

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WATCH_EVERY = 0.5
"""Seconds between two looks at the parent."""


def end_with_parent() -> None:
    """From now on, send this process SIGTERM when the process that started it has ended."""
    threading.Thread(target=_watch_parent, daemon=True).start()


def _watch_parent() -> None:
    while not _orphaned():
        time.sleep(WATCH_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)


def _orphaned() -> bool:
    return os.getppid() != pipeline.PARENT


class Interruption:
    """Inside the context, a first signal to stop is noted instead of obeyed; a second one ends the process as usual.

    A signal that the process was started to ignore (``nohup``) stays ignored.
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
        """Say why the work should end now, if it should."""
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
