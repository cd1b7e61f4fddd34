"""Walking paths backwards through a store, from what changed to the nodes that must be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from kg.shacl.affected.reads import backwards
from kg.shacl.model.paths import (
    Alternative,
    AnyProperty,
    Inverse,
    OneOrMore,
    Path,
    Predicate,
    Sequence,
    ZeroOrMore,
    ZeroOrOne,
)
from kg.store import GraphStore
from kg.terms import BlankNode, NamedNode, Term, Triple

MAX_STEPS: Final = 100_000
"""Triples that one walker follows at most: a full run of a shape costs less then."""

Nodes = frozenset[Term]


class TooMany(Exception):
    """A walk that has become longer than asking every focus node."""


class Walker:
    """Finds where walks come from, by look-ups in the index of a store.

    Costs what is walked through, whatever the size of the store; the same walk is done once.
    """

    def __init__(self, store: GraphStore, most: int = MAX_STEPS) -> None:
        self._store = store
        self._left = most
        self._done: dict[tuple[Path, Nodes], Nodes] = {}

    def starts(self, way: Path, ends: Nodes) -> Nodes:
        """The nodes from which a walk leads to one of the ends.

        Raises :class:`TooMany` for walks that are too long.
        """
        return self._walk(backwards(way), ends)

    def _walk(self, path: Path, nodes: Nodes) -> Nodes:
        """Where a walk along the path leads from the nodes."""
        key = (path, nodes)
        found = self._done.get(key)
        if found is None:
            found = self._done[key] = self._walked(path, nodes)
        return found

    def _walked(self, path: Path, nodes: Nodes) -> Nodes:
        match path:
            case Predicate(iri):
                return self._step(nodes, lambda node: self._objects(node, iri))
            case Inverse(Predicate(iri)):
                return self._step(nodes, lambda node: self._subjects(node, iri))
            case AnyProperty():
                return self._step(nodes, lambda node: self._objects(node, None))
            case Inverse(AnyProperty()):
                return self._step(nodes, lambda node: self._subjects(node, None))
            case Inverse(inner):
                return self._walk(backwards(inner), nodes)
            case Sequence(parts):
                for part in parts:
                    nodes = self._walk(part, nodes)
                return nodes
            case Alternative(parts):
                return frozenset().union(*(self._walk(part, nodes) for part in parts))
            case ZeroOrOne(inner):
                return nodes | self._walk(inner, nodes)
            case ZeroOrMore(inner):
                return nodes | self._rounds(inner, nodes)
            case OneOrMore(inner):
                return self._rounds(inner, nodes)

    def _rounds(self, path: Path, nodes: Nodes) -> Nodes:
        """Where one round or more leads."""
        found: set[Term] = set()
        level = nodes
        while level:
            level = self._walked(path, level) - found
            found |= level
        return frozenset(found)

    def _step(self, nodes: Nodes, others: Callable[[Term], Iterator[Term | Triple]]) -> Nodes:
        found: set[Term] = set()
        for node in nodes:
            for other in others(node):
                self._left -= 1
                if self._left < 0:
                    raise TooMany
                if not isinstance(other, Triple):
                    found.add(other)
        return frozenset(found)

    def _objects(self, node: Term, predicate: NamedNode | None) -> Iterator[Term | Triple]:
        if isinstance(node, NamedNode | BlankNode):
            for quad in self._store.quads(node, predicate, None, None):
                yield quad.object

    def _subjects(self, node: Term, predicate: NamedNode | None) -> Iterator[Term | Triple]:
        for quad in self._store.quads(None, predicate, node, None):
            yield quad.subject
