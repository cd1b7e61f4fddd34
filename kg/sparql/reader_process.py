"""A reader process: evaluates one query at a time on a copy of a store, under a memory limit.

Run by :mod:`kg.sparql.readers` as ``python -m kg.sparql.reader_process DESCRIPTOR BYTES``. It
ends when the other end of its connection closes, whatever it is doing then: its main thread
does nothing but wait for that.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from kg.index import Snapshots
from kg.sparql.caps import Caps, capped
from kg.sparql.evaluation import begin
from kg.sparql.lineage import Closures
from kg.sparql.messages import (
    CHUNK,
    END,
    LOST,
    Request,
    encode_failure,
    encode_plan,
    encode_whole,
)
from kg.sparql.streaming import CHUNK as FULL
from kg.sparql.streaming import start_evaluation_thread, write_chunks
from kg.store import EmbeddedStore
from kg.terms import NamedNode


def main(descriptor: int, memory_limit: int) -> None:
    """Answer the requests that come over a connection until it closes."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_limit, memory_limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    connection = Connection(descriptor)
    requests: SimpleQueue[Request] = SimpleQueue()
    connection.send_bytes(END)
    start_evaluation_thread(_Evaluator(connection, requests).run)
    try:
        while True:
            requests.put(Request.decode(connection.recv_bytes()))
    except (EOFError, OSError):
        # Evaluation cannot be interrupted, so the process is not asked to finish.
        os._exit(0)


class _Outbox:
    """Sends an answer piece by piece, or in one message where it is short.

    A piece that is not full is most often the last one, so the first is held back where it is not.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._plan: tuple[str, ...] = ()
        self._held: bytes | None = b""

    def plan(self, names: tuple[str, ...]) -> None:
        """Take in how the query was planned, before the first piece."""
        self._plan = names

    def put(self, chunk: bytes) -> None:
        """Send a piece, or hold it back."""
        if self._held == b"" and len(chunk) < FULL:
            self._held = chunk
            return
        self._begin()
        self._connection.send_bytes(CHUNK + chunk)

    def finish(self) -> None:
        """Send what was held back, and that there is no more."""
        if self._held is not None:
            self._connection.send_bytes(encode_whole(self._plan, self._held))
        else:
            self._connection.send_bytes(END)

    def _begin(self) -> None:
        if self._held is not None:
            self._connection.send_bytes(encode_plan(self._plan))
            if self._held:
                self._connection.send_bytes(CHUNK + self._held)
            self._held = None


@dataclass
class _Evaluator:
    """Evaluates requests in turn and keeps the last copy open."""

    connection: Connection
    requests: SimpleQueue[Request]
    path: str = ""
    store: EmbeddedStore | None = None
    index: str | None = None
    closures: Closures | None = None
    snapshots: Snapshots = field(default_factory=Snapshots)

    def run(self) -> None:
        """Answer requests for ever."""
        while True:
            request = self.requests.get()
            try:
                outbox = _Outbox(self.connection)
                caps = Caps(request.max_rows, request.max_bytes)
                put = capped(outbox.put, caps, request.format_name)
                write_chunks(partial(self._answer, request, outbox), put)
                outbox.finish()
            except BaseException as error:
                self.connection.send_bytes(encode_failure(error))

    def _answer(self, request: Request, outbox: _Outbox, output: IO[bytes]) -> None:
        begun = begin(
            self._placed(request),
            request.text,
            self.closures if request.index else None,
            default_graphs=_nodes(request.default_graphs),
            named_graphs=_nodes(request.named_graphs),
            plain=request.plain,
        )
        outbox.plan(begun.planned.told)
        begun.write(request.format_name, output)

    def _placed(self, request: Request) -> EmbeddedStore:
        """The copy that a query is about, as new as it is to be.

        One that cannot be opened or brought up is given up, and the process with it.
        """
        try:
            store = self._opened(request)
            store.repeat(request.updates)
            if request.index and self.index != request.index:
                self.closures = self.snapshots.open(Path(request.index))
                self.index = request.index
        except BaseException as error:
            self.connection.send_bytes(encode_failure(error, LOST))
            os._exit(1)
        return store

    def _opened(self, request: Request) -> EmbeddedStore:
        if self.store is None or self.path != request.store:
            self.store = None
            opened = EmbeddedStore.open if request.owned else EmbeddedStore.read_only
            self.store, self.path = opened(Path(request.store)), request.store
        return self.store


def _nodes(iris: Sequence[str] | None) -> list[NamedNode] | None:
    return None if iris is None else [NamedNode(iri) for iri in iris]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
