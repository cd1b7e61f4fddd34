"""Changes that a server carries out for a command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection

from kg.app.sharing.messages import (
    CLAIM,
    COMMIT,
    RELEASE,
    Message,
    decode,
    encode,
    from_change,
)
from kg.commit import Change, Counts, Plan, check_record, plan
from kg.errors import StorageError
from kg.iri import Names
from kg.journal import Journal, RevisionInfo
from kg.model import Record


class Server:
    """The server that holds the graph, one request at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, request: str, **arguments: object) -> Message:
        """Its answer; raises the error that it tells, :class:`StorageError` if it is gone."""
        try:
            self._connection.send_bytes(encode({"do": request, **arguments}))
            answer = self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise StorageError(
                "the server that holds the graph has ended",
                hint="what it had committed is there; run the command again",
            ) from error
        return decode(answer)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class RemoteWriter:
    """A :class:`kg.commit.Writer` that leaves changes to a server."""

    def __init__(self, server: Server, journal: Journal, names: Names) -> None:
        self._server = server
        self._journal = journal
        self._names = names

    @contextmanager
    def claim(self, source: str) -> Iterator[None]:
        """See :meth:`kg.commit.Writer.claim`; it ends with this process, however that ends."""
        self._server.ask(CLAIM, source=source)
        yield
        self._server.ask(RELEASE, source=source)

    def check(self, record: Record) -> None:
        """See :meth:`kg.commit.Writer.check`."""
        check_record(record, self._names)

    def plan(self, change: Change) -> Plan:
        """See :meth:`kg.commit.Writer.plan`."""
        return plan(change, self._journal, self._names)

    def commit(
        self,
        change: Change,
        *,
        agent: str,
        message: str = "",
        states: Mapping[tuple[str, str], str] | None = None,
    ) -> tuple[RevisionInfo | None, Counts]:
        """See :meth:`kg.commit.Writer.commit`."""
        done = self._server.ask(
            COMMIT,
            change=from_change(change, self._names),
            agent=agent,
            message=message,
            states=[[source, key, value] for (source, key), value in (states or {}).items()],
        )
        revision = done["revision"]
        return RevisionInfo(**revision) if revision else None, Counts(**done["counts"])

    def close(self) -> None:
        """Hang up."""
        self._server.close()
