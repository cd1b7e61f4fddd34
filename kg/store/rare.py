"""Look-ups in which properties that few statements have are remembered whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from copy import copy
from itertools import islice
from typing import Final, Self

from kg.store.base import Lookups
from kg.terms import BlankNode, Literal, NamedNode, Quad, Term

FEW: Final = 64
"""Statements of a property up to which they are remembered: each takes the store some 20 us."""


class RareProperties:
    """Look-ups in all graphs of a store in which properties that are rare, or not there, cost none.

    Most of what rules ask about is nowhere said of most nodes, and a store takes as long to find
    nothing as to find one thing. A property is looked at when it is first asked about, at the cost
    of ``few`` statements; whoever changes the store has those of the change forgotten, or left.
    """

    def __init__(self, store: Lookups, few: int = FEW) -> None:
        self._store = store
        self._few = few
        self._known: dict[NamedNode, _Statements | None] = {}
        self._changed: Set[NamedNode] = frozenset()

    def apart(self, changed: Set[NamedNode]) -> Self:
        """The same while the store is changed as to some properties, which it is asked about."""
        other = copy(self)
        other._changed = changed
        return other

    def forget(self, changed: Iterable[NamedNode]) -> None:
        """Take it that some properties are not as they were; common ones stay with the store."""
        for predicate in changed:
            if self._known.get(predicate) is not None:
                del self._known[predicate]

    def leave(self, changed: Iterable[NamedNode]) -> None:
        """Ask the store about some properties from now on: what changed once will again."""
        self._known.update(dict.fromkeys(changed))

    def quads(
        self,
        subject: NamedNode | BlankNode | None,
        predicate: NamedNode | None,
        object_: Term | None,
        graph: NamedNode | None,
    ) -> Iterator[Quad]:
        """The quads that match; ``None`` matches anything."""
        if predicate is None or graph is not None or predicate in self._changed:
            return self._store.quads(subject, predicate, object_, graph)
        known = self._of(predicate)
        if known is None or isinstance(object_, Literal):  # which may be spelt in several ways
            return self._store.quads(subject, predicate, object_, graph)
        return known.matching(subject, object_)

    def _of(self, predicate: NamedNode) -> _Statements | None:
        if predicate not in self._known:
            quads = self._store.quads(None, predicate, None, None)
            first = list(islice(quads, self._few + 1))
            self._known[predicate] = None if len(first) > self._few else _Statements(first)
        return self._known[predicate]


class _Statements:
    """The statements of one property."""

    def __init__(self, quads: Sequence[Quad]) -> None:
        self._all = quads
        self._from: defaultdict[object, list[Quad]] = defaultdict(list)
        self._to: defaultdict[object, list[Quad]] = defaultdict(list)
        for quad in quads:
            self._from[quad.subject].append(quad)
            self._to[quad.object].append(quad)

    def matching(self, subject: Term | None, object_: Term | None) -> Iterator[Quad]:
        """Those that match."""
        if subject is not None:
            found = self._from.get(subject, ())
            return iter([q for q in found if object_ is None or q.object == object_])
        return iter(self._all if object_ is None else self._to.get(object_, ()))
