"""What looks after a served graph in the background."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod

from kg.errors import KGError


class Keeper(ABC):
    """Looks again and again, in a thread, until it is closed.

    What is wrong is told once for as long as it is the same, and looked at again all the same.
    """

    def __init__(self, name: str, seconds: float, *, first: float | None = None) -> None:
        """``seconds`` are between one look and the next, ``first`` before the first if others."""
        self._ended = threading.Event()
        self._seconds = seconds
        self._first = seconds if first is None else first
        self._thread = threading.Thread(target=self._keep, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more, and wait for what is under way."""
        self._ended.set()
        self._thread.join()

    @abstractmethod
    def look(self) -> str | None:
        """See to what there is to do; returns what is wrong, if anything, or raises it."""

    @abstractmethod
    def complain(self, problem: str) -> None:
        """Tell what is wrong."""

    def _keep(self) -> None:
        seconds, said = self._first, None
        while not self._ended.wait(seconds):
            seconds = self._seconds
            try:
                problem = self.look()
            except KGError as error:
                problem = str(error)
            if problem is not None and problem != said:
                self.complain(problem)
            said = problem
