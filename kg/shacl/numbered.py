"""Blank nodes of a file, named in the order in which they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from kg.terms import BlankNode, Triple

_T = TypeVar("_T")


def numbered(triples: Iterable[Triple], mark: str) -> Iterator[Triple]:
    """The triples with blank nodes called by a mark and a number, the same for the same text."""
    names: dict[BlankNode, BlankNode] = {}

    def named(term: _T) -> _T | BlankNode:
        if not isinstance(term, BlankNode):
            return term
        return names.setdefault(term, BlankNode(f"{mark}n{len(names)}"))

    for triple in triples:
        yield Triple(named(triple.subject), triple.predicate, named(triple.object))
