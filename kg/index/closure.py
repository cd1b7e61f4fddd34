"""Transitive closures over integers: the nodes that can be reached by one step or more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from typing import Final

import numpy as np

from kg.index.adjacency import Adjacency
from kg.index.rows import Rows
from kg.index.terms import Int32, Terms
from kg.terms import NamedNode

SMALL: Final = 2_000
"""Nodes up to which a closure is walked row by row, at a cost that the graph's size is not in."""

FEW: Final = 100
"""The same where the arrays for a search have been made for another closure already."""

_NODES_PER_STEP: Final = 2_500
"""Of how many nodes in the graph a search goes through an array while one node is walked."""

_CALLS_PER_IRI: Final = 8
"""How many IRIs can be read in the time that one is looked up in the dictionary."""


class Closure(Collection[NamedNode]):
    """The nodes of a closure; their number is known before any term is made."""

    def __init__(self, numbers: Int32, terms: Terms) -> None:
        self.numbers = numbers
        self._terms = terms
        self._asked = 0

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[NamedNode]:
        for number in self.numbers.tolist():
            yield NamedNode(self._terms.iri(number))

    def __contains__(self, node: object) -> bool:
        if not isinstance(node, NamedNode):
            return False
        if self._asked > len(self) // _CALLS_PER_IRI:
            return node.value in self._iris
        self._asked += 1
        number = self._terms.number(node.value)
        return number is not None and number in self._members

    @cached_property
    def _iris(self) -> frozenset[str]:
        return frozenset(map(self._terms.iri, self.numbers.tolist()))

    @cached_property
    def _members(self) -> frozenset[int]:
        return frozenset(self.numbers.tolist())


def reach(
    start: int,
    rows: Rows,
    down: bool,
    revision: int,
    adjacency: Callable[[], Adjacency],
    *,
    at_hand: bool,
) -> Int32:
    """What can be reached from a node; the node itself only where it lies on a cycle.

    ``adjacency`` makes the arrays for a search, unless they are ``at_hand``. A small closure is
    walked row by row. Beyond that the search is scipy's: a loop of ours costs a microsecond a
    node, and array operations of numpy tens of microseconds a level, both many times what a
    compiled search does on long chains.
    """
    most = max(FEW, len(adjacency().offsets) // _NODES_PER_STEP) if at_hand else SMALL
    found: dict[int, None] = {}
    todo = [start]
    for node in todo:
        for other in rows.others(node, down, revision):
            if other not in found:
                found[other] = None
                if other != start:
                    todo.append(other)
        if len(todo) > most:
            reached = search(start, adjacency())
            met = np.zeros(len(adjacency().offsets), np.bool_)
            met[reached] = True
            returns = met[rows.others(start, not down, revision)].any()
            return reached if returns else reached[1:]
    return np.fromiter(found, np.int32, len(found))


def search(start: int, adjacency: Adjacency) -> Int32:
    """The start and all nodes that can be reached from it, breadth first."""
    # Imported when first needed, for it takes longer than most commands.
    from scipy.sparse.csgraph import breadth_first_order

    found: Int32 = breadth_first_order(adjacency.matrix, start, return_predecessors=False)
    return found.copy()  # what is found is part of an array of all nodes, which would stay
