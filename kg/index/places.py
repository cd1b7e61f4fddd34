"""All steps of a walk as one graph, which a compiled search goes through: docs/lineage.md.

A place is a node that was arrived at, or an asset that was entered from one of its versions. A step
leads from a place to what the next is to be: what lies at no distance is taken together with the
step before it. From an asset lead the steps of its versions too; and what leads to a version leads
to its asset, entered, as well. So every edge is one step, and a plain breadth-first search meets
all at its distance. Nodes without a link have no place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kg.index.adjacency import Adjacency, gather, offsets
from kg.index.searched import Searched
from kg.index.steps import START
from kg.index.terms import Int32

MOST: Final = 4
"""How many edges there may be for each link."""


class _Edges(NamedTuple):
    """From which place each leads, to which, and the node it stands for: ``2 * node``, or one more
    for an asset that was entered. A start has no such node: :data:`START` less two."""

    sources: Int32
    targets: Int32
    via: Int32


class PlaceGraph:
    """The steps of one direction at one revision; made in O(rows + terms), then only searched."""

    def __init__(self, onward: Adjacency, versions: Adjacency, assets: Adjacency) -> None:
        """Raises :class:`ValueError` where versions have versions, or so many assets each that the
        graph would be several times as large as what it is made of."""
        self.nodes = _linked(onward, versions, assets)
        """The nodes that have links, in order; within the graph a node is its place here."""
        onward, self.versions, assets = (
            _among(self.nodes, adjacency) for adjacency in (onward, versions, assets)
        )
        if np.any((np.diff(self.versions.offsets) > 0) & (np.diff(assets.offsets) > 0)):
            raise ValueError("a version has versions")
        self.size = len(self.nodes)
        self.entered = np.flatnonzero(
            (np.diff(self.versions.offsets) > 0) & (np.diff(onward.offsets) > 0)
        ).astype(np.int32)
        """The assets that may be entered; their places follow those of the nodes."""
        self._starts = np.arange(self.size, dtype=np.int32)
        edges = self._edges(onward, assets)
        places = self.size + len(self.entered) + int(np.count_nonzero(self._starts >= self.size))
        self.matrix, self.via = _ordered(edges, places)

    def degree(self, node: int) -> int:
        """How many steps lead on from a node, by its number in the index."""
        if node not in self:
            return 0
        place, bounds = self.place(node), self.matrix.indptr
        return int(bounds[place + 1] - bounds[place])

    def __contains__(self, node: int) -> bool:
        """Whether a node has links, by its number in the index."""
        place = self.place(node)
        return place < self.size and bool(self.nodes[place] == node)

    def place(self, node: int) -> int:
        """The place of a node that has links, by its number in the index."""
        return int(np.searchsorted(self.nodes, node))

    def walk(self, start: int) -> Searched:
        """The walk to the end from a node that has links."""
        # Imported when first needed, for it takes longer than most commands.
        from scipy.sparse.csgraph import breadth_first_order

        place = self.place(start)
        order, before = breadth_first_order(
            self.matrix, self._starts[place], return_predecessors=True
        )
        return Searched(self, place, order, before)

    def _edges(self, onward: Adjacency, assets: Adjacency) -> _Edges:
        led = _joined([_edges(onward), self._of_versions(onward), self._of_entered(onward)])
        return _joined([led, *self._entering(led, self._beside(assets))])

    def _of_versions(self, onward: Adjacency) -> _Edges:
        """The steps of versions, as led on from their assets."""
        holders, versions, _ = _edges(self.versions)
        whose, targets = gather(onward, versions)
        return _Edges(holders[whose], targets, 2 * versions[whose])

    def _of_entered(self, onward: Adjacency) -> _Edges:
        whose, targets = gather(onward, self.entered)
        return _Edges((self.size + whose).astype(np.int32), targets, 2 * self.entered[whose] + 1)

    def _beside(self, assets: Adjacency) -> _Edges:
        """For each node the assets that are entered where it is arrived at, and from where."""
        place = np.full(self.size, -1, np.int32)
        place[self.entered] = self.size + np.arange(len(self.entered), dtype=np.int32)
        pinned, of, _ = _edges(assets)
        direct = _Edges(pinned, place[of], 2 * pinned)
        holders, versions, _ = _edges(self.versions)
        whose, others = gather(assets, versions)
        is_other = others != holders[whose]
        holders, versions = holders[whose][is_other], versions[whose][is_other]
        further = _Edges(holders, place[others[is_other]], 2 * versions)
        found = _joined([direct, further])
        return _chosen(found, found.targets >= 0)

    def _entering(self, led: _Edges, beside: _Edges) -> Iterator[_Edges]:
        """What is entered by steps, and by a walk that begins; the latter has places of its own."""
        order = np.argsort(beside.sources, kind="stable")
        begins = offsets(beside.sources, self.size)
        counts = np.diff(begins)
        if counts[led.targets].sum() > MOST * len(led.targets):
            raise ValueError("versions have too many assets")
        whose, places = gather(Adjacency(begins, order.astype(np.int32)), led.targets)
        yield _Edges(led.sources[whose], beside.targets[places], beside.via[places])
        with_some = np.flatnonzero(counts).astype(np.int32)
        first = self.size + len(self.entered)
        self._starts[with_some] = first + np.arange(len(with_some), dtype=np.int32)
        begun = np.full(len(with_some), START - 2, np.int32)
        yield _Edges(self._starts[with_some], with_some, begun)
        yield _Edges(self._starts[beside.sources], beside.targets, beside.via)


def _linked(*adjacencies: Adjacency) -> Int32:
    marks: npt.NDArray[np.bool_] = np.zeros(len(adjacencies[0].offsets) - 1, np.bool_)
    for adjacency in adjacencies:
        marks |= np.diff(adjacency.offsets) > 0
        marks[adjacency.others] = True
    return np.flatnonzero(marks).astype(np.int32)


def _among(nodes: Int32, adjacency: Adjacency) -> Adjacency:
    """Neighbours by the places of nodes; no other may have any."""
    places = np.empty(len(adjacency.offsets) - 1, np.int32)
    places[nodes] = np.arange(len(nodes), dtype=np.int32)
    bounds = np.append(adjacency.offsets[nodes], adjacency.offsets[-1:])
    return Adjacency(bounds, places[adjacency.others])


def _edges(adjacency: Adjacency) -> _Edges:
    nodes = np.arange(len(adjacency.offsets) - 1, dtype=np.int32)
    sources = np.repeat(nodes, np.diff(adjacency.offsets))
    return _Edges(sources, adjacency.others, 2 * sources)


def _joined(parts: list[_Edges]) -> _Edges:
    return _Edges(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _chosen(edges: _Edges, marks: npt.NDArray[np.bool_]) -> _Edges:
    return _Edges(*(column[marks] for column in edges))


def _ordered(edges: _Edges, places: int) -> tuple[Any, Int32]:
    """The edges as a matrix of scipy's, each pair of places once, and what each stands for."""
    keys = edges.sources * np.int64(places) + edges.targets
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    order = order[np.append(True, keys[1:] != keys[:-1])] if len(keys) else order
    adjacency = Adjacency(offsets(edges.sources[order], places), edges.targets[order])
    return adjacency.matrix, edges.via[order]
