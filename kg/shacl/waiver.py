"""A waiver: the accepted breach of one rule by one thing, for a bounded time."""

from __future__ import annotations

from dataclasses import dataclass

from kg.terms import NamedNode


@dataclass(frozen=True)
class Waiver:
    """What the graph says of a waiver, by whatever source.

    Every part is a set: sources may disagree, and what is said twice must not count as said once.
    ``starts`` is when it was approved (``prov:generatedAtTime``), ``ends`` when it expires
    (``schema:expires``), ``revoked`` when it was taken back (``prov:invalidatedAtTime``).
    """

    iri: NamedNode
    rules: frozenset[NamedNode] = frozenset()
    targets: frozenset[NamedNode] = frozenset()
    requesters: frozenset[NamedNode] = frozenset()
    approvers: frozenset[NamedNode] = frozenset()
    reasons: frozenset[str] = frozenset()
    starts: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    revoked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Waived:
    """That a waiver holds for a result, and the severity the result would have without it."""

    waiver: Waiver
    severity: NamedNode


@dataclass(frozen=True)
class NotWaived:
    """That a waiver was meant for a result but does not count, and why."""

    waiver: NamedNode
    reason: str
