"""All simple ways from one thing to another, shortest first, up to stated bounds.

The places that lie between the two are found first, each with its distance to the end; then
partial ways are extended in the order of the length that they will at least have (A*), so that
the ways that are told under a bound are the shortest ones.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Final

from kg.lineage.answers import Way
from kg.lineage.edges import Edges
from kg.terms import NamedNode

WORK: Final = 20_000_000
"""Places looked at, those of a way each time it is extended, before the search gives up."""


@dataclass(frozen=True)
class Place:
    """Where a way stands; ``unpinned`` is an asset entered from one of its versions."""

    node: NamedNode
    unpinned: bool = False


@dataclass(frozen=True)
class Ways:
    """The ways that were found; ``reason`` says why these may not be all."""

    found: list[Way]
    reason: str | None = None


@dataclass(frozen=True)
class _Partial:
    """A way as far as it has come, sharing what went before with other ways."""

    place: Place
    length: int
    before: _Partial | None

    def places(self) -> Iterator[Place]:
        """The places from here back to the start."""
        partial: _Partial | None = self
        while partial is not None:
            yield partial.place
            partial = partial.before


class WayFinder:
    """Finds ways in one direction; steps are those of :class:`kg.lineage.walk.Reach`."""

    def __init__(self, edges: Edges, direction: str, *, work: int = WORK) -> None:
        self._edges = edges
        self._direction = direction
        self._work = work
        self._steps: dict[Place, list[tuple[Place, int]]] = {}

    def ways(self, start: NamedNode, end: NamedNode, most: int) -> Ways:
        """Up to ``most`` ways without a repeated place, the shortest first."""
        self._explore(start)
        left = self._distances(end)
        found: list[Way] = []
        heap: list[tuple[int, int, _Partial]] = []
        number, looked = count(), 0
        if Place(start) in left:
            heappush(heap, (left[Place(start)], next(number), _Partial(Place(start), 0, None)))
        while heap:
            partial = heappop(heap)[2]
            passed = list(partial.places())
            if partial.place.node == end:
                if len(found) == most:
                    return Ways(found, f"stopped after {most} paths; there are more")
                found.append(Way(tuple(place.node for place in reversed(passed)), partial.length))
                continue
            looked += len(passed)
            if looked > self._work:
                return Ways(found, f"stopped after looking at {self._work} places on the way")
            for longer in self._longer(partial, set(passed)):
                if longer.place in left:
                    least = longer.length + left[longer.place]
                    heappush(heap, (least, next(number), longer))
        return Ways(found)

    def _longer(self, partial: _Partial, passed: set[Place]) -> Iterator[_Partial]:
        for place, cost in self._steps[partial.place]:
            if place not in passed and Place(place.node) not in passed:
                yield _Partial(place, partial.length + cost, partial)

    def _explore(self, start: NamedNode) -> None:
        """Learn the steps from all places that can be reached."""
        todo = [Place(start)]
        while todo:
            place = todo.pop()
            if place not in self._steps:
                self._steps[place] = list(self._from(place))
                todo += [onward for onward, _ in self._steps[place]]

    def _from(self, place: Place) -> Iterator[tuple[Place, int]]:
        for node in _sorted(self._edges.neighbours(place.node, self._direction)):
            yield Place(node), 1
        if place.unpinned:
            return
        for version in _sorted(self._edges.versions(place.node)):
            yield Place(version), 0
        for asset in _sorted(self._edges.assets(place.node)):
            if self._edges.neighbours(asset, self._direction):
                yield Place(asset, unpinned=True), 0

    def _distances(self, end: NamedNode) -> dict[Place, int]:
        """How far each place is from the end, going backwards from there."""
        backwards: defaultdict[Place, list[tuple[Place, int]]] = defaultdict(list)
        for place, steps in self._steps.items():
            for onward, cost in steps:
                backwards[onward].append((place, cost))
        left: dict[Place, int] = {}
        todo = deque((place, 0) for place in self._steps if place.node == end)
        while todo:
            place, distance = todo.popleft()
            if place in left:
                continue
            left[place] = distance
            for earlier, cost in backwards[place]:
                if cost:
                    todo.append((earlier, distance + 1))
                else:
                    todo.appendleft((earlier, distance))
        return left


def _sorted(nodes: set[NamedNode]) -> list[NamedNode]:
    return sorted(nodes, key=lambda node: node.value)
