"""What a compiled search found, told as a walk: distances, and ways once they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from kg.index.adjacency import gather, ranges
from kg.index.steps import START
from kg.index.terms import Int32

if TYPE_CHECKING:
    from kg.index.places import PlaceGraph


class _Met(NamedTuple):
    """What was met in the order of distances, in the numbers of the graph of places."""

    nodes: Int32
    distances: Int32
    places: Int32
    """A place that each node was met by, and further places of the same nodes."""
    first: npt.NDArray[np.bool_]
    """By which of the places a node was met first."""
    holders: Int32
    """For each place the asset that a version was met with, or -1."""


class Searched:
    """A walk to its end, by the numbers of the index; O(places reached) until ways are asked for,
    which cost O(edges from them) once."""

    cut = False

    def __init__(self, graph: PlaceGraph, start: int, order: Int32, before: Int32) -> None:
        """What a search from the place of ``start`` found: places in their order, and from which
        each was reached."""
        self._graph = graph
        self._start = start
        self._order = order
        self._before = before

    def nodes(self) -> Int32:
        """See :class:`kg.index.steps.Walk`."""
        found: Int32 = self._graph.nodes.take(self._met.nodes)
        return found

    def distances(self) -> Int32:
        """See :class:`kg.index.steps.Walk`."""
        return self._met.distances

    def places(self) -> Iterator[tuple[int, int | None]]:
        """See :class:`kg.index.steps.Walk`."""
        met, numbers = self._met, self._graph.nodes
        told = met.places[met.first | (met.places & 1 == 0)]
        told = told[_first(told, 2 * self._graph.size)]
        nodes = numbers[told >> 1].tolist()
        for place, node in zip(told.tolist(), nodes, strict=True):
            version = (self._origins[place] - 2) >> 1 if place & 1 else None
            yield node, None if version is None else int(numbers[version])

    def path_to(self, node: int) -> list[int]:
        """See :class:`kg.index.steps.Walk`."""
        at = self._firsts[self._graph.place(node)]
        steps = [at >> 1]
        while (origin := self._origins[at]) != START:
            at = origin - 2
            steps.append(at >> 1)
        found: list[int] = self._graph.nodes[steps[::-1]].tolist()
        return found

    @cached_property
    def _met(self) -> _Met:
        graph, order = self._graph, self._order
        distances = hops(order, self._before)
        if order[0] >= graph.size:  # where a walk from a version begins; a step before it
            order, distances = order[1:], distances[1:] - 1
        entered = order >= graph.size
        arrived = order[~entered] if len(graph.entered) else order
        whose, versions = gather(graph.versions, arrived)
        if len(arrived) == len(order) and not len(versions):
            every, none = np.ones(len(order), np.bool_), np.full(len(order), -1, np.int32)
            return _Met(order, distances, 2 * order, every, none)
        places = 2 * order
        places[entered] = 2 * graph.entered[order[entered] - graph.size] + 1
        places = np.concatenate([places, 2 * versions])
        holders = np.concatenate([np.full(len(order), -1, np.int32), arrived[whose]])
        distances = np.concatenate([distances, distances[~entered][whose]])
        # An asset that is arrived at, at the same distance, stands for itself.
        by_distance = np.argsort(2 * distances + (places & 1), kind="stable")
        places, distances = places[by_distance], distances[by_distance]
        first = _first(places >> 1, graph.size)
        return _Met(places[first] >> 1, distances[first], places, first, holders[by_distance])

    @cached_property
    def _firsts(self) -> memoryview:
        """The place by which each node was first reached."""
        met, found = self._met, np.zeros(self._graph.size, np.int32)
        firsts = met.places[met.first]
        found[firsts >> 1] = firsts
        return found.data

    @cached_property
    def _origins(self) -> memoryview:
        """Two more than the place from which each place was reached; 1 for the start."""
        graph, met, order = self._graph, self._met, self._order
        found = np.zeros(2 * graph.size, np.int32)
        bounds = graph.matrix.indptr
        starts, stops = bounds[order], bounds[order + 1]
        edges = ranges(starts, stops)
        led = graph.matrix.indices[edges]
        taken = self._before[led] == np.repeat(order, stops - starts)
        led, via = led[taken], graph.via[edges[taken]]
        stands = np.zeros(graph.size, np.bool_)
        stands[met.places[met.first & (met.places & 1 == 1)] >> 1] = True
        via = np.where((via & 1 == 1) & (via >= 0) & ~stands[via >> 1], via - 1, via)
        entered = led >= graph.size
        places = 2 * led
        places[entered] = 2 * graph.entered[led[entered] - graph.size] + 1
        found[places] = via + 2
        beside = met.first & (met.holders >= 0)
        found[met.places[beside]] = 2 * met.holders[beside] + 2
        found[2 * self._start] = START
        return found.data


def _first(nodes: Int32, size: int) -> npt.NDArray[np.bool_]:
    """Which of some nodes have not come before."""
    every = np.arange(len(nodes), dtype=np.int32)
    seen = np.empty(size, np.int32)
    seen[nodes[::-1]] = every[::-1]  # the last that is set stands
    marks: npt.NDArray[np.bool_] = seen[nodes] == every
    return marks


def hops(order: Int32, before: Int32) -> Int32:
    """How many edges each of some places in the order of a search is from the first; O(places)."""
    number = np.empty(len(before), np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    # Not a mode that raises, for that takes twice as long.
    origins = number.take(before.take(order[1:], mode="clip"), mode="clip")  # which never falls
    ends = (np.bincount(origins, minlength=len(order)).cumsum() + 1).data
    bounds, at, stop = [0, 1], 1, len(order)
    while at < stop:
        at = ends[at - 1]
        bounds.append(at)
    levels = np.array(bounds, np.int32)
    return np.repeat(np.arange(len(levels) - 1, dtype=np.int32), levels[1:] - levels[:-1])
