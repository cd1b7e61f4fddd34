"""Mending what spreads by one key after a change: a shortest-path forest, repaired where it broke.

Facts whose way is broken are given up, with all whose way leads through theirs; then those and
what may have become nearer are settled in the order of their costs (after Ramalingam and Reps,
"An incremental algorithm for a generalization of the shortest-path problem", 1996). Among equal
ways the evidence with the least name counts, so that facts do not depend on how they came about.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import NamedTuple, Protocol

from kg.propagation.facts import Fact, Key, carriage
from kg.propagation.steps import Node


class Arc(NamedTuple):
    """Where a step leads, and what it costs."""

    node: Node
    cost: int


class Arcs(Protocol):
    """The steps that are open to a kind of label, up to sources and down to carriers."""

    def up(self, node: Node) -> Iterable[Arc]:
        """The steps to what the node carries from."""
        ...

    def down(self, node: Node) -> Iterable[Arc]:
        """The steps to what carries from the node."""
        ...


class Spread:
    """What one key gives each thing, with changes on top of what was known before.

    Costs O(n log n) for ``n`` steps from and to the things whose facts change.
    """

    def __init__(self, key: Key, arcs: Arcs, known: Callable[[Node, Key], Fact | None]) -> None:
        self.key = key
        self.changed: dict[Node, Fact | None] = {}
        """What a thing carries by now where it is not what was known, or may not be."""
        self._arcs = arcs
        self._known = known
        self._heap: list[tuple[int, str, int, Node, Node | None]] = []
        self._count = count()
        self._lost: list[Node] = []

    def get(self, node: Node) -> Fact | None:
        """How a thing carries the label by now."""
        if node in self.changed:
            return self.changed[node]
        return self._known(node, self.key)

    def lose(self, node: Node) -> None:
        """Give up the fact of a thing and those whose way leads through it."""
        todo = [node]
        while todo:
            lost = todo.pop()
            if self.get(lost) is None:
                continue
            self.changed[lost] = None
            self._lost.append(lost)
            name = carriage(lost, self.key)
            for arc in self._arcs.down(lost):
                fact = self.get(arc.node)
                if fact is not None and fact.via == name:
                    todo.append(arc.node)

    def originate(self, node: Node) -> None:
        """Say that a thing has the label of itself."""
        self._offer(node, 0, "", None)

    def reach(self, node: Node, source: Node, cost: int) -> None:
        """Say that a step leads from a thing to a source of the label."""
        fact = self.get(source)
        if fact is not None:
            self._offer(node, fact.cost + cost, carriage(source, self.key), source)

    def settle(self) -> None:
        """Work everything out that was said."""
        for node in self._lost:
            for arc in self._arcs.up(node):
                self.reach(node, arc.node, arc.cost)
        while self._heap:
            cost, via, _, node, source = heapq.heappop(self._heap)
            fact = self._fact(cost, via, node, source)
            if fact is None or not _is_better(fact, self.get(node)):
                continue
            self.changed[node] = fact
            name = carriage(node, self.key)
            for arc in self._arcs.down(node):
                self._offer(arc.node, cost + arc.cost, name, node)

    def differences(self) -> Iterator[tuple[Node, Fact | None, Fact | None]]:
        """What has really changed: the thing, the fact before, and the fact now."""
        for node, fact in self.changed.items():
            before = self._known(node, self.key)
            if before != fact:
                yield node, before, fact

    def _fact(self, cost: int, via: str, node: Node, source: Node | None) -> Fact | None:
        if source is None:
            return Fact(cost, via, node)
        origin = self.get(source)
        return None if origin is None else Fact(cost, via, origin.origin)

    def _offer(self, node: Node, cost: int, via: str, source: Node | None) -> None:
        heapq.heappush(self._heap, (cost, via, next(self._count), node, source))


def _is_better(fact: Fact, known: Fact | None) -> bool:
    if known is None or fact[:2] < known[:2]:
        return True
    return fact[:2] == known[:2] and fact.origin != known.origin
