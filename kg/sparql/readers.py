"""Evaluation in processes that can be killed, on copies that nobody else writes.

The engine has no timeout, no memory limit and no cancellation, and a query may end its process
(pyoxigraph 0.5). So queries of others run in reader processes: one that takes too long, takes
too much memory or dies is replaced, and no other query notices.
"""

from __future__ import annotations

import itertools
import logging
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from multiprocessing import Pipe
from pathlib import Path
from typing import Final

from kg.errors import KGError, QueryAborted, QueryTimeout
from kg.sparql.caps import Caps
from kg.sparql.checkpoints import Exported, Followed
from kg.sparql.copies import Copies, Holding, Place
from kg.sparql.deadlines import Deadline, Deadlines
from kg.sparql.environment import environment
from kg.sparql.executor import Answer, QueryRequest, require_revision
from kg.sparql.messages import (
    CHUNK,
    END,
    LOST,
    PLAN,
    WHOLE,
    Request,
    decode_failure,
    decode_plan,
    decode_whole,
)
from kg.sparql.planner import is_worth_planning
from kg.terms import NamedNode

_log = logging.getLogger(__name__)

_MODULE: Final = "kg.sparql.reader_process"
_NO_CAPS: Final = Caps()


class _Reader:
    """A reader process, seen from here."""

    def __init__(self, memory_limit: int) -> None:
        self.connection, theirs = Pipe()
        descriptor = theirs.fileno()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", _MODULE, str(descriptor), str(memory_limit)],
                pass_fds=[descriptor],
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.holding = Holding()
        self.ready = False
        self.ended = False
        self.died = False
        """Whether it came to its end before it was killed."""

    def ask(self, request: Request) -> None:
        """Send a request; before the first, wait until the process has started."""
        if not self.ready:
            self.connection.recv_bytes()
            self.ready = True
        self.connection.send_bytes(request.encode())

    @property
    def alive(self) -> bool:
        """Whether the process is there."""
        return self.process.poll() is None

    def end(self) -> None:
        """Kill the process and wait until it is gone; what it sent can still be received."""
        self.died, self.ended = self.died or not self.alive, True
        self.process.kill()
        self.process.wait()


class _Evaluation(Iterator[bytes]):
    """One query on one reader, given back when the answer ends, fails, is closed or too late."""

    def __init__(
        self,
        reader: _Reader,
        give_back: Callable[[_Reader], None],
        deadlines: Deadlines,
        timeout: float,
        on_timeout: Callable[[], None] | None,
    ) -> None:
        self._reader = reader
        self._give_back = give_back
        self._deadlines = deadlines
        self._deadline: Deadline | None = None
        self._timeout = timeout
        self._on_timeout = on_timeout
        self._lock = threading.Lock()
        self._finished = False
        self._ended = False
        self._timed_out = False
        self.plan: tuple[str, ...] = ()

    def start(self, request: Request) -> None:
        """Send the request; the clock runs from here."""
        try:
            self._reader.ask(request)
        except (EOFError, OSError):
            raise self._death() from None
        self._deadline = self._deadlines.after(self._timeout, self._run_out)

    def __next__(self) -> bytes:
        if self._ended:
            raise StopIteration
        if self._finished and not self._timed_out:
            raise QueryAborted("the answer was closed before its end")
        try:
            message = self._reader.connection.recv_bytes()
        except (EOFError, OSError):
            raise self._death() from None
        if message.startswith(CHUNK):
            return message[len(CHUNK) :]
        if message.startswith(WHOLE):
            self.plan, answer = decode_whole(message)
            self._finish(reusable=True)
            self._ended = True
            return answer
        if message.startswith(PLAN):
            self.plan = decode_plan(message)
            return next(self)
        self._reader.died = message.startswith(LOST)
        self._finish(reusable=not self._reader.died)
        if message == END:
            self._ended = True
            raise StopIteration
        raise decode_failure(message)

    def close(self) -> None:
        """End the evaluation, if it is still going on."""
        self._finish()

    def _run_out(self) -> None:
        self._finish(timed_out=True)

    def _finish(self, *, reusable: bool = False, timed_out: bool = False) -> None:
        with self._lock:
            if self._finished:
                return
            self._finished = True
            self._timed_out = timed_out
        if self._deadline is not None:
            self._deadline.cancel()
        if not reusable:
            self._reader.end()
        self._give_back(self._reader)
        if timed_out and self._on_timeout:
            self._on_timeout()

    def _death(self) -> KGError:
        self._finish()
        if self._timed_out:
            return QueryTimeout(f"the query was stopped after {self._timeout:g} seconds")
        return QueryAborted("the query was stopped: it needs too much memory or is too complex")


