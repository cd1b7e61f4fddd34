"""How many things and statements of each property and class there are, kept by every commit.

What sources assert is counted, once for each that says it; entailments are not. A thing counts
once, however many sources describe it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from kg.batches import in_batches
from kg.journal.rows import Entry, StoredRecord
from kg.journal.schema import RECORD, STATISTIC
from kg.namespaces import RDF

_TYPE = str(RDF.type)
_PROPERTY, _CLASS, _ENTITY = "property", "class", "entity"

Counts = Counter[tuple[str, str]]

_DESCRIBED: Final = select(RECORD.c.subject, RECORD.c.graph).where(
    RECORD.c.subject.in_(bindparam("subjects", expanding=True))
)
_CHANGE: Final = (
    update(STATISTIC)
    .where(STATISTIC.c.kind == bindparam("of_kind"), STATISTIC.c.term == bindparam("of_term"))
    .values({"count": STATISTIC.c["count"] + bindparam("change")})
)
_KNOWN: Final = select(STATISTIC.c.kind, STATISTIC.c.term).where(
    STATISTIC.c.term.in_(bindparam("terms", expanding=True))
)


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


def count(connection: Connection, entries: Sequence[Entry]) -> None:
    """Take a revision into account whose records are not written yet.

    One look-up by index for each thing, and one for each property and class that became more or
    fewer.
    """
    counts: Counts = Counter()
    for entry in entries:
        counts.update(_counted(entry.patch.added))
        counts.subtract(_counted(entry.patch.removed))
    counts[_ENTITY, ""] = _came(connection, entries)
    changes = [
        {"of_kind": kind, "of_term": term, "change": change}
        for (kind, term), change in counts.items()
        if change
    ]
    if changes and connection.execute(_CHANGE, changes).rowcount != len(changes):
        _begin(connection, changes)


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


def _came(connection: Connection, entries: Sequence[Entry]) -> int:
    """How many things more have a record once those of a revision are written."""
    written = {entry.record.graph.value for entry in entries}
    before, after = set(), {e.record.subject.value for e in entries if e.record.triples}
    for some in in_batches({entry.record.subject.value for entry in entries}):
        for subject, graph in connection.execute(_DESCRIBED, {"subjects": some}):
            before.add(subject)
            if graph not in written:
                after.add(subject)
    return len(after) - len(before)


def _counted(triples: Iterable[str]) -> Counts:
    """The terms to count in triples in N-Triples form."""
    counts: Counts = Counter()
    for triple in triples:
        _, predicate, value = triple.split(" ", 2)
        counts[_PROPERTY, predicate[1:-1]] += 1
        if predicate == _TYPE:
            counts[_CLASS, value[1:-1]] += 1
    return counts


def _begin(connection: Connection, changes: Sequence[dict[str, Any]]) -> None:
    """Count what was not counted so far."""
    known: set[tuple[str, str]] = set()
    for some in in_batches(change["of_term"] for change in changes):
        known.update((row.kind, row.term) for row in connection.execute(_KNOWN, {"terms": some}))
    new = [
        {"kind": change["of_kind"], "term": change["of_term"], "count": change["change"]}
        for change in changes
        if (change["of_kind"], change["of_term"]) not in known
    ]
    if new:
        connection.execute(insert(STATISTIC), new)
