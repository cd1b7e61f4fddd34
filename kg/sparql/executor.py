"""Who evaluates queries: one interface, whether here or in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import IO, Protocol

from kg.errors import InputError
from kg.sparql.evaluation import begin
from kg.sparql.lineage import Closures
from kg.sparql.results import Format
from kg.sparql.streaming import ProducedChunks
from kg.store.base import GraphStore
from kg.terms import NamedNode


@dataclass(frozen=True)
class QueryRequest:
    """A query that the guard let pass, and how it is to be answered.

    ``format`` is one of the query's form. Without graphs the query sees all; given either list
    it sees those alone. The answer is to be true of the present revision or of one not older
    than ``at_least_revision``. ``timeout``, in seconds, can only shorten what the executor allows;
    a thread of this process cannot be ended. When an answer under way is ended by it, then
    ``on_timeout`` is called, from another thread: who passes the answer on may be waiting for
    someone who does not take it.
    """

    text: str
    format: Format
    default_graphs: Sequence[NamedNode] | None = None
    named_graphs: Sequence[NamedNode] | None = None
    at_least_revision: int | None = None
    timeout: float | None = None
    on_timeout: Callable[[], None] | None = None


@dataclass(frozen=True)
class Answer(Iterator[bytes]):
    """A result on its way: its format, the revision it is true of, and its bytes.

    Evaluation has begun well when there is one: the first bytes are known. It may still fail in
    the middle, which iterating raises. Whoever does not read it to the end closes it.
    """

    format: Format
    revision: int
    chunks: Iterator[bytes]
    on_close: Callable[[], None]
    plan: tuple[str, ...] = ()
    """The names of the rewrites that were made of the query."""

    @property
    def media_type(self) -> str:
        """The media type of the bytes."""
        return self.format.media_type

    def __next__(self) -> bytes:
        return next(self.chunks)

    def close(self) -> None:
        """Stop evaluation, if it is still going on, and let go of what it holds."""
        self.on_close()


class QueryExecutor(Protocol):
    """Evaluates queries that the guard let pass."""

    def execute(self, request: QueryRequest) -> Answer:
        """Begin to evaluate a query.

        Raises :class:`QuerySyntaxError`, :class:`QueryTimeout` or :class:`QueryAborted`, and
        :class:`InputError` for a revision that there is not yet.
        """
        ...

    def close(self) -> None:
        """Let go of processes and files."""
        ...


def require_revision(wanted: int | None, present: int) -> None:
    """Raise :class:`InputError` when a revision is asked for that does not exist yet."""
    if wanted is not None and wanted > present:
        raise InputError(f"there is no revision {wanted} yet, the last is {present}")


class InProcessExecutor:
    """Evaluates in this process, in a thread: for stores in memory, without limits."""

    def __init__(self, store: GraphStore, closures: Callable[[], Closures] | None = None) -> None:
        """``closures`` gives those of the newest revision, where there is a lineage index."""
        self._store = store
        self._closures = closures

    def execute(self, request: QueryRequest) -> Answer:
        """See :meth:`QueryExecutor.execute`."""
        revision = self._store.revision()
        require_revision(request.at_least_revision, revision)

        plans: list[tuple[str, ...]] = []

        def produce(output: IO[bytes]) -> None:
            begun = begin(
                self._store,
                request.text,
                self._closures() if self._closures else None,
                default_graphs=request.default_graphs,
                named_graphs=request.named_graphs,
            )
            plans.append(begun.planned.told)
            begun.write(request.format.name, output)

        chunks = ProducedChunks(produce)
        first = next(chunks, b"")
        return Answer(request.format, revision, chain((first,), chunks), chunks.close, *plans)

    def close(self) -> None:
        """There is nothing to let go of."""
