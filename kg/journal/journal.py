"""The journal on SQL: revisions, their patches, and the present records they add up to.

SQLite by default, with write-ahead log and full synchronisation, so that a commit that returned
is on disk. Look-ups by graph, subject or revision are by index; none reads the whole journal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from kg.batches import in_batches
from kg.errors import StorageError
from kg.journal.engine import open_engine
from kg.journal.patch import GraphPatch
from kg.journal.quarantine import Quarantine, Refused, keep, settle
from kg.journal.rows import (
    Entry,
    PatchRow,
    RevisionInfo,
    StoredRecord,
    inflate,
    patch_row,
    patched,
    record_row,
    revision_row,
    stored,
    to_info,
    to_patch,
)
from kg.journal.schema import METADATA, PATCH, RECORD, REVISION, SETTING
from kg.journal.states import States, read_states, write_states
from kg.journal.statistics import Statistics, counted, read, recount
from kg.journal.tokens import Tokens
from kg.terms import NamedNode


class Journal:
    """Append-only history of the graph; one writer at a time."""

    def __init__(self, url: str) -> None:
        """Open or create the journal at an SQLAlchemy URL (``sqlite:///path/journal.db``)."""
        self._engine = open_engine(url)
        try:
            METADATA.create_all(self._engine)
        except SQLAlchemyError as error:
            raise StorageError(f"cannot open the journal: {_first_line(error)}") from error
        self.tokens = Tokens(self._engine)
        self.quarantine = Quarantine(self._engine)
        if self.record_count() and not self.statistics().entities:  # of a version that kept none
            with self._writing() as connection:
                recount(connection, self.all_records())

    @classmethod
    def on_disk(cls, file: Path) -> Journal:
        """The journal in an SQLite file."""
        return cls(f"sqlite:///{file}")

    @classmethod
    def in_memory(cls) -> Journal:
        """A journal that lives as long as the object."""
        return cls("sqlite://")

    @property
    def engine(self) -> Engine:
        """The database, for what is kept beside the journal."""
        return self._engine

    def infos(self, revisions: Iterable[int]) -> dict[int, RevisionInfo]:
        """What is known of some revisions; absent ones are left out."""
        found: dict[int, RevisionInfo] = {}
        with self._engine.connect() as connection:
            for chunk in in_batches(revisions):
                rows = connection.execute(select(REVISION).where(REVISION.c.id.in_(chunk)))
                found.update((row.id, to_info(row)) for row in rows)
        return found

    def time_of(self, revision: int) -> str | None:
        """When a revision was written (RFC 3339, UTC); ``None`` where there is none."""
        with self._engine.connect() as connection:
            return connection.scalar(select(REVISION.c.at).where(REVISION.c.id == revision))

    def revision(self) -> int:
        """The newest revision; 0 before the first commit."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.max(REVISION.c.id))) or 0

    def append(
        self,
        entries: Sequence[Entry],
        *,
        agent: str,
        message: str,
        states: States | None = None,
        refused: Sequence[Refused] = (),
        settled: Sequence[NamedNode] = (),
    ) -> RevisionInfo:
        """Write the next revision in one transaction; it is durable when this returns.

        What connectors remember goes with it, what is ``refused`` into the quarantine, and what
        was held there of the graphs that are ``settled`` is marked as superseded.
        """
        with self._writing() as connection:
            info = self._next(connection, entries, agent, message)
            connection.execute(insert(REVISION), [revision_row(info)])
            with counted(connection, entries):
                for chunk in in_batches(entries):
                    connection.execute(insert(PATCH), [patch_row(entry, info) for entry in chunk])
                    graphs = [entry.record.graph.value for entry in chunk]
                    connection.execute(delete(RECORD).where(RECORD.c.graph.in_(graphs)))
                    rows = [record_row(e.record, info.revision) for e in chunk if e.record.triples]
                    if rows:
                        connection.execute(insert(RECORD), rows)
            write_states(connection, states or {})
            keep(connection, refused, agent)
            settle(connection, settled, info.revision)
        return info

    def note(
        self,
        states: States,
        refused: Sequence[Refused],
        settled: Sequence[NamedNode],
        *,
        agent: str,
    ) -> None:
        """Write what :meth:`append` writes beside a revision, where no triple changed."""
        if not (states or refused or settled):
            return
        revision = self.revision()
        with self._writing() as connection:
            write_states(connection, states)
            keep(connection, refused, agent)
            settle(connection, settled, revision)

    def states(self, source: str, keys: Iterable[str]) -> dict[str, str]:
        """What a connector remembered under the keys; absent ones are left out."""
        with self._engine.connect() as connection:
            return read_states(connection, source, keys)

    def records(self, graphs: Iterable[NamedNode]) -> dict[str, StoredRecord]:
        """The present content of the graphs, by graph IRI; absent ones are left out."""
        found: dict[str, StoredRecord] = {}
        with self._engine.connect() as connection:
            for chunk in in_batches([graph.value for graph in graphs]):
                rows = connection.execute(select(RECORD).where(RECORD.c.graph.in_(chunk)))
                found.update((row.graph, stored(row)) for row in rows)
        return found

    def records_of(self, subject: NamedNode) -> list[StoredRecord]:
        """What each source says now of one thing."""
        query = select(RECORD).where(RECORD.c.subject == subject.value).order_by(RECORD.c.source)
        with self._engine.connect() as connection:
            return [stored(row) for row in connection.execute(query)]

    def subjects(self, source: str | None = None) -> Iterator[NamedNode]:
        """Everything described, by one source or by any, without repetition."""
        query = select(RECORD.c.subject).distinct().order_by(RECORD.c.subject)
        if source is not None:
            query = query.where(RECORD.c.source == source)
        with self._engine.connect() as connection:
            for (subject,) in connection.execution_options(yield_per=1000).execute(query):
                yield NamedNode(subject)

    def all_records(self) -> Iterator[StoredRecord]:
        """Every present record, in the order of its graph's name."""
        query = select(RECORD).order_by(RECORD.c.graph)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield stored(row)

    def replayed(self) -> Iterator[StoredRecord]:
        """Every present record as the patches alone add up to, in the order of its graph."""
        query = select(PATCH).order_by(PATCH.c.graph, PATCH.c.revision)
        with self._engine.connect() as connection:
            current: StoredRecord | None = None
            for row in connection.execution_options(yield_per=1000).execute(query):
                if current is not None and current.graph.value != row.graph:
                    yield current
                    current = None
                current = patched(current, row)
            if current is not None:
                yield current

    def restore_present(self, records: Iterable[StoredRecord]) -> None:
        """Replace the present records, as :meth:`replayed` gives them."""
        present = [record for record in records if record.triples]
        with self._engine.begin() as connection:
            connection.execute(delete(RECORD))
            for chunk in in_batches([record_row(r, r.revision) for r in present]):
                connection.execute(insert(RECORD), chunk)
            recount(connection, present)

    def patches(self, since: int, upto: int) -> Iterator[PatchRow]:
        """The patches of the revisions after ``since``, by graph and then revision."""
        query = select(PATCH).where(PATCH.c.revision > since, PATCH.c.revision <= upto)
        with self._engine.connect() as connection:
            rows = query.order_by(PATCH.c.graph, PATCH.c.revision)
            for row in connection.execution_options(yield_per=1000).execute(rows):
                yield to_patch(row)

    def changed_since(self, revision: int) -> list[NamedNode]:
        """The graphs that later revisions touched."""
        query = select(PATCH.c.graph).distinct().where(PATCH.c.revision > revision)
        with self._engine.connect() as connection:
            return [
                NamedNode(graph) for (graph,) in connection.execute(query.order_by(PATCH.c.graph))
            ]

    def last_change(self, graph: NamedNode, revision: int) -> int | None:
        """The revision that changed a graph last, up to a revision; ``None`` where none did."""
        query = select(func.max(PATCH.c.revision)).where(
            PATCH.c.graph == graph.value, PATCH.c.revision <= revision
        )
        with self._engine.connect() as connection:
            changed: int | None = connection.scalar(query)
            return changed

    def history(self, subject: NamedNode) -> Iterator[tuple[RevisionInfo, str, GraphPatch]]:
        """What changed in what is said of a thing, as (revision, source, patch), oldest first."""
        query = (
            select(REVISION, PATCH.c.graph, PATCH.c.source, PATCH.c.payload)
            .join(REVISION, REVISION.c.id == PATCH.c.revision)
            .where(PATCH.c.subject == subject.value)
            .order_by(PATCH.c.revision, PATCH.c.graph)
        )
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                patch = GraphPatch.from_payload(NamedNode(row.graph), inflate(row.payload))
                yield to_info(row), row.source, patch

    def knew(self, subject: NamedNode) -> bool:
        """Whether any revision ever said something of a thing."""
        query = select(PATCH.c.revision).where(PATCH.c.subject == subject.value).limit(1)
        with self._engine.connect() as connection:
            return connection.scalar(query) is not None

    def record_count(self) -> int:
        """How many records there are now."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(RECORD)) or 0

    def statistics(self) -> Statistics:
        """How many things and statements of each property and class there are now."""
        with self._engine.connect() as connection:
            return read(connection)

    def first(self) -> RevisionInfo | None:
        """The oldest revision."""
        with self._engine.connect() as connection:
            row = connection.execute(select(REVISION).order_by(REVISION.c.id).limit(1)).first()
            return to_info(row) if row else None

    def log(self, limit: int = 20) -> list[RevisionInfo]:
        """The newest revisions, newest first."""
        query = select(REVISION).order_by(REVISION.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [to_info(row) for row in connection.execute(query)]

    def rdf_patch(self, revision: int) -> Iterator[str]:
        """The lines of one revision as an RDF Patch document."""
        query = select(PATCH.c.graph, PATCH.c.payload).where(PATCH.c.revision == revision)
        yield f"H revision {revision} ."
        yield "TX ."
        with self._engine.connect() as connection:
            for _graph, payload in connection.execute(query.order_by(PATCH.c.graph)):
                yield from inflate(payload).split("\n")
        yield "TC ."

    def find_subjects(self, fragment: str, limit: int) -> list[str]:
        """Some subjects whose IRI contains a text; for suggestions, reads the subject index."""
        escaped = fragment.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        query = (
            select(RECORD.c.subject)
            .distinct()
            .where(RECORD.c.subject.like(f"%{escaped}%", escape="\\"))
        )
        with self._engine.connect() as connection:
            return list(connection.scalars(query.limit(limit)))

    def setting(self, key: str) -> str | None:
        """A setting that belongs to the graph itself, such as its base IRI."""
        with self._engine.connect() as connection:
            return connection.scalar(select(SETTING.c.value).where(SETTING.c.key == key))

    def set_setting(self, key: str, value: str) -> None:
        """Keep a setting in place of the one before."""
        with self._engine.begin() as connection:
            connection.execute(delete(SETTING).where(SETTING.c.key == key))
            connection.execute(insert(SETTING), [{"key": key, "value": value}])

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction; what the database cannot do is told in one line."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StorageError(f"the journal cannot be written: {_first_line(error)}") from error

    @staticmethod
    def _next(
        connection: Connection, entries: Sequence[Entry], agent: str, message: str
    ) -> RevisionInfo:
        return RevisionInfo(
            revision=(connection.scalar(select(func.max(REVISION.c.id))) or 0) + 1,
            at=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            agent=agent,
            message=message,
            added=sum(len(entry.patch.added) for entry in entries),
            removed=sum(len(entry.patch.removed) for entry in entries),
        )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
