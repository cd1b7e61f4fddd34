"""Records and batches: what connectors hand over and the commit takes.

A record is the full current description of one thing according to one source. Putting a record
replaces what that source said of that thing before; a batch is a group of records that a
connector has ready, with what it could not read and what it wants to remember.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from kg.namespaces import RDF, XSD
from kg.terms import Literal, NamedNode, Triple

Value = NamedNode | Literal | str | bool | int | float | datetime | None


@dataclass(frozen=True)
class Record:
    """What ``source`` says of ``subject``: all its triples, blank nodes already skolemised.

    The graph it goes to follows from source and subject, unless one is named, as for the graphs
    of a dataset file.
    """

    source: str
    subject: NamedNode
    triples: frozenset[Triple]
    graph: NamedNode | None = None


@dataclass(frozen=True)
class Rejection:
    """A part of the input that was not taken: where it stands and why, for a person to mend."""

    where: str
    reason: str


@dataclass(frozen=True)
class Origin:
    """What a record was read from: the place, and what stood there as JSON values.

    There is no payload where nothing more stood there than the record's statements.
    """

    where: str
    payload: object


def _unknown(_record: Record) -> Origin | None:
    return None


@dataclass
class Batch:
    """What a connector has ready to be committed together.

    ``withdrawn`` are things the source no longer speaks of; ``states`` is what the connector
    must remember for next time (opaque text by key, kept in the journal with the commit).
    ``origin`` tells what a record was read from, for one that is not let in.
    """

    records: list[Record] = field(default_factory=list)
    withdrawn: list[tuple[str, NamedNode]] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    rejections: list[Rejection] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    origin: Callable[[Record], Origin | None] = _unknown


def literal(value: str | bool | int | float | datetime) -> Literal:
    """The RDF literal of a Python value; a datetime without zone is taken as UTC."""
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        text = moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return Literal(text, datatype=XSD.dateTime)
    return Literal(value)


class Description:
    """Gathers the triples of one record, property by property.

    ``add`` takes nodes, Python values and ``None`` (which says nothing, so callers need not
    test); ``node`` opens a nested description that belongs to the same record.
    """

    def __init__(self, source: str, subject: NamedNode) -> None:
        self.source = source
        self.subject = subject
        self._triples: set[Triple] = set()

    def add(self, predicate: NamedNode, *values: Value) -> Description:
        """State the property with each value that is not ``None`` or an empty string."""
        for value in values:
            if value is not None and value != "":
                term = value if isinstance(value, NamedNode | Literal) else literal(value)
                self._triples.add(Triple(self.subject, predicate, term))
        return self

    def a(self, *classes: NamedNode) -> Description:
        """State the type of the thing described."""
        return self.add(RDF.type, *classes)

    def node(self, predicate: NamedNode, subject: NamedNode) -> Description:
        """Link to a further node and return its description, kept in this record."""
        self.add(predicate, subject)
        nested = Description(self.source, subject)
        nested._triples = self._triples
        return nested

    def extend(self, triples: Iterable[Triple]) -> Description:
        """Add triples as they are."""
        self._triples.update(triples)
        return self

    def record(self) -> Record:
        """The record as gathered so far."""
        return Record(self.source, self.subject, frozenset(self._triples))
