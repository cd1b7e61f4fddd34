"""What the journal holds now: the present record of each graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select

from kg.batches import in_batches
from kg.journal.rows import Entry, StoredRecord, record_row, stored
from kg.journal.schema import RECORD
from kg.journal.statistics import Statistics, read
from kg.terms import NamedNode

_OF_GRAPHS: Final = select(RECORD).where(RECORD.c.graph.in_(bindparam("graphs", expanding=True)))
_REMOVE: Final = delete(RECORD).where(RECORD.c.graph == bindparam("of_graph"))
_ADD: Final = insert(RECORD)


class Present:
    """The present records; look-ups by graph or subject are by index."""

    _engine: Engine

    def records(self, graphs: Iterable[NamedNode]) -> dict[str, StoredRecord]:
        """The present content of the graphs, by graph IRI; absent ones are left out."""
        found: dict[str, StoredRecord] = {}
        with self._engine.connect() as connection:
            for chunk in in_batches([graph.value for graph in graphs]):
                rows = connection.execute(_OF_GRAPHS, {"graphs": chunk})
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

    def all_records(self) -> Iterator[StoredRecord]:
        """Every present record, in the order of its graph's name."""
        query = select(RECORD).order_by(RECORD.c.graph)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=1000).execute(query):
                yield stored(row)

    def record_count(self) -> int:
        """How many records there are now."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(RECORD)) or 0

    def statistics(self) -> Statistics:
        """How many things and statements of each property and class there are now."""
        with self._engine.connect() as connection:
            return read(connection)


def put(connection: Connection, entries: Iterable[Entry], revision: int) -> None:
    """Put records in place of what their graphs held; those without triples are gone then."""
    records = [entry.record for entry in entries]
    connection.execute(_REMOVE, [{"of_graph": record.graph.value} for record in records])
    rows = [record_row(record, revision) for record in records if record.triples]
    if rows:
        connection.execute(_ADD, rows)


def replace_all(connection: Connection, records: Iterable[StoredRecord]) -> None:
    """Put records in place of all there are, each at its own revision."""
    connection.execute(delete(RECORD))
    for chunk in in_batches(record_row(record, record.revision) for record in records):
        connection.execute(_ADD, chunk)
