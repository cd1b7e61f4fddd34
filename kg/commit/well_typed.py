"""Literals that are none of their datatype: the store would launder them, so they do not enter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.errors import InputError
from kg.iri import Names
from kg.journal import Finding, Refused, StoredRecord
from kg.literals import is_well_typed
from kg.model import Record
from kg.namespaces import SH, compact
from kg.terms import Literal, NamedNode, Triple

_REMEDY: Final = "Write the value as its datatype has it, such as 2026-12-31 for xsd:date."


class IllTyped(InputError):
    """A record with ill-typed literals; nothing of it is written."""


def check_literals(record: Record, names: Names) -> None:
    """Raise :class:`IllTyped` where a literal is none; linear in the triples of the record."""
    bad = ill_typed(record)
    if bad:
        first = min(bad, key=str)
        where = f"{names.short(_focus(first))}, {compact(first.predicate.value)}"
        raise IllTyped(f"{_said(first)} is not a valid {_datatype(first)}", where=where)


def ill_typed(record: Record) -> list[Triple]:
    """The statements of a record whose literals lie outside the lexical space of their type."""
    return [
        triple
        for triple in record.triples
        if isinstance(triple.object, Literal) and not is_well_typed(triple.object)
    ]


def refusal(pieces: Sequence[Record], names: Names) -> Refused:
    """What the quarantine keeps of a record that comes in pieces, one of them ill-typed."""
    record = pieces[0]
    graph = record.graph or names.graph(record.source, record.subject)
    triples = {triple for piece in pieces for triple in piece.triples}
    bad = sorted((t for piece in pieces for t in ill_typed(piece)), key=str)
    stored = StoredRecord(graph, record.source, record.subject, tuple(sorted(map(str, triples))))
    return Refused(stored, tuple(_finding(triple) for triple in bad))


def _finding(triple: Triple) -> Finding:
    path = compact(triple.predicate.value)
    return Finding(
        focus=_focus(triple),
        path=path,
        value=str(triple.object),
        severity="Violation",
        message=f"{_said(triple)} is not a valid {_datatype(triple)} ({path})",
        remedy=_REMEDY,
        shape="",
        component=SH.DatatypeConstraintComponent.value,
    )


def _said(triple: Triple) -> str:
    return repr(triple.object.value) if isinstance(triple.object, Literal) else ""


def _datatype(triple: Triple) -> str:
    return compact(triple.object.datatype.value) if isinstance(triple.object, Literal) else ""


def _focus(triple: Triple) -> str:
    return triple.subject.value if isinstance(triple.subject, NamedNode) else "?"
