"""Admission: what is asked of a record before it is let in, and the error where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from kg.commit.views import GraphChange
from kg.errors import InputError
from kg.iri import Names
from kg.journal import Refused, RevisionInfo, to_quads
from kg.model import Record
from kg.store import GraphStore


@dataclass(frozen=True)
class Verdict:
    """What is wrong with records: those that may not enter, and remarks on those that may."""

    refused: tuple[Refused, ...] = ()
    remarks: tuple[str, ...] = ()


class Admission(Protocol):
    """Judges records; see :class:`kg.shacl.admission.StructureGate`, which is one."""

    def judge(self, changes: Sequence[GraphChange], store: GraphStore, names: Names) -> Verdict:
        """Look at each record as it would be after a change, before it is written.

        ``store`` holds the present graph. Costs what the change costs, whatever the graph holds.
        """
        ...


class NotAdmitted(InputError):
    """Records that break a structure shape; nothing of the change was written."""

    def __init__(self, refused: Sequence[Refused], where: str) -> None:
        """``where`` names the first of them to a person."""
        self.refused = tuple(refused)
        first = self.refused[0].findings[0]
        others = len(self.refused) - 1
        more = f", and {others} more {'are' if others > 1 else 'is'} refused" if others else ""
        super().__init__(f"{first.message}{more}", where=where, hint=first.remedy or None)


@dataclass(frozen=True)
class Retried:
    """What became of entries of the quarantine, by id; the revision, if one was made."""

    revision: RevisionInfo | None
    admitted: tuple[str, ...]
    refused: tuple[str, ...]


def record_of(refused: Refused) -> Record:
    """The record that was refused, to be put again."""
    known = refused.record
    triples = frozenset(quad.triple for quad in to_quads(known.triples, known.graph))
    return Record(known.source, known.subject, triples, known.graph)


def require(verdict: Verdict, names: Names) -> None:
    """Raise :class:`NotAdmitted` where a record may not enter."""
    if verdict.refused:
        raise NotAdmitted(verdict.refused, names.short(verdict.refused[0].record.subject))