class ReaderPool:
    """A :class:`~kg.sparql.executor.QueryExecutor` of a few reader processes.

    ``folder`` is for copies of the store and its index alone, best on the file system of the
    store. ``timeout`` is in seconds of wall clock from a query's start to its last byte taken, and
    also how long a query waits for a free reader. ``memory_limit`` is in bytes of address space, of
    which a reader needs 450 MB for itself. An answer that goes over ``caps`` fails with
    :class:`kg.errors.AnswerTooLarge`, perhaps in the middle.
    """

    def __init__(
        self,
        store: Followed,
        folder: Path,
        *,
        index: Exported | None = None,
        size: int = 2,
        memory_limit: int = 2 * 1024**3,
        timeout: float = 30.0,
        caps: Caps = _NO_CAPS,
    ) -> None:
        self._store = store
        self._copies = Copies(store, index, folder)
        self._memory_limit = memory_limit
        self._timeout = timeout
        self._caps = caps
        self._closed = threading.Event()
        self._deadlines = Deadlines()
        self._readers: set[_Reader] = set()
        # Those that have started come first, of these the one that was used last.
        self._idle: queue.PriorityQueue[tuple[bool, int, _Reader]] = queue.PriorityQueue()
        self._turns = itertools.count()
        for _ in range(size):
            self._lay_by(self._started())

    def execute(self, request: QueryRequest) -> Answer:
        """See :meth:`kg.sparql.executor.QueryExecutor.execute`."""
        require_revision(request.at_least_revision, self._store.written.standing.revision)
        reader = self._free_reader()
        plain = not is_worth_planning(request.text)
        try:
            place = self._copies.place(reader.holding, indexed=not plain)
        except BaseException:
            self._give_back(reader)
            raise

        def give_back(used: _Reader) -> None:
            place.held.close()
            self._give_back(used)

        limit = min(request.timeout or self._timeout, self._timeout)
        evaluation = _Evaluation(reader, give_back, self._deadlines, limit, request.on_timeout)
        evaluation.start(_message(request, place, self._caps, plain=plain))
        first = next(evaluation, b"")
        return Answer(
            request.format,
            place.revision,
            chain((first,), evaluation),
            evaluation.close,
            evaluation.plan,
        )

    def close(self) -> None:
        """End all readers, whatever they do, and remove the copies."""
        self._closed.set()
        self._deadlines.close()
        for reader in list(self._readers):
            reader.end()
        self._copies.close()

    def _free_reader(self) -> _Reader:
        try:
            *_, reader = self._idle.get(timeout=self._timeout)
        except queue.Empty:
            message = f"all readers were busy for {self._timeout:g} seconds"
            raise QueryTimeout(message, hint="try again later") from None
        living = self._living(reader)
        if not living.alive:
            self._lay_by(living)
            raise QueryAborted("no process can be started to evaluate the query")
        return living

    def _give_back(self, reader: _Reader) -> None:
        if self._closed.is_set():
            reader.end()
        else:
            self._lay_by(self._living(reader) if reader.ended else reader)

    def _lay_by(self, reader: _Reader) -> None:
        self._idle.put((not reader.ready, -next(self._turns), reader))

    def _living(self, reader: _Reader) -> _Reader:
        """The reader, or one in its place where it is dead and the system lets us start one."""
        if reader.alive:
            return reader
        try:
            started = self._started()
        except OSError as error:
            _log.error("cannot start a reader: %s", error)
            return reader
        self._readers.discard(reader)
        self._copies.drop(reader.holding, failed=reader.died or not reader.ended)
        return started

    def _started(self) -> _Reader:
        reader = _Reader(self._memory_limit)
        self._readers.add(reader)
        if self._closed.is_set():
            reader.end()
        return reader


def _message(request: QueryRequest, place: Place, caps: Caps, *, plain: bool) -> Request:
    return Request(
        str(place.store),
        str(place.index) if place.index else None,
        place.updates,
        place.owned,
        request.text,
        request.format.name,
        _iris(request.default_graphs),
        _iris(request.named_graphs),
        caps.rows,
        caps.bytes,
        plain=plain,
    )


def _iris(graphs: Sequence[NamedNode] | None) -> list[str] | None:
    return None if graphs is None else [graph.value for graph in graphs]
