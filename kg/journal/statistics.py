"""How many things and statements of each property and class there are, kept by every commit.

What sources assert is counted, once for each that says it; entailments are not. A thing counts
once, however many sources describe it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, func, insert, select, update

from kg.batches import in_batches
from kg.journal.rows import Entry, StoredRecord
from kg.journal.schema import RECORD, STATISTIC
from kg.namespaces import RDF

_TYPE = str(RDF.type)
_PROPERTY, _CLASS, _ENTITY = "property", "class", "entity"

Counts = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Statistics:
    """Statements by property, and typings by class, by IRI; and how many things are described."""

    properties: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    entities: int = 0

    @property
    def triples(self) -> int:
        """All statements."""
        return sum(self.properties.values())


def read(connection: Connection) -> Statistics:
    """The present counts."""
    found: dict[str, dict[str, int]] = {_PROPERTY: {}, _CLASS: {}, _ENTITY: {}}
    query = select(STATISTIC).where(STATISTIC.c["count"] > 0).order_by(STATISTIC.c.term)
    for row in connection.execute(query):
        found[row.kind][row.term] = row[2]
    return Statistics(found[_PROPERTY], found[_CLASS], found[_ENTITY].get("", 0))


@contextmanager
def counted(connection: Connection, entries: Sequence[Entry]) -> Iterator[None]:
    """Take a revision into account that is written meanwhile.

    As many statements of SQL as properties and classes in it, and two look-ups by index for each
    thing.
    """
    counts: Counts = Counter()
    for entry in entries:
        counts.update(_counted(entry.patch.added))
        counts.subtract(_counted(entry.patch.removed))
    subjects = sorted({entry.record.subject.value for entry in entries})
    before = _described(connection, subjects)
    yield
    counts[_ENTITY, ""] = _described(connection, subjects) - before
    for (kind, term), change in counts.items():
        if change:
            _add(connection, kind, term, change)


def recount(connection: Connection, records: Iterable[StoredRecord]) -> None:
    """Count everything anew, for a journal that was not counted or not rightly."""
    counts: Counts = Counter()
    subjects = set()
    for record in records:
        counts.update(_counted(record.triples))
        subjects.add(record.subject.value)
    counts[_ENTITY, ""] = len(subjects)
    connection.execute(delete(STATISTIC))
    connection.execute(
        insert(STATISTIC),
        [{"kind": kind, "term": term, "count": n} for (kind, term), n in counts.items()],
    )


def _described(connection: Connection, subjects: Sequence[str]) -> int:
    """How many of the things have a record."""
    number = 0
    for some in in_batches(subjects):
        described = RECORD.c.subject.in_(some)
        query = select(func.count(RECORD.c.subject.distinct())).where(described)
        number += connection.scalar(query) or 0
    return number


def _counted(triples: Iterable[str]) -> Counts:
    """The terms to count in triples in N-Triples form."""
    counts: Counts = Counter()
    for triple in triples:
        _, predicate, value = triple.split(" ", 2)
        counts[_PROPERTY, predicate[1:-1]] += 1
        if predicate == _TYPE:
            counts[_CLASS, value[1:-1]] += 1
    return counts


def _add(connection: Connection, kind: str, term: str, change: int) -> None:
    known = (STATISTIC.c.kind == kind) & (STATISTIC.c.term == term)
    count = STATISTIC.c["count"]
    found = connection.execute(update(STATISTIC).where(known).values({"count": count + change}))
    if found.rowcount == 0:
        connection.execute(insert(STATISTIC), [{"kind": kind, "term": term, "count": change}])
