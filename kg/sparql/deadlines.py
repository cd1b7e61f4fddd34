"""Calls that are to be made when time is up, unless they are called off, kept by one thread.

A thread for each (``threading.Timer``) costs several times what a look-up does.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable


class Deadline:
    """A call that is still to be made, or has been called off."""

    def __init__(self, at: float, call: Callable[[], None]) -> None:
        self.at = at
        self._call: Callable[[], None] | None = call

    def cancel(self) -> None:
        """Call it off, unless it is being made already."""
        self._call = None

    def pass_(self) -> None:
        """Make the call in a thread of its own: it may take a while, and others are due too."""
        call = self._call
        if call is not None:
            threading.Thread(target=call, daemon=True).start()


class Deadlines:
    """Deadlines in the order of their time; one costs O(log n) of those that are kept.

    What is called off is forgotten when its time comes.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, Deadline]] = []
        self._turns = itertools.count()
        self._closed = False
        threading.Thread(target=self._run, daemon=True).start()

    def after(self, seconds: float, call: Callable[[], None]) -> Deadline:
        """Have a call made when so many seconds have passed."""
        deadline = Deadline(time.monotonic() + seconds, call)
        with self._changed:
            heapq.heappush(self._waiting, (deadline.at, next(self._turns), deadline))
            if self._waiting[0][-1] is deadline:
                self._changed.notify()
        return deadline

    def close(self) -> None:
        """Make no further call."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        while (deadline := self._next()) is not None:
            deadline.pass_()

    def _next(self) -> Deadline | None:
        """The next that is due, waited for; ``None`` once no further call is to be made."""
        with self._changed:
            while not self._closed:
                if not self._waiting:
                    self._changed.wait()
                elif (left := self._waiting[0][0] - time.monotonic()) > 0:
                    self._changed.wait(min(left, threading.TIMEOUT_MAX))
                else:
                    return heapq.heappop(self._waiting)[-1]
            return None
