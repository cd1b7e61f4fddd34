"""Changes that a server carries out for a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection

from kg.app.sharing.messages import (
    CLAIM,
    COMMIT,
    DROP,
    RELEASE,
    RETRY,
    Message,
    decode,
    encode,
    from_change,
)
from kg.commit import Change, Counts, Plan, Retried, Verdict, check_record, plan
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
    """A :class:`kg.commit.Writer` that leaves changes to a server.

    ``judge`` is asked of a plan that is not to be carried out; of a change the server judges.
    """

    def __init__(
        self,
        server: Server,
        journal: Journal,
        names: Names,
        judge: Callable[[Plan], Verdict],
    ) -> None:
        self._server = server
        self._journal = journal
        self._names = names
        self._judge = judge

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

    def judge(self, planned: Plan) -> Verdict:
        """See :meth:`kg.commit.Writer.judge`."""
        return self._judge(planned)

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
        counts = done["counts"] | {"remarks": tuple(done["counts"]["remarks"])}
        return RevisionInfo(**revision) if revision else None, Counts(**counts)

    def retry(self, ids: Sequence[str], *, agent: str) -> Retried:
        """See :meth:`kg.commit.Writer.retry`."""
        done = self._server.ask(RETRY, ids=list(ids), agent=agent)
        revision = RevisionInfo(**done["revision"]) if done["revision"] else None
        return Retried(revision, tuple(done["admitted"]), tuple(done["refused"]))

    def drop(self, ids: Sequence[str]) -> list[str]:
        """See :meth:`kg.commit.Writer.drop`."""
        return list(self._server.ask(DROP, ids=list(ids))["dropped"])

    def close(self) -> None:
        """Hang up."""
        self._server.close()
