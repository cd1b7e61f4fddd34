"""Admission: work for clients has places, shared out among callers so that none starves another.

A caller is a token or, without one, an address. Waiting takes a thread, so who finds too many
waiting, or waits too long, is told to come back.
"""

from __future__ import annotations

import threading
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from flask import has_request_context, request
from werkzeug.exceptions import ServiceUnavailable

from kg.sparql.executor import Answer, QueryExecutor, QueryRequest

RETRY_SECONDS: Final = 5
WAIT_SECONDS: Final = 10.0
WAITING: Final = 12
"""How many of one caller wait: behind one address there may be a proxy, or a browser's tabs."""

BREAK_OFF: Final = "kg.break_off"
"""The key of the WSGI environment for what breaks off a transfer that has begun."""


@dataclass(eq=False)
class _Ticket:
    """Somebody who wants a place."""

    caller: str
    admitted: bool = False


class Admission:
    """Places for work; those who wait get them in turn, callers with fewest places first.

    A caller has at most ``each`` of the ``places`` and as many waiting as ``queue``; four times
    as many wait in all.
    """

    def __init__(
        self, places: int, *, each: int, queue: int = WAITING, seconds: float = WAIT_SECONDS
    ) -> None:
        self._free = places
        self._each = each
        self._longest = queue
        self._seconds = seconds
        self._held: Counter[str] = Counter()
        self._queue: list[_Ticket] = []
        self._changed = threading.Condition()

    @contextmanager
    def place(self, caller: str) -> Iterator[None]:
        """Hold a place meanwhile; see :meth:`enter`."""
        self.enter(caller)
        try:
            yield
        finally:
            self.leave(caller)

    def enter(self, caller: str) -> None:
        """Take a place, waiting for it; raises :class:`ServiceUnavailable` where there is none."""
        ticket = _Ticket(caller)
        with self._changed:
            self._queue.append(ticket)
            self._admit()
            if not ticket.admitted and self._is_crowded(caller):
                self._refuse(ticket)
            if not self._changed.wait_for(lambda: ticket.admitted, self._seconds):
                self._refuse(ticket)

    def leave(self, caller: str) -> None:
        """Give a place back."""
        with self._changed:
            self._free += 1
            self._held[caller] -= 1
            self._held += Counter()  # forgets callers that hold none
            self._admit()

    def _admit(self) -> None:
        while self._free and (ticket := self._next()):
            self._queue.remove(ticket)
            self._free -= 1
            self._held[ticket.caller] += 1
            ticket.admitted = True
        self._changed.notify_all()

    def _next(self) -> _Ticket | None:
        entitled = (ticket for ticket in self._queue if self._held[ticket.caller] < self._each)
        return min(entitled, key=lambda ticket: self._held[ticket.caller], default=None)

    def _is_crowded(self, caller: str) -> bool:
        own = sum(ticket.caller == caller for ticket in self._queue)
        return own > self._longest or len(self._queue) > 4 * self._longest

    def _refuse(self, ticket: _Ticket) -> None:
        self._queue.remove(ticket)
        raise ServiceUnavailable("Too much is under way; try again.", retry_after=RETRY_SECONDS)


class AdmittingExecutor:
    """A :class:`~kg.sparql.executor.QueryExecutor` that admits queries by their caller.

    A query counts from its start until its answer is closed or dropped. ``caller`` names who
    sent the request that is being answered.
    """

    def __init__(
        self, executor: QueryExecutor, admission: Admission, caller: Callable[[], str]
    ) -> None:
        self._executor = executor
        self._admission = admission
        self._caller = caller

    def execute(self, request: QueryRequest) -> Answer:
        """See the protocol; raises :class:`ServiceUnavailable` when no place gets free soon."""
        caller = self._caller()
        self._admission.enter(caller)
        try:
            answer = self._executor.execute(replace(request, on_timeout=_break_off()))
        except BaseException:
            self._admission.leave(caller)
            raise
        leaving = _Leaving(answer, lambda: self._admission.leave(caller))
        admitted = replace(answer, on_close=leaving.leave)
        # Who drops an answer unread, without closing it, must not keep its place.
        weakref.finalize(admitted, leaving.leave)
        return admitted

    def close(self) -> None:
        """Close the executor behind."""
        self._executor.close()


class _Leaving:
    """Gives a place back, once however often an answer is closed."""

    def __init__(self, answer: Answer, give_back: Callable[[], None]) -> None:
        self._answer = answer
        self._give_back = give_back
        self._lock = threading.Lock()

    def leave(self) -> None:
        if self._lock.acquire(blocking=False):
            self._answer.close()
            self._give_back()


def _break_off() -> Callable[[], None] | None:
    return request.environ.get(BREAK_OFF) if has_request_context() else None
