"""The plan of a change: what it would do to each graph, by comparison with the present."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from kg.commit.well_typed import check_literals
from kg.errors import InputError
from kg.iri import ENTAILED_SUFFIX, Names
from kg.journal import Entry, GraphPatch, Journal, Refused, StoredRecord
from kg.model import Record
from kg.terms import NamedNode


@dataclass
class Change:
    """Records to put, and things of which a source no longer speaks.

    Putting replaces; where the graph is in ``merged``, the triples are added to those there, as
    when the parts of one description come in several pieces. What is ``refused`` goes to the
    quarantine in the same transaction; what its graph holds now stays.
    """

    records: Sequence[Record] = ()
    withdrawn: Sequence[tuple[str, NamedNode]] = ()
    merged: Set[NamedNode] = field(default_factory=frozenset)
    refused: Sequence[Refused] = ()


@dataclass(frozen=True)
class Counts:
    """What a plan comes to: records changed and as before, triples added and removed.

    ``remarks`` are on records that are let in, though a shape advises against what they say.
    """

    changed: int
    unchanged: int
    added: int
    removed: int
    remarks: tuple[str, ...] = ()


@dataclass
class Plan:
    """The entries that would be written, and how many records are the same as before."""

    entries: list[Entry] = field(default_factory=list)
    before: Mapping[str, StoredRecord] = field(default_factory=dict)
    unchanged: int = 0

    @property
    def counts(self) -> Counts:
        """How much it comes to."""
        return Counts(
            changed=len(self.entries),
            unchanged=self.unchanged,
            added=sum(len(entry.patch.added) for entry in self.entries),
            removed=sum(len(entry.patch.removed) for entry in self.entries),
        )


def plan(change: Change, journal: Journal, names: Names) -> Plan:
    """Compare a change with the present records; O(n log n) in the triples of the change.

    Raises :class:`InputError` for an ill-typed literal or a graph that is not to be written.
    """
    wanted = _wanted(change, names)
    gone = {names.graph(*pair): pair for pair in change.withdrawn}
    present = journal.records([*wanted, *(graph for graph in gone if graph not in wanted)])
    result = Plan(before=present)
    for graph, record in wanted.items():
        _compare(result, graph, record, present.get(graph.value), merge=graph in change.merged)
    for graph, (source, subject) in gone.items():
        before = present.get(graph.value)
        if before is not None and graph not in wanted:
            nothing = StoredRecord(graph, source, subject, ())
            patch = GraphPatch.between(graph, before.triples, ())
            result.entries.append(Entry(nothing, patch))
    return result


def _wanted(change: Change, names: Names) -> dict[NamedNode, Record]:
    """The records by graph; a graph named twice holds all that either says."""
    wanted: dict[NamedNode, Record] = {}
    for record in change.records:
        graph = record.graph or names.graph(record.source, record.subject)
        check_record(record, names)
        if graph in wanted:
            both = wanted[graph].triples | record.triples
            record = Record(record.source, record.subject, both, record.graph)
        wanted[graph] = record
    return wanted


def _compare(
    result: Plan, graph: NamedNode, record: Record, before: StoredRecord | None, *, merge: bool
) -> None:
    old = before.triples if before else ()
    new = {str(triple) for triple in record.triples}
    if merge:
        new.update(old)
    patch = GraphPatch.between(graph, old, new)
    if patch:
        stored = StoredRecord(graph, record.source, record.subject, tuple(sorted(new)))
        result.entries.append(Entry(stored, patch))
    else:
        result.unchanged += 1


def check_record(record: Record, names: Names) -> None:
    """Refuse an ill-typed literal, which the store would launder, and a graph that is ours.

    Raises :class:`InputError`, which for a literal is :class:`kg.commit.IllTyped`; linear in the
    triples of the record.
    """
    if record.graph is not None and record.graph.value.endswith(ENTAILED_SUFFIX):
        raise InputError(f"the graph {record.graph.value} is kept by us", hint="leave it out")
    check_literals(record, names)
