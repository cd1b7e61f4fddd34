"""How many statements there are of each property and class, kept up with every commit.

What sources assert is counted, once for each that says it; entailments are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, insert, select, update

from kg.journal.rows import Entry
from kg.journal.schema import STATISTIC
from kg.namespaces import RDF

_TYPE = str(RDF.type)
_PROPERTY, _CLASS = "property", "class"

Counts = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Statistics:
    """Statements by property, and typings by class, by IRI."""

    properties: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)

    @property
    def triples(self) -> int:
        """All statements."""
        return sum(self.properties.values())


def read(connection: Connection) -> Statistics:
    """The present counts."""
    found: dict[str, dict[str, int]] = {_PROPERTY: {}, _CLASS: {}}
    query = select(STATISTIC).where(STATISTIC.c["count"] > 0).order_by(STATISTIC.c.term)
    for row in connection.execute(query):
        found[row.kind][row.term] = row[2]
    return Statistics(found[_PROPERTY], found[_CLASS])


def count_change(connection: Connection, entries: Iterable[Entry]) -> None:
    """Take a revision into account; as many statements of SQL as properties and classes in it."""
    counts: Counts = Counter()
    for entry in entries:
        counts.update(_counted(entry.patch.added))
        counts.subtract(_counted(entry.patch.removed))
    for (kind, term), change in counts.items():
        if change:
            _add(connection, kind, term, change)


def recount(connection: Connection, contents: Iterable[Iterable[str]]) -> None:
    """Count everything anew, for a journal that was not counted or not rightly."""
    counts: Counts = Counter()
    for triples in contents:
        counts.update(_counted(triples))
    connection.execute(delete(STATISTIC))
    rows = [{"kind": kind, "term": term, "count": n} for (kind, term), n in counts.items()]
    if rows:
        connection.execute(insert(STATISTIC), rows)


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
