"""One shortest way between two nodes: the same whatever numbers the index gave them.

Places and steps are those of :mod:`kg.index.walk`. Of several ways the one of fewest steps is
taken, then that of fewest places, then that whose identifiers come first, from its start on. It
is searched for from both ends, going on from where that costs less, so that a node with very many
neighbours is not opened where the other end is reached by few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush
from typing import Final, NamedTuple

from kg.index.rows import Rows

_PLACE: Final = 1
_STEP: Final = (1 << 32) + _PLACE
"""What a step costs, and one that leads on at no distance: fewer steps go before fewer places."""

_Arrival = tuple[int, int]
"""A place, and what it costs to step there."""


class Neighbours(NamedTuple):
    """The rows to look steps up in, at a revision, and the direction of the way."""

    dependencies: Rows
    versions: Rows
    down: bool
    revision: int

    def onward(self, place: int) -> Iterator[_Arrival]:
        """The steps from a place."""
        node = place >> 1
        for other in self.dependencies.others(node, self.down, self.revision):
            yield 2 * other, _STEP
        if place & 1:
            return
        for version in self.versions.others(node, True, self.revision):
            yield 2 * version, _PLACE
        for asset in self.versions.others(node, False, self.revision):
            if self.dependencies.leads(asset, self.down, self.revision):
                yield 2 * asset + 1, _PLACE

    def back(self, place: int) -> Iterator[_Arrival]:
        """The steps to a place."""
        node = place >> 1
        if place & 1:
            if self.dependencies.leads(node, self.down, self.revision):
                for version in self.versions.others(node, True, self.revision):
                    yield 2 * version, _PLACE
            return
        for other in self.dependencies.others(node, not self.down, self.revision):
            yield 2 * other, _STEP
            if self.versions.degree(other, True):
                yield 2 * other + 1, _STEP
        for asset in self.versions.others(node, False, self.revision):
            yield 2 * asset, _PLACE

    def degree(self, place: int, back: bool) -> int:
        """About how many steps there are from a place, or to it."""
        return self.dependencies.degree(place >> 1, self.down is not back)


class _Side:
    """The search from one end: what each place costs, and by which places it is reached so."""

    def __init__(
        self,
        ends: Iterable[int],
        steps: Callable[[int], Iterator[_Arrival]],
        degree: Callable[[int], int],
    ) -> None:
        self.costs = dict.fromkeys(ends, 0)
        self.before: defaultdict[int, set[int]] = defaultdict(set)
        self._heap = [(0, place) for place in self.costs]
        self._steps = steps
        self._degree = degree
        self._work = 0

    @property
    def least(self) -> int | None:
        """What the next place costs; ``None`` where there is none."""
        while self._heap and self._heap[0][0] > self.costs[self._heap[0][1]]:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    @property
    def work(self) -> int:
        """How many steps will have been looked at once the next place is gone on from."""
        return self._work + self._degree(self._heap[0][1])

    def go_on(self) -> Iterator[int]:
        """Step from the next place; the places are told whose cost that lowers or equals."""
        cost, place = heappop(self._heap)
        for other, paid in self._steps(place):
            self._work += 1
            known = self.costs.get(other)
            if known is not None and known < cost + paid:
                continue
            if known is None or known > cost + paid:
                self.costs[other] = cost + paid
                self.before[other].clear()
                heappush(self._heap, (cost + paid, other))
            self.before[other].add(place)
            yield other


def shortest(
    start: int, end: int, neighbours: Neighbours, name: Callable[[int], str]
) -> list[int] | None:
    """The places of the way from one node to another; ``None`` where there is no way.

    Costs about twice what can be reached from the end from which less can, at most; ``name``
    gives the IRI of a node and is asked of those on shortest ways alone.
    """
    ahead = _Side([2 * start], neighbours.onward, lambda place: neighbours.degree(place, False))
    behind = _Side(
        [2 * end, 2 * end + 1], neighbours.back, lambda place: neighbours.degree(place, True)
    )
    best = 0 if start == end else None
    while (near := ahead.least) is not None and (far := behind.least) is not None:
        if best is not None and near + far > best:
            break
        here, there = (ahead, behind) if ahead.work <= behind.work else (behind, ahead)
        for place in here.go_on():
            if place in there.costs:
                both = here.costs[place] + there.costs[place]
                best = both if best is None else min(best, both)
    if best is None:
        return None
    return _first(2 * start, _onward(ahead, behind, best), name)


def _onward(ahead: _Side, behind: _Side, cost: int) -> dict[int, set[int]]:
    """Where each place on a shortest way leads on to."""
    met = [
        place
        for place, paid in ahead.costs.items()
        if paid + behind.costs.get(place, cost + 1) == cost
    ]
    onward: defaultdict[int, set[int]] = defaultdict(set)
    for place, earlier in _links(met, ahead):
        onward[earlier].add(place)
    for place, later in _links(met, behind):
        onward[place].add(later)
    return onward


def _links(met: Iterable[int], side: _Side) -> Iterator[tuple[int, int]]:
    """The steps by which places are reached from the end of a side, at the least cost."""
    waiting = list(met)
    seen = set(waiting)
    while waiting:
        place = waiting.pop()
        for other in side.before.get(place, ()):
            yield place, other
            if other not in seen:
                seen.add(other)
                waiting.append(other)


def _first(start: int, onward: dict[int, set[int]], name: Callable[[int], str]) -> list[int]:
    way = [start]
    while following := onward.get(way[-1]):
        way.append(min(following, key=lambda place: (name(place >> 1), place & 1)))
    return way
