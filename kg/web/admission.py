"""Admission: no more queries at a time than leave threads free for everything else."""

from __future__ import annotations

import threading
import weakref
from dataclasses import replace
from typing import Final

from werkzeug.exceptions import ServiceUnavailable

from kg.sparql.executor import Answer, QueryExecutor, QueryRequest

_WAIT_SECONDS: Final = 1.0
_RETRY_SECONDS: Final = 5


class AdmittingExecutor:
    """A :class:`~kg.sparql.executor.QueryExecutor` that turns queries away when it is full.

    A query counts from its start until its answer is closed or dropped.
    """

    def __init__(self, executor: QueryExecutor, places: int) -> None:
        self._executor = executor
        self._places = threading.BoundedSemaphore(places)

    def execute(self, request: QueryRequest) -> Answer:
        """See the protocol; raises :class:`ServiceUnavailable` when no place gets free soon."""
        if not self._places.acquire(timeout=_WAIT_SECONDS):
            raise ServiceUnavailable("Too many queries are under way.", retry_after=_RETRY_SECONDS)
        try:
            answer = self._executor.execute(request)
        except BaseException:
            self._places.release()
            raise
        leaving = _Leaving(answer, self._places)
        admitted = replace(answer, on_close=leaving.leave)
        # Who drops an answer unread, without closing it, must not keep its place.
        weakref.finalize(admitted, leaving.leave)
        return admitted

    def close(self) -> None:
        """Close the executor behind."""
        self._executor.close()


class _Leaving:
    """Gives a place back, once however often an answer is closed."""

    def __init__(self, answer: Answer, places: threading.BoundedSemaphore) -> None:
        self._answer = answer
        self._places = places
        self._lock = threading.Lock()

    def leave(self) -> None:
        if self._lock.acquire(blocking=False):
            self._answer.close()
            self._places.release()
