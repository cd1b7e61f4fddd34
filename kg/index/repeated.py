"""Repeated paths of dependencies and versions: who reaches whom, for many nodes at once.

A path such as ``(p|^q|(q/p))+`` is walked over places: a node at the end of a repetition, or a
node between two hops of one. Place ``state * size + node``; state 0 is the end of a repetition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kg.index.adjacency import Adjacency, ranges
from kg.index.links import Family
from kg.index.terms import Int32

WIDE = 2_000
"""Places from which on the walk from one node goes on by array operations."""

Marks = npt.NDArray[np.bool_]


class Hop(NamedTuple):
    """A step along the links of a family, against their direction with ``down``."""

    family: Family
    down: bool


Ways = tuple[tuple[Hop, ...], ...]
"""What may be repeated: one of several sequences of hops."""

_Exits = list[list[tuple[Adjacency, int]]]
"""For each state the hops that lead on, and to which state each does."""


class RepeatedPath:
    """A path of one repetition or more at one revision.

    The first question lays out all neighbours, O(links); see :meth:`pairs` for what each costs.
    """

    def __init__(self, ways: Ways, adjacency: Callable[[Family, bool], Adjacency]) -> None:
        between = count(1)
        hops: list[tuple[int, Hop, int]] = []
        for way in ways:
            states = [0, *(next(between) for _ in way[1:]), 0]
            hops += [(states[at], hop, states[at + 1]) for at, hop in enumerate(way)]
        self._states = next(between)
        self._forward: _Exits = [[] for _ in range(self._states)]
        self._backward: _Exits = [[] for _ in range(self._states)]
        for start, hop, end in hops:
            self._forward[start].append((adjacency(hop.family, hop.down), end))
            self._backward[end].append((adjacency(hop.family, not hop.down), start))
        exits = (a for side in (self._forward, self._backward) for e in side for a, _ in e)
        self._size = max((len(arrays.offsets) - 1 for arrays in exits), default=0)

    def reached(self, starts: Int32) -> Int32:
        """All nodes that some of the starts reach; O(nodes + links), whatever their number.

        What a single start reaches costs no more than that, where it is not much.
        """
        starts = self._known(starts)
        if len(starts) == 1:
            return self._walked(self._forward, int(starts[0]))
        marks = self._marks(self._forward, starts)
        found: Int32 = np.flatnonzero(marks[: self._size]).astype(np.int32)
        return found

    def pairs(self, starts: Int32, ends: Int32) -> tuple[Int32, Int32]:
        """Each start with each end that it reaches, in the order of the starts.

        What lies on no way from a start to an end is told in O(nodes + links) for all together.
        The rest is walked from each start or from each end, of whichever are fewer.
        """
        starts, ends = self._known(starts), self._known(ends)
        ahead = self._marks(self._forward, starts)
        ends = ends[ahead[ends]]
        behind = self._marks(self._backward, ends)
        starts = starts[behind[starts]]
        if len(starts) <= len(ends):
            behind[ends] = True
            return self._each(self._forward, starts, behind, ends)
        ahead[starts] = True
        far, near = self._each(self._backward, ends, ahead, starts)
        order = np.lexsort((far, near))
        return near[order], far[order]

    def _known(self, nodes: Int32) -> Int32:
        """Those that have links at all, each once."""
        found: Int32 = np.unique(nodes[nodes < self._size])
        return found

    def _each(
        self, exits: _Exits, nodes: Int32, allowed: Marks, wanted: Int32
    ) -> tuple[Int32, Int32]:
        """Each node with the wanted ones that it reaches through allowed places."""
        is_wanted = np.zeros(self._size, np.bool_)
        is_wanted[wanted] = True
        reached = [self._walked(exits, node, allowed, is_wanted) for node in nodes.tolist()]
        counts = np.array([len(found) for found in reached], np.int64)
        others = np.concatenate(reached) if reached else np.empty(0, np.int32)
        return np.repeat(nodes, counts), others

    def _walked(
        self,
        exits: _Exits,
        node: int,
        allowed: Marks | None = None,
        wanted: Marks | None = None,
    ) -> Int32:
        size, open_, met = self._size, None if allowed is None else allowed.data, {-1}
        todo = [node]
        for place in todo:
            state, here = divmod(place, size)
            for other in _onward(exits[state], here, size):
                if other not in met and (open_ is None or open_[other]):
                    met.add(other)
                    todo.append(other)
            if len(todo) > WIDE:
                marks = self._marks(exits, np.array([node], np.int32), allowed)
                nodes = np.flatnonzero(marks[:size]).astype(np.int32)
                break
        else:
            met.discard(-1)
            nodes = np.fromiter(sorted(p for p in met if p < size), np.int32)
        chosen: Int32 = nodes if wanted is None else nodes[wanted[nodes]]
        return chosen

    def _marks(self, exits: _Exits, nodes: Int32, allowed: Marks | None = None) -> Marks:
        """Which places can be reached from some nodes by one hop or more."""
        marks = np.zeros(self._states * self._size, np.bool_)
        level: Int32 = nodes
        while len(level):
            following = np.concatenate(list(self._next(exits, level)))
            new = ~marks[following]
            if allowed is not None:
                new &= allowed[following]
            level = np.unique(following[new])
            marks[level] = True
        return marks

    def _next(self, exits: _Exits, level: Int32) -> Iterator[Int32]:
        yield np.empty(0, np.int32)
        states, nodes = np.divmod(level, self._size)
        for state, hops in enumerate(exits):
            here = nodes[states == state]
            if len(here):
                for arrays, after in hops:
                    yield _neighbours(arrays, here) + np.int32(after * self._size)


def _onward(hops: Sequence[tuple[Adjacency, int]], node: int, size: int) -> Iterator[int]:
    for arrays, after in hops:
        offsets = arrays.offsets.data
        if node + 1 < len(offsets):
            for other in arrays.others[offsets[node] : offsets[node + 1]].tolist():
                yield after * size + other


def _neighbours(arrays: Adjacency, nodes: Int32) -> Int32:
    """All neighbours of some nodes, as often as they are."""
    nodes = nodes[nodes < len(arrays.offsets) - 1]
    found: Int32 = arrays.others[ranges(arrays.offsets[nodes], arrays.offsets[nodes + 1])]
    return found
